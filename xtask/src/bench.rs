//! `cargo xtask bench`: the release binary beside a raw floor, on PostgreSQL and SQLite. The program itself is the member `bench/`.

use crate::postgres::Postgres;
use crate::workspace::Workspace;
use anyhow::{Context, ensure};
use std::process::Command;

/// Where `--write` puts the table.
const DOCUMENT: &str = "docs/benchmarks.md";

pub fn run(workspace: &Workspace, args: &[String]) -> anyhow::Result<()> {
    let build = ["build", "--release", "--locked", "--package", "cc-server", "--package", "cc-bench"];
    let status = workspace.bounded_cargo().args(build).status()?;
    ensure!(status.success(), "the release build failed");
    let programs = workspace.metadata()?.target_directory.join("release");
    let named = std::env::var("CC_TEST_POSTGRES").ok();
    let private = if named.is_none() { Some(Postgres::start()?) } else { None };
    let url = named.or_else(|| private.as_ref().map(Postgres::url)).context("one of the two is there")?;
    let mut command = Command::new(programs.join("cc-bench"));
    command.env("CC_SERVER_BINARY", programs.join("cc-server")).env("CC_BENCH_POSTGRES", url);
    for arg in args {
        command.arg(arg);
        if arg == "--write" {
            command.arg(workspace.path(DOCUMENT));
        }
    }
    let status = command.current_dir(&workspace.root).status().context("cc-bench cannot be started")?;
    ensure!(status.success(), "the measurement failed");
    Ok(())
}

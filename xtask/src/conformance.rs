//! `cargo xtask conformance`: the recordings of the reference against this server. The program itself is the member `conformance/`.

use crate::postgres::Postgres;
use crate::workspace::Workspace;
use anyhow::{Context, ensure};
use std::process::Command;

/// Asks for a private PostgreSQL instead of SQLite.
const ON_POSTGRES: &str = "--postgres";

pub fn run(workspace: &Workspace, args: &[String]) -> anyhow::Result<()> {
    // All of it, as the tests build it: alone it would have other features of shared crates, and much would be built twice.
    let build = ["build", "--workspace", "--all-targets", "--locked"];
    let status = workspace.bounded_cargo().args(build).status()?;
    ensure!(status.success(), "the build failed");
    let program = workspace.metadata()?.target_directory.join("debug/cc-conformance");
    let wants_postgres = args.iter().any(|arg| arg == ON_POSTGRES);
    let private = if wants_postgres { Some(Postgres::start()?) } else { None };
    let mut command = Command::new(program);
    command.args(args.iter().filter(|arg| *arg != ON_POSTGRES));
    if let Some(server) = &private {
        command.env("CC_CONFORMANCE_POSTGRES", server.url());
    }
    let status = command.current_dir(&workspace.root).status().context("cc-conformance cannot be started")?;
    ensure!(status.success(), "there are findings");
    Ok(())
}

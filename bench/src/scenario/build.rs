//! How long a developer waits: a clean release build of the server, and the tests. Minutes, so only on request.

use crate::table::{Goal, Table};
use anyhow::ensure;
use std::process::Command;
use std::time::Instant;

pub fn run(table: &mut Table) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut cargo = |what: &str, words: &[&str]| {
        let begun = Instant::now();
        let status = Command::new("cargo").args(words).env("CARGO_TARGET_DIR", folder.path()).status()?;
        ensure!(status.success(), "{what} failed");
        table.number(what, begun.elapsed().as_secs_f64(), "s", Goal::None);
        Ok(())
    };
    cargo(
        "clean release build of the server",
        &["build", "--release", "--locked", "--package", "cc-server"],
    )?;
    cargo("clean build of all tests", &["test", "--workspace", "--locked", "--no-run"])?;
    cargo("all tests, built (SQLite only)", &["test", "--workspace", "--locked", "--quiet"])
}

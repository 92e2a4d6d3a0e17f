//! `cargo xtask test`: every check and every test, in the order that fails fastest.

use crate::operations::{self, Shown};
use crate::postgres::Postgres;
use crate::workspace::Workspace;
use crate::{api, debian, layers, rules, seen, tidy};
use anyhow::{Context, ensure};
use std::process::{Command, Stdio};
use std::time::Instant;

pub fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let begun = Instant::now();
    tidy::check(workspace)?;
    layers::check(workspace)?;
    rules::check(workspace)?;
    operations::check(workspace)?;
    api::check(workspace)?;
    step("fmt", workspace.cargo().args(["fmt", "--all", "--check"]), "run `cargo fmt --all`")?;
    dependencies(workspace)?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
    step("clippy", workspace.bounded_cargo().args(clippy), "mend what is named above")?;
    // All at once: the server by itself would have other features of shared crates, and everything would be built twice.
    let build = ["build", "--workspace", "--all-targets", "--locked"];
    step("build", workspace.bounded_cargo().args(build), "mend what is named above")?;
    run_tests(workspace)?;
    operations::report(workspace, Shown::Counts)?;
    println!("all is well, after {} s", begun.elapsed().as_secs());
    Ok(())
}

/// On SQLite and on PostgreSQL: a server that `CC_TEST_POSTGRES` names, or a private one.
fn run_tests(workspace: &Workspace) -> anyhow::Result<()> {
    debian::have_git()?;
    let named = std::env::var("CC_TEST_POSTGRES").ok();
    let private = if named.is_none() { Some(Postgres::start()?) } else { None };
    let url = named.or_else(|| private.as_ref().map(Postgres::url)).context("one of the two is there")?;
    let binary = workspace.metadata()?.target_directory.join("debug/cc-server");
    // The build has bounded itself; what the tests start needs address space of its own.
    let mut command = workspace.cargo();
    command
        .args(["test", "--workspace", "--locked", "--no-fail-fast"])
        .env("CC_TEST_POSTGRES", url)
        .env("CC_TEST_REQUIRE_POSTGRES", "1")
        .env("CC_SERVER_BINARY", binary)
        .env(seen::VARIABLE, seen::begin(workspace)?);
    step("tests", &mut command, "the failed tests are named above")
}

/// Licences, bans and sources of the dependencies, and what is known against them, where cargo-deny is installed. The list of advisories is
/// fetched, and passed over where it cannot be.
fn dependencies(workspace: &Workspace) -> anyhow::Result<()> {
    let quietly = |args: &[&str]| {
        let status =
            Command::new("cargo-deny").args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !quietly(&["--version"]) {
        println!("deny: PASSED OVER, cargo-deny is not installed (`cargo install --locked cargo-deny`)");
        return Ok(());
    }
    let mut args = vec!["deny", "--log-level", "error", "check", "licenses", "bans", "sources"];
    if quietly(&["fetch", "db"]) {
        args.push("advisories");
    } else {
        println!("deny: advisories PASSED OVER, their list cannot be fetched");
    }
    step("deny", workspace.cargo().args(args), "see deny.toml")
}

fn step(name: &str, command: &mut Command, advice: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    let status = command.status().with_context(|| format!("{name} cannot be started"))?;
    ensure!(status.success(), "{name} failed: {advice}");
    println!("{name}: good, {} s", begun.elapsed().as_secs());
    Ok(())
}

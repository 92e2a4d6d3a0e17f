//! `cargo xtask conformance`: replays recordings and says what differs.
#![forbid(unsafe_code)]

use anyhow::{Context, ensure};
use cc_conformance::differences::Known;
use cc_conformance::installation::DatabaseKind;
use cc_conformance::{all, home, report};
use clap::Parser;
use secrecy::SecretString;
use std::path::PathBuf;

/// Replays what the reference answered against this server.
#[derive(Parser)]
#[command(name = "cargo xtask conformance")]
struct Words {
    /// Files, as in `app_create`; all without.
    names: Vec<String>,
    /// Print what was wanted and got.
    #[arg(long)]
    show: bool,
    /// Print which statuses were the same, by operation.
    #[arg(long)]
    statuses: bool,
    /// Replay the recordings of this folder.
    #[arg(long)]
    files: Option<PathBuf>,
    /// Write every step's outcome to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// On this PostgreSQL server; on SQLite without.
    #[arg(long, env = "CC_CONFORMANCE_POSTGRES")]
    postgres: Option<SecretString>,
}

#[expect(clippy::print_stdout, reason = "a command line program")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words = Words::parse();
    let kind = words.postgres.map_or(DatabaseKind::Sqlite, DatabaseKind::Postgres);
    let folder = words.files.clone().unwrap_or_else(|| home().join("recordings"));
    let replayed = all(&folder, &words.names, kind).await?;
    if words.show {
        println!("{}", report::differences(&replayed));
    }
    if words.statuses {
        for (operation, statuses) in report::statuses(&replayed) {
            println!("{operation:<50} {statuses:?}");
        }
    }
    if let Some(path) = &words.json {
        let text = serde_json::to_string_pretty(&replayed)?;
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    println!("{}", report::table(&replayed));
    if words.files.is_none() {
        let findings = Known::read(&home().join("differences.toml"))?.judge(&replayed);
        for finding in &findings {
            println!("{finding}");
        }
        ensure!(findings.is_empty(), "{} findings beside differences.toml", findings.len());
    }
    Ok(())
}

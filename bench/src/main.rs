//! Measures the built server beside a raw floor: `cargo xtask bench` builds both and starts this.
//!
//! The floor (`floor/`) does with hyper, serde_json and a bare driver what one request of ours does with the database, and nothing else:
//! no login, no rights, no errors. Ours is the release binary as users start it. Both are processes of their own; this one is the load
//! ([`load`]), runs them by turns ([`rounds`]) and writes the table ([`table`]). One file in `scenario/` for each thing that is measured.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "reports are what this program is for")]

mod api;
mod database;
mod floor;
mod load;
mod rounds;
mod scenario;
mod seed;
mod server;
mod stat;
mod table;

use anyhow::{Context, bail};
use std::path::PathBuf;

/// How much is done, and of what.
pub struct Options {
    /// The release binary of the server.
    pub binary: PathBuf,
    /// A superuser's database on PostgreSQL, in which databases are made.
    pub postgres: Option<String>,
    pub is_quick: bool,
    /// Names of scenarios; empty is all but `build`.
    pub only: Vec<String>,
}

impl Options {
    fn wants(&self, scenario: &str) -> bool {
        if self.only.is_empty() { scenario != "build" } else { self.only.iter().any(|o| o == scenario) }
    }
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, kind, place] = args.as_slice()
        && word == floor::WORD
    {
        return floor::serve(kind, place);
    }
    let has = |flag: &str| args.iter().any(|a| a == flag);
    let mut only = Vec::new();
    let mut write_to = None;
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--quick" => {}
            "--build" => only.push("build".to_owned()),
            "--only" => {
                only.extend(rest.next().context("--only names scenarios")?.split(',').map(str::to_owned));
            }
            "--write" => write_to = Some(PathBuf::from(rest.next().context("--write names a file")?)),
            other => {
                bail!("there is no option '{other}'; there are --quick, --only A,B, --build, --write FILE")
            }
        }
    }
    let options = Options {
        binary: std::env::var_os("CC_SERVER_BINARY").context("CC_SERVER_BINARY names no server")?.into(),
        postgres: std::env::var("CC_BENCH_POSTGRES").ok(),
        is_quick: has("--quick"),
        only,
    };
    let table = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(scenario::run(&options))?;
    println!("\n{}", table.markdown());
    if let Some(path) = write_to {
        table.write_into(&path)?;
    }
    Ok(())
}

//! The chores of this workspace: `cargo xtask <word>`.
//!
//! CI and developers say the same words. Each check prints what is wrong, where, and what to do next. Nothing here is part of the
//! product; start reading at [`suite`], which is `cargo xtask test`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "reports are what this program is for")]

mod api;
mod bench;
mod conformance;
mod contract;
mod debian;
mod layers;
mod operations;
mod postgres;
mod rules;
mod seen;
mod suite;
mod tidy;
mod workspace;

use anyhow::bail;
use operations::Shown;
use std::process::ExitCode;
use workspace::Workspace;

const WORDS: &str = "\
cargo xtask <word>
  test        every check and every test, on SQLite and PostgreSQL; what CI runs
  layers      who may depend on whom, and what may not be imported where
  rules       every rule of access is asked by something
  tidy        file sizes, headers, names, leftovers
  operations  which operations are routed, and what the last test run saw of them   [--missing | --statuses | --untested]
  api         docs/openapi.json is what the operation table says   [--write]
  bench       the built server beside a raw floor   [--quick] [--only A,B] [--build] [--write]
  conformance what the reference answered, replayed   [NAME…] [--show] [--statuses] [--postgres] [--files DIR] [--json FILE]
  postgres    a private PostgreSQL until Ctrl-C, for CC_TEST_POSTGRES
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let workspace = Workspace::find()?;
    let has = |flag: &str| args.iter().any(|a| a == flag);
    match args.first().map(String::as_str) {
        Some("test") => suite::run(&workspace),
        Some("layers") => layers::check(&workspace),
        Some("rules") => rules::check(&workspace),
        Some("tidy") => tidy::check(&workspace),
        Some("operations") => {
            let shown = match args.get(1).map(String::as_str) {
                None => Shown::Counts,
                Some("--missing") => Shown::Missing,
                Some("--statuses") => Shown::Statuses,
                Some("--untested") => Shown::Untested,
                Some(other) => bail!("operations has no '{other}'\n{WORDS}"),
            };
            operations::report(&workspace, shown)
        }
        Some("api") if has("--write") => api::write(&workspace),
        Some("api") => api::check(&workspace),
        Some("bench") => bench::run(&workspace, args.get(1..).unwrap_or_default()),
        Some("conformance") => conformance::run(&workspace, args.get(1..).unwrap_or_default()),
        Some("postgres") => postgres::hold(),
        Some("help" | "--help") => {
            print!("{WORDS}");
            Ok(())
        }
        Some(other) => bail!("there is no word '{other}'\n{WORDS}"),
        None => bail!("which word?\n{WORDS}"),
    }
}

//! Cloud Foundry in one binary.
//!
//! `main` branches off the processes that must stay small (a container's supervisor, the programs inside containers) before anything
//! else exists, reads the command line, and hands over to [`command`]. How everything is wired together is in [`wiring`].
#![forbid(unsafe_code)]

mod cli;
mod clock;
mod command;
mod config;
mod data_dir;
mod disk;
mod listener;
mod observe;
mod problem;
mod wiring;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    if let Some(code) = cc_runtime::hidden_subcommand(args.get(1..).unwrap_or_default()) {
        return exit_code(code);
    }
    cc_runtime::keep_files_private();
    cc_runtime::give_back_memory();
    match command::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            problem::print(&problem);
            ExitCode::FAILURE
        }
    }
}

fn exit_code(code: i32) -> ExitCode {
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

//! How an app runs on this machine: staging, running and supervising without Diego.

mod clock;
mod container;
mod depot;
mod errand;
mod hex;
mod isolation;
mod listeners;
mod network;
mod nothing;
mod runner;
mod seal;
mod stager;
mod supervisor;
mod sys;

pub use isolation::{Isolation, IsolationError, Tier};
pub use network::Network;
pub use nothing::Nothing;
pub use runner::{
    Config, Connections, Emit, Endpoint, EndpointChange, EndpointsChanged, LocalRuntime, LogLine,
};
pub use runner::{Output, StartError};
pub use seal::StateKey;
pub use supervisor::supervise_main;
pub use sys::{give_back_memory, keep_files_private};

/// Hidden subcommand of the programs that run inside a container.
pub(crate) const LIFECYCLE: &str = "__lifecycle";

use std::ffi::OsString;
use std::path::Path;

/// Runs the hidden subcommand that the words after the program's name ask for, and gives the exit status; None: it is
/// an ordinary call. `main` must ask this before it makes a thread or an async runtime.
pub fn hidden_subcommand(words: &[OsString]) -> Option<i32> {
    let (word, rest) = words.split_first()?;
    match word.to_str()? {
        supervisor::WORD => Some(supervise_main(rest)),
        network::gateway::WORD => Some(network::gateway::main(rest)),
        isolation::WORD => Some(isolation::probe_main(rest)),
        container::input::WORD => Some(container::input::main(rest)),
        LIFECYCLE => Some(cc_lifecycle::main(rest)),
        _ if is_called_lifecycle() => Some(cc_lifecycle::main(words)),
        _ => None,
    }
}

/// In a container the program has this name.
fn is_called_lifecycle() -> bool {
    let name = std::env::args_os().next();
    name.is_some_and(|name| Path::new(&name).file_name().is_some_and(|name| name == "lifecycle"))
}

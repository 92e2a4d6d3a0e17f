//! The command line.

use crate::config::Options;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Cloud Foundry in one binary: API, login, staging, running, routing and logs.
#[derive(Parser)]
#[command(name = "cc-server", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Start a whole small Cloud Foundry on this machine
    Up(Options),
    /// Stop the server of a data folder and every app it runs
    Down(Options),
    /// Start chosen roles with an explicit configuration, for production
    Serve(ServeArgs),
    /// Bring the database to this version and exit
    Migrate(Options),
    /// Sign tokens with a new key from now on; tokens of the old ones stay good until they expire
    RotateKeys(Options),
    /// Check host, isolation, database, blobs and ports, and say what to do
    Doctor(Options),
    /// Print the OpenAPI document
    Openapi,
    /// Print the version
    Version,
}

#[derive(Args)]
pub struct ServeArgs {
    /// What this replica does
    #[arg(long, env = "CC_ROLES", value_delimiter = ',', default_value = "api,worker,clock,edge")]
    pub roles: Vec<Role>,
    #[command(flatten)]
    pub options: Options,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Answers API, login and log requests
    Api,
    /// Runs jobs
    Worker,
    /// Does periodic work, under a lease
    Clock,
    /// Routes requests to apps and runs them
    Edge,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Api, Self::Worker, Self::Clock, Self::Edge];
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Apps are staged and run on this machine
    #[default]
    Local,
    /// Every order is taken and nothing runs: for tests of clients
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A gateway where the host allows it, else shared
    #[default]
    Auto,
    /// Each instance has a network of its own, or refuse to start
    Gateway,
    /// All apps use the host's network
    Shared,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// The strongest that the host allows
    #[default]
    Auto,
    /// Own namespaces, or refuse to start
    Namespaces,
    /// Processes fenced by Landlock
    Process,
}

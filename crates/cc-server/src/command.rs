//! What each word of the command line does.

mod doctor;
mod down;
mod rotate;
mod up;

use crate::cli::{Cli, Command, Role};
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::observe;
use crate::problem::{Problem, chain};
use crate::wiring;

/// What an app gets on one machine that asks for nothing: the reference's 1 GiB would fill a small one with four apps.
const MEMORY_OF_A_SMALL_MACHINE_MB: u32 = 256;
/// The OpenAPI document of this version.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

pub fn run(cli: Cli) -> Result<(), Problem> {
    match cli.command {
        Command::Up(options) => {
            let mut config = prepared(options)?;
            config.default_app_memory_mb.get_or_insert(MEMORY_OF_A_SMALL_MACHINE_MB);
            in_runtime(up::up(config, &Role::ALL, up::Voice::Newcomer))
        }
        Command::Serve(arguments) => {
            let config = prepared(arguments.options)?;
            check_roles(&arguments.roles)?;
            in_runtime(up::up(config, &arguments.roles, up::Voice::Operator))
        }
        Command::Down(options) => in_runtime(down::down(prepared(options)?)),
        Command::Migrate(options) => in_runtime(migrate(prepared(options)?)),
        Command::RotateKeys(options) => in_runtime(rotate::rotate(prepared(options)?)),
        Command::Doctor(options) => in_runtime(doctor::doctor(options.resolve()?)),
        Command::Openapi => {
            say(OPENAPI.trim_end());
            Ok(())
        }
        Command::Version => {
            say(&format!(
                "cc-server {} (Cloud Foundry API {})",
                env!("CARGO_PKG_VERSION"),
                cc_http::API_VERSION
            ));
            Ok(())
        }
    }
}

/// The engine on this machine stands beside the router of its apps, and jobs talk to it: they are one replica.
fn check_roles(roles: &[Role]) -> Result<(), Problem> {
    if roles.contains(&Role::Worker) == roles.contains(&Role::Edge) {
        return Ok(());
    }
    let text =
        "the roles worker and edge belong together as long as apps run on this machine; name both or neither";
    Err(Problem::Configuration(vec![text.to_owned()]))
}

fn prepared(options: Options) -> Result<Config, Problem> {
    let config = options.resolve()?;
    observe::start_log(config.log_format);
    Ok(config)
}

/// Runs a command on the one asynchronous runtime of the process.
fn in_runtime(work: impl Future<Output = Result<(), Problem>>) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Problem::internal("no threads can be started"))?;
    runtime.block_on(work)
}

async fn migrate(config: Config) -> Result<(), Problem> {
    let data = DataDir::open(&config.data_dir)?;
    let database = wiring::database(&config, &data).await?;
    let applied = database.migrate().await.map_err(|e| Problem::Database(chain(&e)))?;
    say(&format!("The database is up to date; {applied} migrations were applied."));
    Ok(())
}

/// Writes a line for the person at the terminal, or for the script that reads it. A closed pipe is no reason to stop.
fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

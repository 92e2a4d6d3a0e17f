//! `down`: ends the server of a data folder and everything it runs.

use super::say;
use crate::config::Config;
use crate::data_dir::{DataDir, running_server};
use crate::problem::Problem;
use crate::wiring;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::time::Duration;

/// How long a server may take to stop before it is given up on: its drain time and some.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn down(config: Config) -> Result<(), Problem> {
    let folder = config.data_dir.display();
    if !config.data_dir.join("run").is_dir() {
        say(&format!("No server was ever started on the data folder {folder}; nothing was stopped."));
        return Ok(());
    }
    let server = running_server(&config.data_dir);
    if let Some(pid) = server {
        kill(Pid::from_raw(pid), Signal::SIGTERM)
            .map_err(Problem::internal("the server cannot be told to stop"))?;
        let gone = async {
            while running_server(&config.data_dir).is_some() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, gone).await.is_err() {
            let seconds = PATIENCE.as_secs();
            return Err(Problem::Runtime(format!(
                "the server (process {pid}) of the data folder {folder} did not stop within {seconds} s"
            )));
        }
    }
    let data = DataDir::open(&config.data_dir)?;
    let runtime = wiring::engine_alone(&config, &data).await?;
    let stopped = runtime.running_instances();
    runtime.down().await;
    let apps = match stopped {
        0 => "no app instance was running".to_owned(),
        1 => "1 app instance was stopped".to_owned(),
        n => format!("{n} app instances were stopped"),
    };
    say(&match server {
        Some(pid) => format!("Stopped the server (process {pid}) of the data folder {folder}; {apps}."),
        None => format!("No server runs on the data folder {folder}; {apps}."),
    });
    Ok(())
}

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
    if !config.data_dir.join("run").is_dir() {
        say("Nothing runs on this data folder.");
        return Ok(());
    }
    if let Some(pid) = running_server(&config.data_dir) {
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
                "the server (process {pid}) did not stop within {seconds} s"
            )));
        }
    }
    let data = DataDir::open(&config.data_dir)?;
    let runtime = wiring::engine_alone(&config, &data).await?;
    let stopped = runtime.running_instances();
    runtime.down().await;
    say(&match stopped {
        1 => "Stopped 1 app instance.".to_owned(),
        n => format!("Stopped {n} app instances."),
    });
    Ok(())
}

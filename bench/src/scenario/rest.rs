//! What the server is at rest: memory, how fast it starts, how big it is.

use crate::Options;
use crate::server::Server;
use crate::stat::median;
use crate::table::{Goal, Table};
use anyhow::Context;
use std::time::Duration;

/// A megabyte of the goals.
const MEGABYTE: f64 = 1e6;

/// After a login and pushes: the server, and the supervisors of containers.
pub async fn memory(server: &Server, table: &mut Table) -> anyhow::Result<()> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (rss, pss) = of_process(server.pid())?;
    table.number("memory of the server at rest (RSS)", rss, "MB", Goal::Below(30.0));
    table.number("memory of the server at rest (PSS)", pss, "MB", Goal::None);
    // One app runs: its supervisor, and the first process of the container, which is a copy of it.
    let data = server.data().display().to_string();
    let (mut rss, mut pss) = (0.0, 0.0);
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command);
        if command.split('\0').any(|word| word == "__supervise")
            && command.contains(&data)
            && let Ok((more_rss, more_pss)) = of_process(pid)
        {
            rss += more_rss;
            pss += more_pss;
        }
    }
    table.number("memory of a container's supervisor and init (RSS)", rss, "MB", Goal::None);
    table.number("memory of a container's supervisor and init (PSS)", pss, "MB", Goal::Below(4.0));
    Ok(())
}

/// Resident and proportional, in megabytes.
fn of_process(pid: u32) -> anyhow::Result<(f64, f64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let rss = field("Rss:").context("a process has a resident size")?;
    let pss = field("Pss:").context("a process has a proportional size")?;
    Ok((rss * 1024.0 / MEGABYTE, pss * 1024.0 / MEGABYTE))
}

/// On the data folder that the pushes left, with an app that still runs.
pub fn cold_start(options: &Options, server: &mut Server, table: &mut Table) -> anyhow::Result<()> {
    let mut taken = Vec::new();
    for _ in 0..if options.is_quick { 3 } else { 11 } {
        server.stop()?;
        taken.push(server.start()?.as_secs_f64() * 1e3);
    }
    table.number("cold start to the first answer", median(&mut taken), "ms", Goal::Below(150.0));
    Ok(())
}

pub fn binary(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "a file of some megabytes")]
    let size = std::fs::metadata(&options.binary)?.len() as f64 / MEGABYTE;
    table.number("size of the binary", size, "MB", Goal::None);
    Ok(())
}

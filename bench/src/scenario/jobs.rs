//! A job with nothing to do: the unmapped routes of a space that has none are deleted.

use crate::Options;
use crate::api::{location, state};
use crate::database::Database;
use crate::seed;
use crate::server::Server;
use crate::stat::percentile;
use crate::table::{Goal, Table, number};
use anyhow::ensure;
use hyper::Method;
use std::time::Instant;

pub async fn run(
    options: &Options,
    database: &Database,
    server: &Server,
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut api = server.admin().await?;
    let count = if options.is_quick { 50 } else { 400 };
    let begun = database.numbers("SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM jobs").await?;
    let path = format!("/v3/spaces/{}/routes?unmapped=true", seed::space(600));
    let mut seen = Vec::new();
    for _ in 0..count {
        let sent = Instant::now();
        let job = location(&api.send(Method::DELETE, &path, "application/json", "", 202).await?)?;
        // The read is held until the job ends.
        let job = api.get(&job).await?;
        ensure!(state(&job) == "COMPLETE", "the job is {job}");
        seen.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    let since = begun.first().copied().unwrap_or_default();
    let sql = format!(
        "SELECT updated_at - created_at FROM jobs WHERE id > {since} AND state = 'complete' AND is_pollable"
    );
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a short time")]
    let mut taken: Vec<f64> =
        database.numbers(&sql).await?.into_iter().map(|micros| micros as f64 / 1e3).collect();
    ensure!(taken.len() >= count, "{} jobs of {count} are complete", taken.len());
    let shown = |values: &mut Vec<f64>| {
        format!("p50 {} ms, p99 {} ms", number(percentile(values, 0.5)), number(percentile(values, 0.99)))
    };
    println!("as the client sees it, request and held read: {}", shown(&mut seen));
    let name = database.name();
    table.number(
        format!("{name}: job, enqueued to done, p50"),
        percentile(&mut taken, 0.5),
        "ms",
        Goal::None,
    );
    table.number(
        format!("{name}: job, enqueued to done, p99"),
        percentile(&mut taken, 0.99),
        "ms",
        Goal::Below(50.0),
    );
    table.number(
        format!("{name}: job, request to COMPLETE at the client, p99"),
        percentile(&mut seen, 0.99),
        "ms",
        Goal::None,
    );
    Ok(())
}

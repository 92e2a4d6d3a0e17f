//! Ten times the connections that keep the server busy: what it still serves and how fast, and what writes, health and logins feel of it.

use crate::Options;
use crate::api::Api;
use crate::database::Database;
use crate::load::connect;
use crate::seed;
use crate::server::{PASSWORD, Server};
use crate::stat::percentile;
use crate::table::{Goal, Table, number};
use anyhow::ensure;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Connections, each with one request in flight, that are answered without a refusal and leave no core idle.
const BUSY: usize = 16;
const TIMES: usize = 10;
const PATH: &str = "/v3/apps?per_page=50&page=1";

/// What one crowd of readers came to.
struct Crowd {
    served_per_second: f64,
    refused_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

pub async fn run(
    options: &Options,
    database: &Database,
    server: &Server,
    table: &mut Table,
) -> anyhow::Result<()> {
    let time = if options.is_quick { Duration::from_secs(2) } else { Duration::from_secs(10) };
    let token = server.admin().await?.token;
    crowd(server.port, BUSY, &token, time / 2).await?;
    let calm = crowd(server.port, BUSY, &token, time).await?;
    let (crowded, felt) =
        tokio::try_join!(crowd(server.port, BUSY * TIMES, &token, time), others(server, time))?;
    let shown = |c: &Crowd| {
        format!(
            "{}/s, p50 {} ms, p99 {} ms, refused {}/s",
            number(c.served_per_second),
            number(c.p50_ms),
            number(c.p99_ms),
            number(c.refused_per_second)
        )
    };
    let name = database.name();
    let ratio = crowded.served_per_second / calm.served_per_second;
    let what = format!("{name}: lists served at {TIMES} times the connections (beside: at one time)");
    table.ratio(what, shown(&crowded), shown(&calm), ratio, Goal::AtLeast(0.9));
    let what = format!("{name}: time of a served list then, p50");
    table.number(what, crowded.p50_ms, "ms", Goal::Below(200.0));
    for (what, mut taken) in felt {
        let what = format!("{name}: {what} meanwhile, p99");
        table.number(what, percentile(&mut taken, 0.99), "ms", Goal::None);
    }
    Ok(())
}

/// Readers who ask again at once, served or not.
async fn crowd(port: u16, connections: usize, token: &str, time: Duration) -> anyhow::Result<Crowd> {
    let authorization: Arc<str> = format!("bearer {token}").into();
    let mut readers = JoinSet::new();
    let mut senders = Vec::new();
    for _ in 0..connections {
        senders.push(connect(port).await?);
    }
    let begun = Instant::now();
    for mut sender in senders {
        let authorization = authorization.clone();
        readers.spawn(async move {
            let (mut taken, mut refused) = (Vec::new(), 0_u32);
            while begun.elapsed() < time {
                let request = Request::get(PATH)
                    .header("host", format!("localhost:{port}"))
                    .header("authorization", &*authorization)
                    .body(Full::<Bytes>::default())?;
                let sent = Instant::now();
                sender.ready().await?;
                let response = sender.send_request(request).await?;
                let status = response.status().as_u16();
                response.into_body().collect().await?;
                match status {
                    200 => taken.push(sent.elapsed().as_secs_f64() * 1e3),
                    503 => refused += 1,
                    other => anyhow::bail!("{PATH} answered {other}"),
                }
            }
            Ok::<_, anyhow::Error>((taken, refused))
        });
    }
    let (mut all, mut refused) = (Vec::new(), 0);
    while let Some(done) = readers.join_next().await {
        let (taken, of_this) = done??;
        all.extend(taken);
        refused += of_this;
    }
    ensure!(!all.is_empty(), "nothing was served");
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
    let served_per_second = all.len() as f64 / seconds;
    Ok(Crowd {
        served_per_second,
        refused_per_second: f64::from(refused) / seconds,
        p50_ms: percentile(&mut all, 0.5),
        p99_ms: percentile(&mut all, 0.99),
    })
}

/// What those feel who do not read: one who writes, one who looks after the server, one who logs in. None of them may be refused.
async fn others(server: &Server, time: Duration) -> anyhow::Result<[(&'static str, Vec<f64>); 3]> {
    let mut api = server.admin().await?;
    let (mut writes, mut health, mut logins) = (Vec::new(), Vec::new(), Vec::new());
    let begun = Instant::now();
    for number in 0_u32.. {
        if begun.elapsed() > time {
            break;
        }
        let space = json!({ "data": { "guid": seed::space(500) } });
        let body = json!({ "name": format!("crowded-{number}"), "relationships": { "space": space } });
        let sent = Instant::now();
        api.post("/v3/apps", &body, 201).await?;
        writes.push(sent.elapsed().as_secs_f64() * 1e3);
        let sent = Instant::now();
        let answer = api.raw(Method::GET, "/readyz", &[], "", "localhost").await?;
        ensure!(answer.status == 200, "/readyz answered {}", answer.status);
        health.push(sent.elapsed().as_secs_f64() * 1e3);
        if number % 10 == 0 {
            let sent = Instant::now();
            Api::login(server.port, "admin", PASSWORD).await?;
            logins.push(sent.elapsed().as_secs_f64() * 1e3);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok([("creating an app", writes), ("/readyz", health), ("a login", logins)])
}

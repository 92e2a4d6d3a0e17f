//! `up` and `serve`: from a configuration to a running server, and its end.

use super::say;
use crate::cli::Role;
use crate::config::{Config, Limits};
use crate::data_dir::DataDir;
use crate::listener::{self, DRAIN_TIME, Gate};
use crate::problem::Problem;
use crate::wiring::{self, Running};
use cc_domain::route::RouterAddress;
use cc_domain::secret::Secret;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Whom the start is explained to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Says where everything is and what to type next.
    Newcomer,
    /// Says only what the log says.
    Operator,
}

/// Time for running jobs at the stop; what is cut off is repeated by the next start.
const JOB_DRAIN: Duration = Duration::from_secs(10);

pub async fn up(config: Config, roles: &[Role], voice: Voice) -> Result<(), Problem> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| Problem::Listen { address: config.listen, why: error.to_string() })?;
    let further = further_listener(&config, voice).await;
    let router = router_address(&config, further.is_some());
    let data = DataDir::open(&config.data_dir)?;
    let given = std::env::var("CC_ADMIN_PASSWORD").ok().filter(|p| !p.is_empty()).map(Secret::from);
    let (password, kept_in) = data.admin_password(given)?;
    let mut running = match wiring::start(&config, roles, &data, &password, router).await {
        Ok(running) => running,
        Err(problem) => {
            data.discard_if_new();
            return Err(problem);
        }
    };
    if voice == Voice::Newcomer {
        greet(&config, &running, kept_in.as_deref(), router);
    }
    let limits = limits(&config);
    let gate = Gate::new(limits.connections, limits.connections_per_address);
    let stop = CancellationToken::new();
    let mut serving = tokio::task::JoinSet::new();
    for listener in [Some(listener), further].into_iter().flatten() {
        let (front, gate, stop) = (running.front.clone(), gate.clone(), stop.clone());
        serving.spawn(listener::serve(listener, front, gate, limits.clone(), stop));
    }
    asked_to_stop().await?;
    running.is_stopping.store(true, Ordering::Relaxed);
    stop.cancel();
    let drained = async { while serving.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN_TIME, drained).await.is_err() {
        tracing::warn!("connections were still open at the stop");
    }
    if let Some(workers) = running.workers.take() {
        workers.drain(JOB_DRAIN).await;
    }
    if let Some(runtime) = &running.runtime {
        let left = runtime.running_instances();
        runtime.close().await;
        if voice == Voice::Newcomer {
            farewell(left, &config);
        }
    }
    Ok(())
}

/// Those of the configuration, with no more connections than there can be descriptors for.
fn limits(config: &Config) -> Limits {
    let can_be = listener::connections_of(listener::raise_limit());
    let mut limits = config.limits.clone();
    if can_be < limits.connections {
        tracing::info!(
            max_connections = can_be,
            "the limit of open files allows fewer connections than configured"
        );
        limits.connections = can_be;
    }
    limits
}

/// Port 80 on loopback, if that is free and allowed: then the URLs of apps need no port.
async fn further_listener(config: &Config, voice: Voice) -> Option<TcpListener> {
    let is_wanted = voice == Voice::Newcomer && config.listen.ip().is_loopback() && config.takes_port_80;
    if !is_wanted || !nix::unistd::geteuid().is_root() {
        return None;
    }
    TcpListener::bind((config.listen.ip(), 80)).await.ok()
}

/// Apps are reached as the API is; without a port where we listen on the scheme's own too.
fn router_address(config: &Config, has_port_80: bool) -> RouterAddress {
    let uri = config.external_url.parse::<http::Uri>().unwrap_or_default();
    let is_tls = uri.scheme_str() == Some("https");
    RouterAddress { is_tls, port: uri.port_u16().filter(|_| is_tls || !has_port_80) }
}

async fn asked_to_stop() -> Result<(), Problem> {
    let failed = "signals cannot be received";
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Problem::internal(failed))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Problem::internal(failed))?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn greet(config: &Config, running: &Running, kept_in: Option<&Path>, router: RouterAddress) {
    let url = &config.external_url;
    let scheme = if router.is_tls { "https" } else { "http" };
    let port = router.port.map(|p| format!(":{p}")).unwrap_or_default();
    say("Cloud Foundry is up.");
    say("");
    say(&format!("  API       {url}"));
    say(&format!("  Apps      {scheme}://<name>.{}{port}", config.apps_domain));
    match (&config.uaa, kept_in) {
        (Some(uaa), _) => say(&format!("  Users     those of {}", uaa.url)),
        (None, Some(path)) => say(&format!("  User      admin, with the password in {}", path.display())),
        (None, None) => say("  User      admin, with the password of CC_ADMIN_PASSWORD at the first start"),
    }
    say(&format!("  Data      {}", config.data_dir.display()));
    if let Some(runtime) = &running.runtime {
        say(&format!("  {}", runtime.tier().facts_line()));
        say(&format!("  {}", runtime.tier().gaps_line()));
    }
    say("");
    say("Next, in another terminal:");
    say(&format!("  cf api {url}"));
    match kept_in.filter(|_| config.uaa.is_none()) {
        Some(path) => say(&format!("  cf login -u admin -p \"$(cat {})\"", path.display())),
        None => say("  cf login"),
    }
    say("  cf create-org my-org && cf target -o my-org && cf create-space dev && cf target -s dev");
    say("  cf push my-app");
    say("");
    say("Ctrl-C stops the server; apps keep running.");
}

fn farewell(left: usize, config: &Config) {
    match left {
        0 => say("Stopped. No app instance is running."),
        1 => say("Stopped. 1 app instance keeps running."),
        n => say(&format!("Stopped. {n} app instances keep running.")),
    }
    if left > 0 {
        say(&format!("`cc-server down --data-dir {}` stops them.", config.data_dir.display()));
    }
}

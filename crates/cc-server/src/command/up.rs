//! `up` and `serve`: from a configuration to a running server, and its end.

mod greet;

use crate::cli::Role;
use crate::config::{Config, Limits};
use crate::data_dir::DataDir;
use crate::listener::{self, DRAIN_TIME, Gate};
use crate::problem::Problem;
use crate::wiring;
use cc_domain::route::RouterAddress;
use cc_domain::secret::Secret;
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
    let port_80 = port_80(&config, voice).await;
    let router = router_address(&config, matches!(port_80, Port80::Ours(_)));
    let data = DataDir::open(&config.data_dir)?;
    let given = std::env::var("CC_ADMIN_PASSWORD").ok().filter(|p| !p.is_empty()).map(Secret::from);
    let mut running = match wiring::start(&config, roles, &data, given, router).await {
        Ok(running) => running,
        Err(problem) => {
            data.discard_if_new();
            return Err(problem);
        }
    };
    match voice {
        Voice::Newcomer => greet::greet(&config, &running, &port_80, router),
        Voice::Operator => greet::announce(&config, roles, &running),
    }
    let further = match port_80 {
        Port80::Ours(listener) => Some(listener),
        Port80::Taken | Port80::NotAllowed | Port80::NotWanted => None,
    };
    let limits = limits(&config);
    let gate = Gate::new(limits.connections, limits.connections_per_address);
    // Before the first answer: who sees the server ready may tell it to stop.
    let asked = asked_to_stop()?;
    let stop = CancellationToken::new();
    let mut serving = tokio::task::JoinSet::new();
    for listener in [Some(listener), further].into_iter().flatten() {
        let (front, gate, stop) = (running.front.clone(), gate.clone(), stop.clone());
        serving.spawn(listener::serve(listener, front, gate, limits.clone(), stop));
    }
    asked.await;
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
            greet::farewell(left, &config);
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

/// Port 80 on loopback beside our own: with it the URLs of apps need no port.
enum Port80 {
    Ours(TcpListener),
    /// Another program listens there.
    Taken,
    /// Only root may listen there.
    NotAllowed,
    /// Our own port is 80, or it is open to the network, or the operator said no.
    NotWanted,
}

async fn port_80(config: &Config, voice: Voice) -> Port80 {
    let is_possible = voice == Voice::Newcomer && config.listen.ip().is_loopback();
    if !is_possible || !config.takes_port_80 || config.listen.port() == 80 {
        return Port80::NotWanted;
    }
    match TcpListener::bind((config.listen.ip(), 80)).await {
        Ok(listener) => Port80::Ours(listener),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Port80::NotAllowed,
        Err(_) => Port80::Taken,
    }
}

/// Apps are reached as the API is; without a port where we listen on the scheme's own too.
fn router_address(config: &Config, has_port_80: bool) -> RouterAddress {
    let uri = config.external_url.parse::<http::Uri>().unwrap_or_default();
    let is_tls = uri.scheme_str() == Some("https");
    RouterAddress { is_tls, port: uri.port_u16().filter(|_| is_tls || !has_port_80) }
}

/// Ends with the first signal to stop; from the call on, none is missed.
fn asked_to_stop() -> Result<impl Future<Output = ()>, Problem> {
    let failed = "signals cannot be received";
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Problem::internal(failed))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Problem::internal(failed))?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

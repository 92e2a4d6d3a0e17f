//! The one listener: accepts connections within their limits, tells our own hosts from app hosts, and drains at the end.
//!
//! A request is for the API, login or logs only if its authority is a system host (that of the external URL, `localhost`, any IP
//! literal); any other authority goes to the edge and nowhere else (architecture 5).

mod activity;
mod connection;
mod descriptors;
mod front;
mod gate;
mod request_body;

pub use descriptors::{connections_of, raise_limit};
pub use front::{Front, Surfaces};
pub use gate::Gate;

use crate::config::Limits;
use connection::Serving;
use descriptors::Accepting;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long open connections are given to finish when the server stops.
pub const DRAIN_TIME: Duration = Duration::from_secs(30);
/// Connections beyond the limit that may ask for health at a time; the oldest makes room for the next.
const OF_HEALTH: usize = 32;

/// Serves until `stop` is cancelled, then lets open requests finish for at most [`DRAIN_TIME`].
pub async fn serve(
    listener: TcpListener,
    front: Arc<Front>,
    gate: Arc<Gate>,
    limits: Limits,
    stop: CancellationToken,
) {
    let serving = Arc::new(Serving::new(front, limits));
    let connections = TaskTracker::new();
    let mut of_health: VecDeque<AbortHandle> = VecDeque::new();
    let mut accepting = Accepting::new(listener);
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accepting.next() => accepted,
        };
        // Answers are written in one piece, so waiting for more only delays them.
        let _ = stream.set_nodelay(true);
        let place = gate.enter(peer.ip());
        let is_beyond = place.is_none();
        let (serving, stop) = (Arc::clone(&serving), stop.clone());
        let task = connections.spawn(async move { serving.serve(stream, peer, place, stop).await });
        if is_beyond {
            metrics::counter!("cc_connections_refused_total", "why" => "limit").increment(1);
            of_health.retain(|task| !task.is_finished());
            if of_health.len() >= OF_HEALTH
                && let Some(oldest) = of_health.pop_front()
            {
                oldest.abort();
            }
            of_health.push_back(task.abort_handle());
        }
    }
    drop(accepting);
    connections.close();
    if tokio::time::timeout(DRAIN_TIME, connections.wait()).await.is_err() {
        tracing::warn!("connections were still open after the drain time");
    }
}

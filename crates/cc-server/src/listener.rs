//! The one listener: accepts connections, tells our own hosts from app hosts, and drains at the end.
//!
//! A request is for the API, login or logs only if its authority is a system host (that of the external URL, `localhost`, any IP
//! literal); any other authority goes to the edge and nowhere else (architecture 5).

mod front;

pub use front::{Front, Surfaces};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A client has this long to send a request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Header fields of a request; more for app hosts than for ours, which [`Front`] checks.
const MAX_FIELDS: usize = 1_000;
/// Bytes of a request's head.
const MAX_HEAD: usize = 1 << 20;
/// How long open connections are given to finish when the server stops.
pub const DRAIN_TIME: Duration = Duration::from_secs(30);

/// Serves until `stop` is cancelled, then lets open requests finish for at most [`DRAIN_TIME`].
pub async fn serve(listener: TcpListener, front: Arc<Front>, stop: CancellationToken) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MAX_FIELDS)
        .max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX));
    let builder = Arc::new(builder);
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection(&builder, &graceful, &front, stream, peer),
                Err(error) => {
                    // Out of descriptors: a pause lets connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN_TIME) => tracing::warn!("connections were still open after the drain time"),
    }
}

fn connection(
    builder: &Arc<Builder<TokioExecutor>>,
    graceful: &GracefulShutdown,
    front: &Arc<Front>,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // Answers are written in one piece, so waiting for more only delays them.
    let _ = stream.set_nodelay(true);
    let front = Arc::clone(front);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let front = Arc::clone(&front);
        async move { Ok::<_, std::convert::Infallible>(front.answer(request, peer).await) }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, %peer, "a connection broke");
        }
    });
}

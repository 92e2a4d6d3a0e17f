//! The listener: one thread, HTTP/1.1 and HTTP/2 without TLS, until SIGTERM.

use super::access_log;
use super::answer::{Body, Server};
use crate::console;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{Extensions, HeaderMap, HeaderValue, Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tower::{ServiceBuilder, ServiceExt, service_fn as tower_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// What is already being answered gets this long after SIGTERM.
const GRACE: Duration = Duration::from_secs(5);
const HEADER_TIMEOUT: Duration = Duration::from_mins(1);
/// How long to wait when no connection can be taken, for want of descriptors as a rule.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Bytes; shorter texts are not compressed.
const COMPRESSED_FROM: u64 = 1100;
const COMPRESSED: [&str; 11] = [
    "text/html",
    "text/plain",
    "text/css",
    "text/js",
    "text/xml",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "application/json",
    "application/xml",
    "application/rss+xml",
];

/// Serves on all addresses until SIGTERM. The port is said once it is open; 0 takes one that is free.
pub(super) fn run(server: Server, port: u16) -> io::Result<()> {
    // File reads go to the extra threads; their small number and stacks keep the process small.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .thread_stack_size(128 << 10)
        .build()?;
    runtime.block_on(accept(Arc::new(server), port))
}

async fn accept(server: Arc<Server>, port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    // Before the line that says so: who waits for it may then stop the server.
    let mut terminate = signal(SignalKind::terminate())?;
    console::out(&format!("Serving static files on port {}", listener.local_addr()?.port()));
    let graceful = GracefulShutdown::new();
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(64 << 10);
    http.http2().timer(TokioTimer::new()).max_concurrent_streams(64);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            connection = listener.accept() => match connection {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    let server = Arc::clone(&server);
                    let service = service_fn(move |request| answer(Arc::clone(&server), request));
                    let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service).into_owned());
                    // A connection that breaks is the visitor's affair.
                    tokio::spawn(async move { drop(connection.await) });
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

async fn answer(server: Arc<Server>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let line = access_log::Line::of(&request);
    let request = request.map(|_| ());
    let compress =
        CompressionLayer::new().gzip(true).quality(CompressionLevel::Default).compress_when(is_compressed);
    let plain = tower_fn(move |request: Request<()>| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.answer(&request).await) }
    });
    let mut response = ServiceBuilder::new().layer(compress).service(plain).oneshot(request).await?;
    weaken_tag(&mut response);
    Ok(line.watch(response.map(|body| body.map_err(io::Error::other).boxed_unsync())))
}

fn is_compressed(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()).unwrap_or(0);
    let kind = text(CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default();
    matches!(status.as_u16(), 200 | 403 | 404) && length >= COMPRESSED_FROM && COMPRESSED.contains(&kind)
}

/// What was compressed on the way is no longer byte for byte the file that its tag names.
fn weaken_tag<B>(response: &mut Response<B>) {
    let headers = response.headers_mut();
    if !headers.contains_key(CONTENT_ENCODING) || headers.contains_key(CONTENT_LENGTH) {
        return;
    }
    let weak = headers
        .get(ETAG)
        .and_then(|tag| tag.to_str().ok())
        .filter(|tag| tag.starts_with('"'))
        .and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}

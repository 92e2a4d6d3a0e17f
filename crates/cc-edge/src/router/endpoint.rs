//! One address of an instance: its connections, its load, and whether it failed lately.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cc_domain::traffic::{self, Protocol, Way};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::body::UpstreamBody;
use super::config::{MAX_HEADER_BYTES, MAX_HEADER_LINES};

pub(super) struct Endpoint {
    host: Arc<str>,
    port: u16,
    /// Not there if the host is a name.
    address: Option<SocketAddr>,
    way: Way,
    pub protocol: Protocol,
    in_flight: AtomicU32,
    /// Milliseconds of the router's own clock.
    failed_until: AtomicU64,
    /// The last one put back is taken first, so that a small load keeps few open.
    idle: Mutex<Vec<Idle>>,
    /// HTTP/2 carries all requests on one connection.
    shared: Mutex<Option<http2::SendRequest<UpstreamBody>>>,
}

struct Idle {
    sender: http1::SendRequest<UpstreamBody>,
    since: Instant,
}

pub(super) enum Sender {
    Http1(http1::SendRequest<UpstreamBody>),
    Http2(http2::SendRequest<UpstreamBody>),
}

impl Endpoint {
    pub fn new(at: &traffic::Endpoint, protocol: Protocol) -> Self {
        let (host, port) = (&at.host, at.port);
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        Self {
            host: host.clone(),
            port,
            address: address.ok().map(|ip| SocketAddr::new(ip, port)),
            way: at.way.clone(),
            protocol,
            in_flight: AtomicU32::new(0),
            failed_until: AtomicU64::new(0),
            idle: Mutex::default(),
            shared: Mutex::default(),
        }
    }

    pub fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub fn is_failed(&self, now_ms: u64) -> bool {
        self.failed_until.load(Ordering::Relaxed) > now_ms
    }

    pub fn mark_failed(&self, until_ms: u64) {
        self.failed_until.store(until_ms, Ordering::Relaxed);
    }

    pub fn mark_good(&self) {
        if self.failed_until.load(Ordering::Relaxed) != 0 {
            self.failed_until.store(0, Ordering::Relaxed);
        }
    }

    /// A connection that was used before, if one seems alive.
    pub fn reuse(&self, idle_timeout: Duration) -> Option<Sender> {
        if self.protocol == Protocol::Http2 {
            let shared = lock(&self.shared).clone()?;
            return (!shared.is_closed()).then_some(Sender::Http2(shared));
        }
        let mut idle = lock(&self.idle);
        while let Some(Idle { sender, since }) = idle.pop() {
            if since.elapsed() >= idle_timeout {
                // Those below were put back even earlier.
                idle.clear();
                return None;
            }
            if !sender.is_closed() {
                return Some(Sender::Http1(sender));
            }
        }
        None
    }

    pub fn put_back(&self, sender: http1::SendRequest<UpstreamBody>, keep: usize) {
        if sender.is_closed() {
            return;
        }
        let mut idle = lock(&self.idle);
        if idle.len() < keep {
            idle.push(Idle { sender, since: Instant::now() });
        }
    }

    /// Closes what has not been used for so long.
    pub fn close_idle(&self, idle_timeout: Duration) {
        lock(&self.idle).retain(|idle| !idle.sender.is_closed() && idle.since.elapsed() < idle_timeout);
    }

    /// Opens a connection. Its task ends with it.
    pub async fn connect(&self, timeout: Duration) -> io::Result<Sender> {
        let dialled = tokio::time::timeout(timeout, self.dial());
        let stream = dialled.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        stream.set_nodelay(true)?;
        let stream = TokioIo::new(stream);
        match self.protocol {
            Protocol::Http1 => {
                // Names as the platform's router writes them: some programs compare them in this case only.
                let handshake = http1::Builder::new()
                    .max_headers(MAX_HEADER_LINES)
                    .max_buf_size(MAX_HEADER_BYTES)
                    .title_case_headers(true)
                    .handshake(stream);
                let (sender, connection) = handshake.await.map_err(io::Error::other)?;
                tokio::spawn(async move {
                    if let Err(error) = connection.with_upgrades().await {
                        tracing::debug!(%error, "connection to an instance ended");
                    }
                });
                Ok(Sender::Http1(sender))
            }
            Protocol::Http2 => {
                let handshake = http2::Builder::new(TokioExecutor::new())
                    .timer(TokioTimer::new())
                    .max_header_list_size(u32::try_from(MAX_HEADER_BYTES).unwrap_or(u32::MAX))
                    .handshake(stream);
                let (sender, connection) = handshake.await.map_err(io::Error::other)?;
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "connection to an instance ended");
                    }
                });
                *lock(&self.shared) = Some(sender.clone());
                Ok(Sender::Http2(sender))
            }
        }
    }
}

impl Endpoint {
    async fn dial(&self) -> io::Result<TcpStream> {
        match (&self.way, self.address) {
            (Way::Through(dial), _) => TcpStream::from_std(dial.dial(self.port).await?.into()),
            (Way::Host, Some(address)) => TcpStream::connect(address).await,
            (Way::Host, None) => TcpStream::connect((&*self.host, self.port)).await,
        }
    }
}

/// `host:port`, as it is written in the access log.
impl std::fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

/// Counts a request on its endpoint for as long as it lives.
pub(super) struct InFlight(Arc<Endpoint>);

impl InFlight {
    pub fn new(endpoint: &Arc<Endpoint>) -> Self {
        endpoint.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(endpoint.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

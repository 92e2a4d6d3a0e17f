//! A router on loopback, backends behind it, and clients in front.

use std::convert::Infallible;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use cc_domain::log::{Envelope, LogSource, ReadQuery};
use cc_domain::ports::Clock;
use cc_domain::time::Timestamp;
use cc_domain::traffic::{Destination, Endpoint, Protocol, Route, Traffic};
use cc_edge::log_store::{Limits, RingStore};
use cc_edge::{Edge, RouterConfig};
use futures_util::{Stream, StreamExt};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub type AnyBody = UnsyncBoxBody<Bytes, Infallible>;

pub fn full(text: impl Into<Bytes>) -> AnyBody {
    Full::new(text.into()).boxed_unsync()
}

pub fn empty() -> AnyBody {
    Empty::new().boxed_unsync()
}

pub fn frames(frames: impl Stream<Item = Frame<Bytes>> + Send + 'static) -> AnyBody {
    StreamBody::new(frames.map(Ok)).boxed_unsync()
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000)
    }
}

pub struct Stand {
    pub router: Arc<Edge>,
    pub logs: Arc<RingStore>,
    pub address: SocketAddr,
}

impl Stand {
    pub async fn new(routes: Vec<Route>) -> Self {
        Self::with(RouterConfig::default(), routes).await
    }

    pub async fn with(config: RouterConfig, routes: Vec<Route>) -> Self {
        let logs = Arc::new(RingStore::new(Limits::default()));
        let router = Edge::new(config, logs.clone(), Arc::new(FixedClock));
        router.replace(routes);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = router.clone();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let router = served.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let router = router.clone();
                        async move { Ok::<_, Infallible>(router.handle(request, peer).await) }
                    });
                    let mut server = auto::Builder::new(TokioExecutor::new());
                    server.http1().max_headers(1000).max_buf_size(1 << 20);
                    let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { router, logs, address }
    }

    /// One request on a connection of its own.
    pub async fn send(&self, request: Request<AnyBody>) -> Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection.with_upgrades());
        sender.send_request(request).await.unwrap()
    }

    pub async fn ask(&self, request: http::request::Builder) -> Answer {
        Answer::of(self.send(request.body(empty()).unwrap()).await).await
    }

    pub async fn get(&self, host: &str, path: &str) -> Answer {
        self.ask(Request::get(path).header("host", host)).await
    }

    /// What comes back for these bytes until the router closes.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The router may answer and close before it has read everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub async fn envelopes(&self, app: &str) -> Vec<Envelope> {
        self.logs.read(app, &ReadQuery::default()).await.unwrap()
    }

    /// The counter of this name.
    pub fn count(&self, name: &str) -> u64 {
        self.router.counters().read().into_iter().find(|(found, _)| *found == name).unwrap().1
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(response: Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn error(&self) -> &str {
        self.header("x-cf-routererror")
    }
}

/// A backend that is an HTTP/1 and HTTP/2 server; gone when dropped.
pub struct Backend {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Backend {
    pub async fn new<F, R>(answer: F) -> Self
    where
        F: Fn(Request<Incoming>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response<AnyBody>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let response = answer(request);
                        async move { Ok::<_, Infallible>(response.await) }
                    });
                    let mut server = auto::Builder::new(TokioExecutor::new());
                    server.http1().max_headers(1000);
                    let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, connections, accepting }
    }

    /// Answers with this text, always.
    pub async fn saying(text: &'static str) -> Self {
        Self::new(move |_| async move { Response::new(full(text)) }).await
    }

    /// Answers with method, target and headers of the request, a line each.
    pub async fn echoing() -> Self {
        Self::new(|request| async move {
            let mut text = format!("{} {}\n", request.method(), request.uri());
            for (name, value) in request.headers() {
                writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
            }
            Response::new(full(text))
        })
        .await
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn instance(&self, index: u32) -> Endpoint {
        instance(self.address, index)
    }
}

pub fn instance(address: SocketAddr, index: u32) -> Endpoint {
    Endpoint {
        instance_guid: format!("instance-{index}").into(),
        index,
        host: address.ip().to_string().into(),
        port: address.port(),
        way: cc_domain::traffic::Way::Host,
    }
}

/// An address at which nobody listens.
pub async fn dead_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

pub fn destination(app: &str, endpoints: Vec<Endpoint>) -> Destination {
    Destination {
        app_guid: app.into(),
        process_guid: format!("{app}-web").into(),
        process_type: "web".into(),
        app_port: 8080,
        weight: None,
        protocol: Protocol::Http1,
        tags: Arc::default(),
        endpoints,
    }
}

pub fn route(host: &str, path: &str, destinations: Vec<Destination>) -> Route {
    let guid = format!("route-{host}{path}");
    Route { guid: guid.into(), host: host.into(), path: path.into(), destinations, ..Route::default() }
}

/// A route to one app `app` with these instances.
pub fn simple(host: &str, endpoints: Vec<Endpoint>) -> Route {
    route(host, "", vec![destination("app", endpoints)])
}

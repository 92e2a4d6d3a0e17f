//! Requests per second through the router and without it, on loopback: `cargo run --release -p cc-edge --example load [connections] [seconds]`.
//! With a third argument `serve`, it only serves the router on port 8081 before a backend on 8082, for another load generator.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cc_domain::ports::Clock;
use cc_domain::time::Timestamp;
use cc_domain::traffic::{Destination, Endpoint, Protocol, Route, Traffic};
use cc_edge::log_store::{Limits, RingStore};
use cc_edge::{Edge, RouterConfig};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};

struct Wall;

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        Timestamp::from_micros(now.as_microsecond())
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let connections: usize = arguments.next().unwrap_or_else(|| "64".to_owned()).parse()?;
    let seconds: u64 = arguments.next().unwrap_or_else(|| "5".to_owned()).parse()?;
    let is_server = arguments.next().is_some();
    let backend = serve_backend(if is_server { 8082 } else { 0 }).await?;
    let edge = serve_edge(if is_server { 8081 } else { 0 }, backend).await?;
    if is_server {
        return std::future::pending().await;
    }
    let direct = load(backend, connections, seconds).await?;
    let through = load(edge, connections, seconds).await?;
    #[expect(clippy::print_stdout, reason = "it is what the example is for")]
    {
        println!("direct {direct}/s, through the router {through}/s");
    }
    Ok(())
}

async fn serve_backend(port: u16) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let body = Bytes::from_static(b"a body of forty-seven bytes, as in the prototype");
                let answer = service_fn(move |_| {
                    let response = Response::new(Full::new(body.clone()));
                    async move { Ok::<_, Infallible>(response) }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    });
    Ok(address)
}

async fn serve_edge(port: u16, backend: SocketAddr) -> Result<SocketAddr, Failure> {
    let logs = Arc::new(RingStore::new(Limits::default()));
    let router = Edge::new(RouterConfig::default(), logs, Arc::new(Wall));
    let endpoint = Endpoint {
        instance_guid: "instance".into(),
        index: 0,
        host: "127.0.0.1".into(),
        port: backend.port(),
        way: cc_domain::traffic::Way::Host,
    };
    let destination = Destination {
        app_guid: "app".into(),
        process_guid: "process".into(),
        process_type: "web".into(),
        app_port: 8080,
        weight: None,
        protocol: Protocol::Http1,
        tags: Arc::default(),
        endpoints: vec![endpoint],
    };
    let name = |n: usize| if n == 0 { "app.test".to_owned() } else { format!("app-{n}.test") };
    let routes = (0..1000).map(|n| Route {
        guid: n.to_string().into(),
        host: name(n),
        destinations: vec![destination.clone()],
        ..Route::default()
    });
    router.replace(routes.collect());
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, peer)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let router = router.clone();
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
    Ok(address)
}

async fn load(address: SocketAddr, connections: usize, seconds: u64) -> Result<u64, Failure> {
    let (count, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut clients = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let (count, is_over) = (count.clone(), is_over.clone());
        clients.push(tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                let request = Request::get("/").header("host", "app.test").body(Empty::<Bytes>::new())?;
                sender.ready().await?;
                let response = sender.send_request(request).await?;
                if response.status() != 200 {
                    return Err(format!("answered {}", response.status()).into());
                }
                response.into_body().collect().await?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failure>(())
        }));
    }
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await??;
    }
    Ok(count.load(Ordering::Relaxed) / seconds)
}

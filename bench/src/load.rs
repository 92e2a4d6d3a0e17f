//! A closed loop: some connections, each with one request in flight, for some time.

use crate::stat::percentile;
use anyhow::ensure;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Enough to keep two cores busy, few enough that a request does not only wait.
const CONNECTIONS: u64 = 4;

/// What is asked of one server, over and over.
pub struct Ask {
    pub port: u16,
    pub host: String,
    pub method: Method,
    pub path: String,
    pub token: Option<String>,
    /// The body of the n-th request; `None` has none.
    pub body: Option<Box<dyn Fn(u64) -> String>>,
    pub status: u16,
    /// Connections, each with one request in flight.
    pub connections: u64,
}

impl Ask {
    pub fn get(port: u16, path: impl Into<String>, token: Option<&str>) -> Self {
        let token = token.map(str::to_owned);
        let host = format!("localhost:{port}");
        Self {
            port,
            host,
            method: Method::GET,
            path: path.into(),
            token,
            body: None,
            status: 200,
            connections: CONNECTIONS,
        }
    }

    pub fn post(
        port: u16,
        path: impl Into<String>,
        token: Option<&str>,
        body: impl Fn(u64) -> String + 'static,
    ) -> Self {
        let get = Self::get(port, path, token);
        Self { method: Method::POST, body: Some(Box::new(body)), status: 201, ..get }
    }

    fn request(&self, number: u64) -> anyhow::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder().method(&self.method).uri(&self.path).header("host", &self.host);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("bearer {token}"));
        }
        let body = match &self.body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Bytes::from(body(number))
            }
            None => Bytes::new(),
        };
        Ok(request.body(Full::new(body))?)
    }
}

/// What came of one loop.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub bytes: usize,
}

pub async fn connect(port: u16) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Asks for as long as `time`. Numbers of requests start at `first`, so that bodies do not repeat. Any other status than the expected one
/// fails.
pub async fn run(ask: &Ask, time: Duration, first: u64) -> anyhow::Result<Sample> {
    let mut senders = Vec::new();
    for _ in 0..ask.connections {
        senders.push(connect(ask.port).await?);
    }
    let begun = Instant::now();
    let loops = senders.into_iter().zip(0..).map(|(mut sender, which): (_, u64)| async move {
        let mut taken = Vec::new();
        let mut bytes = 0;
        let mut number = first + which;
        while begun.elapsed() < time {
            let request = ask.request(number)?;
            number += ask.connections;
            let sent = Instant::now();
            sender.ready().await?;
            let response = sender.send_request(request).await?;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await?.to_bytes();
            taken.push(sent.elapsed().as_secs_f64() * 1e3);
            ensure!(
                status == ask.status,
                "{} answered {status}: {}",
                ask.path,
                String::from_utf8_lossy(body.get(..body.len().min(400)).unwrap_or_default())
            );
            bytes = body.len();
        }
        Ok::<_, anyhow::Error>((taken, bytes))
    });
    let mut all = Vec::new();
    let mut bytes = 0;
    for done in together(loops).await {
        let (taken, size) = done?;
        all.extend(taken);
        bytes = size;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
    let per_second = all.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Sample { per_second, p50_ms: percentile(&mut all, 0.5), p99_ms: percentile(&mut all, 0.99), bytes })
}

/// Drives all to their end on this thread.
async fn together<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (future, output) in &mut running {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

//! Bodies and tunnels flow as they come, and stop when one side goes.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::stand::{Answer, AnyBody, Backend, Stand, empty, frames, full, simple};

/// A body whose parts are sent by hand.
fn by_hand() -> (mpsc::Sender<&'static str>, AnyBody) {
    let (sender, receiver) = mpsc::channel::<&'static str>(1);
    let parts = futures_util::stream::unfold(receiver, |mut receiver| async move {
        let part = receiver.recv().await?;
        Some((Frame::data(Bytes::from(part)), receiver))
    });
    (sender, frames(parts))
}

async fn next_part(body: &mut Incoming) -> Bytes {
    body.frame().await.unwrap().unwrap().into_data().unwrap()
}

#[tokio::test]
async fn a_response_reaches_the_client_part_by_part() {
    let (parts, body) = by_hand();
    let body = Arc::new(std::sync::Mutex::new(Some(body)));
    let backend = Backend::new(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async move { Response::new(body) }
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let response = stand.send(Request::get("/").header("host", "a.com").body(empty()).unwrap()).await;
    assert_eq!(response.headers()["transfer-encoding"], "chunked");
    let mut body = response.into_body();
    for part in ["one", "two", "three"] {
        parts.send(part).await.unwrap();
        assert_eq!(next_part(&mut body).await, part);
    }
    drop(parts);
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_request_reaches_the_app_part_by_part_even_with_get() {
    for method in ["POST", "GET"] {
        let (seen, mut has_seen) = mpsc::channel(1);
        let backend = Backend::new(move |request: Request<Incoming>| {
            let seen = seen.clone();
            async move {
                let mut body = request.into_body();
                while let Some(frame) = body.frame().await {
                    seen.send(frame.unwrap().into_data().unwrap()).await.unwrap();
                }
                Response::new(full("done"))
            }
        })
        .await;
        let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
        let (parts, body) = by_hand();
        let request =
            Request::builder().method(method).header("host", "a.com").header("transfer-encoding", "chunked");
        let exchange = async { Answer::of(stand.send(request.body(body).unwrap()).await).await };
        let upload = async {
            for part in ["one", "two", "three"] {
                parts.send(part).await.unwrap();
                assert_eq!(has_seen.recv().await.unwrap(), part);
            }
            drop(parts);
        };
        let (answer, ()) = tokio::join!(exchange, upload);
        assert_eq!(answer.body, "done");
    }
}

#[tokio::test]
async fn a_large_body_arrives_whole_in_both_directions() {
    let backend = Backend::new(|request: Request<Incoming>| async move {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Response::new(full(body))
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let sent = "not a power of two".repeat(100_000);
    let request = Request::post("/").header("host", "a.com").body(full(sent.clone())).unwrap();
    let answer = Answer::of(stand.send(request).await).await;
    assert!(answer.body == sent);
    // Counted when the body is dropped, which the client cannot see: the next request comes later.
    stand.get("a.com", "/").await;
    assert_eq!(stand.count("received_bytes_total"), sent.len() as u64);
}

/// Tells when it is dropped.
struct Dropped(mpsc::Sender<()>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.try_send(());
    }
}

#[tokio::test]
async fn a_client_that_leaves_during_the_answer_ends_it_at_the_app() {
    let (gone, mut is_gone) = mpsc::channel(1);
    let backend = Backend::new(move |_| {
        let guard = Dropped(gone.clone());
        let first = futures_util::stream::iter([Frame::data(Bytes::from("first"))]);
        let rest = futures_util::stream::poll_fn(move |_| {
            let _held = &guard;
            std::task::Poll::Pending
        });
        async move { Response::new(frames(first.chain(rest))) }
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let mut response = stand.send(Request::get("/").header("host", "a.com").body(empty()).unwrap()).await;
    assert_eq!(next_part(response.body_mut()).await, "first");
    drop(response);
    is_gone.recv().await.unwrap();
    assert_eq!(stand.count("clients_gone_total"), 1);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_ends_the_request_at_the_app() {
    let (started, mut has_started) = mpsc::channel(1);
    let (gone, mut is_gone) = mpsc::channel(1);
    let backend = Backend::new(move |_| {
        let guard = Dropped(gone.clone());
        let started = started.clone();
        async move {
            let _held = guard;
            started.send(()).await.unwrap();
            std::future::pending::<Response<AnyBody>>().await
        }
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let mut client = TcpStream::connect(stand.address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a.com\r\n\r\n").await.unwrap();
    has_started.recv().await.unwrap();
    drop(client);
    is_gone.recv().await.unwrap();
    let line = super::logging::first_line(&stand).await;
    assert!(line.contains("\" 499 0 0 "), "{line}");
}

/// Switches to a protocol that shouts back what it hears, if asked to.
async fn shouting() -> Backend {
    Backend::new(|mut request: Request<Incoming>| async move {
        if request.headers().get("upgrade").is_none_or(|protocol| protocol != "shout") {
            return Response::new(full("no upgrade"));
        }
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut stream = TokioIo::new(upgrade.await.unwrap());
            let mut buffer = [0; 64];
            while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                let heard = buffer[..count].to_ascii_uppercase();
                stream.write_all(&heard).await.unwrap();
            }
        });
        let mut response = Response::new(empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.headers_mut().insert("connection", "upgrade".parse().unwrap());
        response.headers_mut().insert("upgrade", "shout".parse().unwrap());
        response
    })
    .await
}

#[tokio::test]
async fn an_upgraded_connection_is_a_tunnel_until_one_side_closes() {
    let backend = shouting().await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let request =
        Request::get("/").header("host", "a.com").header("connection", "Upgrade").header("upgrade", "shout");
    let response = stand.send(request.body(empty()).unwrap()).await;
    assert_eq!(response.status(), 101);
    assert_eq!(response.headers()["upgrade"], "shout");
    let mut tunnel = TokioIo::new(hyper::upgrade::on(response).await.unwrap());
    for word in ["hello", "again"] {
        tunnel.write_all(word.as_bytes()).await.unwrap();
        let mut heard = [0; 5];
        tunnel.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, word.to_uppercase().as_bytes());
    }
    assert_eq!(stand.count("tunnels_now"), 1);
    tunnel.shutdown().await.unwrap();
    let mut rest = Vec::new();
    tunnel.read_to_end(&mut rest).await.unwrap();
    let line = super::logging::first_line(&stand).await;
    assert!(line.contains("\" 101 10 10 "), "{line}");
}

#[tokio::test]
async fn an_app_may_decline_an_upgrade() {
    let backend = shouting().await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let request =
        Request::get("/").header("host", "a.com").header("connection", "Upgrade").header("upgrade", "other");
    let answer = stand.ask(request).await;
    assert_eq!((answer.status, &*answer.body), (200, "no upgrade"));
}

#[tokio::test]
async fn a_wish_for_http_2_is_not_the_apps_concern() {
    let backend = Backend::echoing().await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let request = Request::get("/").header("host", "a.com").header("connection", "Upgrade, HTTP2-Settings");
    let answer = stand.ask(request.header("upgrade", "h2c").header("http2-settings", "AAMAAABk")).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("upgrade") && !answer.body.contains("http2-settings"), "{}", answer.body);
}

#[tokio::test]
async fn a_client_that_waits_for_leave_to_send_its_body_gets_it() {
    let backend = Backend::new(|request: Request<Incoming>| async move {
        Response::new(full(request.into_body().collect().await.unwrap().to_bytes()))
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let mut client = TcpStream::connect(stand.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    let mut leave = [0; 25];
    client.read_exact(&mut leave).await.unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"hello").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"), "{answer}");
}

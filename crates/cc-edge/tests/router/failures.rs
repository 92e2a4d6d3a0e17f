//! Instances that do not answer, and clients that ask too much.

use std::time::Duration;

use cc_edge::RouterConfig;
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::stand::{Answer, Backend, Stand, dead_address, destination, full, instance, route, simple};

#[tokio::test]
async fn a_dead_instance_is_passed_over_and_then_left_alone() {
    let backend = Backend::saying("alive").await;
    let endpoints = vec![instance(dead_address().await, 0), backend.instance(1)];
    let stand = Stand::new(vec![simple("a.com", endpoints)]).await;
    for _ in 0..10 {
        let request = Request::post("/").header("host", "a.com").body(full("not yet sent")).unwrap();
        assert_eq!(Answer::of(stand.send(request).await).await.body, "alive");
    }
    assert_eq!((stand.count("connect_failures_total"), stand.count("retries_total")), (1, 1));
}

#[tokio::test]
async fn three_dead_instances_are_enough() {
    let mut endpoints = Vec::new();
    for index in 0..5 {
        endpoints.push(instance(dead_address().await, index));
    }
    let stand = Stand::new(vec![simple("a.com", endpoints)]).await;
    let answer = stand.get("a.com", "/").await;
    assert_eq!((answer.status, answer.error()), (502, "endpoint_failure (dial tcp: connection refused)"));
    assert_eq!(answer.body, "502 Bad Gateway: Registered endpoint failed to handle the request.\n");
    assert_eq!(stand.count("connect_failures_total"), 3);
}

#[tokio::test]
async fn an_instance_that_came_back_is_used_although_it_had_failed() {
    let address = dead_address().await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    assert_eq!(stand.get("a.com", "/").await.status, 502);
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(answer_once_per_connection(listener));
    assert_eq!(stand.get("a.com", "/").await.body, "once");
}

#[tokio::test]
async fn a_route_without_instances_is_unavailable() {
    let stand = Stand::new(vec![route("a.com", "", vec![destination("app", Vec::new())])]).await;
    let answer = stand.get("a.com", "/").await;
    assert_eq!((answer.status, answer.error()), (503, "no_endpoints"));
    assert_eq!(
        answer.body,
        "503 Service Unavailable: Requested route ('a.com') has no available endpoints.\n"
    );
    assert_eq!(answer.header("cache-control"), "public,max-age=2");
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(answer.header("x-vcap-request-id").len(), 36);
}

/// Keeps every connection open after the first answer, and closes it without a word at the next request.
async fn answer_once_per_connection(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonce").await;
            let _ = stream.read(&mut buffer).await;
        });
    }
}

#[tokio::test]
async fn a_dead_idle_connection_is_replaced_if_the_request_does_no_harm_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(answer_once_per_connection(listener));
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    for _ in 0..5 {
        assert_eq!(stand.get("a.com", "/").await.body, "once");
    }
    assert_eq!(stand.count("connections_opened_total"), 5);
    let keyed = || Request::post("/").header("host", "a.com").header("idempotency-key", "1");
    assert_eq!(stand.ask(keyed()).await.body, "once");

    let request = Request::post("/").header("host", "a.com").body(full("paid")).unwrap();
    let answer = Answer::of(stand.send(request).await).await;
    assert_eq!(
        (answer.status, answer.error()),
        (502, "endpoint_failure (connection closed by the endpoint)")
    );
    assert_eq!(stand.get("a.com", "/").await.body, "once");
    assert_eq!(stand.ask(Request::delete("/").header("host", "a.com")).await.status, 502);
}

#[tokio::test]
async fn an_instance_that_takes_too_long_is_given_up() {
    let backend = Backend::new(|_| std::future::pending::<Response<_>>()).await;
    let config = RouterConfig { response_timeout: Duration::from_millis(20), ..RouterConfig::default() };
    let stand = Stand::with(config, vec![simple("a.com", vec![backend.instance(0)])]).await;
    let answer = stand.get("a.com", "/").await;
    assert_eq!((answer.status, answer.error()), (502, "endpoint_failure (timeout)"));
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_a_bad_gateway() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"SSH-2.0-hello\r\n\r\n").await;
    });
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    let answer = stand.get("a.com", "/").await;
    assert_eq!((answer.status, answer.error()), (502, "endpoint_failure (malformed response)"));
    assert_eq!(stand.count("endpoint_failures_total"), 1);
}

#[tokio::test]
async fn a_mebibyte_of_headers_is_refused_but_hundreds_of_lines_are_not() {
    let backend = Backend::saying("hello").await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let start = "GET / HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n";
    let lines = "x-more: 1\r\n".repeat(500);
    let answer = stand.raw(format!("{start}{lines}\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let large = format!("{start}x-large: {}\r\n\r\n", "x".repeat(1 << 20));
    let answer = stand.raw(large.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(stand.count("requests_total"), 1);
}

#[tokio::test]
async fn a_connection_that_is_not_used_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = RouterConfig { idle_timeout: Duration::from_millis(10), ..RouterConfig::default() };
    let stand = Stand::with(config, vec![simple("a.com", vec![instance(address, 0)])]).await;
    let backend = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        stream.read(&mut buffer).await.unwrap()
    };
    let (answer, read_at_the_end) = tokio::join!(stand.get("a.com", "/"), backend);
    assert_eq!((answer.status, read_at_the_end), (200, 0));
}

#[tokio::test]
async fn a_body_that_is_none_is_the_fault_of_the_client() {
    let backend = Backend::new(|request: Request<hyper::body::Incoming>| async move {
        let _ = http_body_util::BodyExt::collect(request.into_body()).await;
        Response::new(full("read"))
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    for body in ["zz\r\nabc\r\n", "3\r\nabcXX", "fffffffffffffffff\r\nabc"] {
        let request = format!("POST / HTTP/1.1\r\nhost: a.com\r\ntransfer-encoding: chunked\r\n\r\n{body}");
        let answer = stand.raw(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{body:?}: {answer}");
        assert!(answer.contains("x-cf-routererror: invalid_request_body"), "{answer}");
        assert!(answer.ends_with("400 Bad Request: Request body is malformed or incomplete\n"), "{answer}");
    }
    assert_eq!(stand.count("endpoint_failures_total"), 0);
}

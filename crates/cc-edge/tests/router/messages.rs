//! Messages as they stand on the wire, on both sides of the router.

use std::fmt::Write;
use std::net::SocketAddr;

use cc_domain::traffic::Route;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::stand::{Stand, instance, simple};

/// An instance that answers its first request with these bytes, as soon as what it was sent ends with `end`; and what it was sent.
async fn instance_saying(answer: String, end: &'static str) -> (SocketAddr, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut seen, mut buffer) = (String::new(), [0; 4096]);
        while seen.is_empty() || !seen.ends_with(end) {
            let count = stream.read(&mut buffer).await.unwrap();
            assert!(count > 0, "{seen}");
            seen.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        tell.send(seen).unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        // Open, and without reading more, as long as the test runs.
        std::future::pending::<()>().await;
    });
    (address, told)
}

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

#[tokio::test]
async fn chunks_win_over_a_length_in_a_response() {
    let answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let (address, _told) = instance_saying(answer.to_owned(), "\r\n\r\n").await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    let answer =
        stand.raw(b"GET / HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n").await.to_lowercase();
    assert!(!answer.contains("content-length"), "{answer}");
    assert!(answer.contains("transfer-encoding: chunked\r\n") && answer.ends_with("5\r\nhello\r\n0\r\n\r\n"));
}

#[tokio::test]
async fn chunks_win_over_a_length_in_a_request() {
    let (address, told) = instance_saying(HELLO.to_owned(), "0\r\n\r\n").await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    let request = "POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let answer = stand.raw(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let seen = told.await.unwrap();
    assert!(!seen.to_lowercase().contains("content-length"), "{seen}");
    assert!(seen.ends_with("5\r\nhello\r\n0\r\n\r\n"), "{seen}");
}

#[tokio::test]
async fn names_of_headers_reach_an_app_in_canonical_case() {
    let (address, told) = instance_saying(HELLO.to_owned(), "\r\n\r\n").await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    let request =
        "GET / HTTP/1.1\r\nhost: a.com\r\ncontent-type: x/y\r\nx-my-header: 1\r\nconnection: close\r\n\r\n";
    stand.raw(request.as_bytes()).await;
    let seen = told.await.unwrap();
    for name in [
        "Host",
        "Content-Type",
        "X-My-Header",
        "X-Cf-Instanceid",
        "X-Cf-Applicationid",
        "X-Forwarded-For",
        "X-Vcap-Request-Id",
    ] {
        assert!(seen.contains(&format!("\r\n{name}: ")), "{name} in {seen}");
    }
}

fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        write!(text, "X-More-{n}: 1\r\n").unwrap();
        text
    })
}

#[tokio::test]
async fn as_many_header_lines_pass_one_way_as_the_other() {
    // The rest is what the router and the test itself add.
    let most = cc_edge::MAX_HEADER_LINES - 20;
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{}\r\n", lines(most));
    let (address, told) = instance_saying(answer, "\r\n\r\n").await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    let request = format!("GET / HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n{}\r\n", lines(most));
    let answer = stand.raw(request.as_bytes()).await;
    assert_eq!(answer.to_lowercase().matches("x-more-").count(), most);
    assert_eq!(told.await.unwrap().to_lowercase().matches("x-more-").count(), most);

    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{}\r\n", lines(most + 20));
    let (address, _told) = instance_saying(answer, "\r\n\r\n").await;
    let stand = Stand::new(vec![simple("a.com", vec![instance(address, 0)])]).await;
    assert_eq!(stand.get("a.com", "/").await.error(), "endpoint_failure (malformed response)");
}

#[tokio::test]
async fn the_cookie_of_an_instance_has_the_routes_own_case() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: JSESSIONID=s\r\n\r\n";
    let (address, _told) = instance_saying(answer.to_owned(), "\r\n\r\n").await;
    let route = Route { path: "/Ctx/Path".to_owned(), ..simple("a.com", vec![instance(address, 0)]) };
    let stand = Stand::new(vec![route]).await;
    let answer = stand.get("a.com", "/ctx/path/x").await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["JSESSIONID=s", "__VCAP_ID__=instance-0; Path=/Ctx/Path; HttpOnly"]);
}

#[tokio::test]
async fn who_is_refused_while_sending_gets_to_read_why() {
    let stand = Stand::new(Vec::new()).await;
    let mut client = TcpStream::connect(stand.address).await.unwrap();
    let body = vec![b'x'; 4 << 20];
    let head = format!("POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: {}\r\n\r\n", body.len());
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&body).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_waits_for_leave_is_not_asked_for_a_body_that_nobody_wants() {
    let stand = Stand::new(Vec::new()).await;
    let request = "POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    let answer = stand.raw(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
}

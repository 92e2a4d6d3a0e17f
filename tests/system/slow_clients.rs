//! Clients that say nothing, or very slowly, or are too many; and those that are refused while they send.

use cc_tests::{Database, Server};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Much longer than the limits that these servers are given, and much shorter than for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// With limits of a second or two.
fn impatient() -> Server {
    let settings = [
        ("CC_FIRST_BYTE_SECONDS", "1"),
        ("CC_HEADER_SECONDS", "2"),
        ("CC_IDLE_SECONDS", "1"),
        ("CC_REQUEST_SECONDS", "2"),
    ];
    Server::start_with(Database::Sqlite, &settings)
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket has timeouts");
    stream
}

/// What comes until the server closes.
fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    match stream.read_to_end(&mut text) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the server did not close: {error}; {}", String::from_utf8_lossy(&text)),
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Sends a byte now and then until the server has had enough; what it said.
fn trickle(mut stream: TcpStream, byte: u8) -> String {
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a socket has timeouts");
    let (begun, mut text, mut buffer) = (Instant::now(), String::new(), [0; 1024]);
    loop {
        assert!(begun.elapsed() < PATIENCE, "the server still takes bytes");
        let is_closed = stream.write_all(&[byte]).is_err();
        match stream.read(&mut buffer) {
            Ok(0) => return text,
            Ok(count) => text.push_str(&String::from_utf8_lossy(&buffer[..count])),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return text,
        }
        if is_closed {
            return text;
        }
    }
}

/// One request; the connection stays. The head and as much of the body as came with it.
fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).expect("the server takes requests");
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while !text.contains("\r\n\r\n") {
        let count = stream.read(&mut buffer).expect("the server answers");
        assert!(count > 0, "the server closed: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const ROOT: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn a_client_that_is_slow_is_closed_whatever_it_is_slow_with() {
    let server = impatient();
    assert_eq!(rest(connect(&server)), "", "nothing at all");

    let mut header = connect(&server);
    header.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").expect("the server takes bytes");
    assert_eq!(trickle(header, b'x'), "", "a header without an end");

    let mut body = connect(&server);
    let head = "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic Y2Y6\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\ngrant_type=";
    body.write_all(head.as_bytes()).expect("the server takes bytes");
    let answer = trickle(body, b'x');
    assert!(answer.starts_with("HTTP/1.1 4"), "a form without an end: {answer}");

    let mut body = connect(&server);
    let head = format!(
        "POST /v3/organizations HTTP/1.1\r\nHost: localhost\r\nAuthorization: bearer {}\r\nContent-Length: 100000\r\n\r\n",
        server.admin().token()
    );
    body.write_all(head.as_bytes()).expect("the server takes bytes");
    let answer = trickle(body, b' ');
    assert!(answer.contains("the request body did not come in time"), "a document without an end: {answer}");

    let mut idle = connect(&server);
    assert!(ask(&mut idle, HEALTH).starts_with("HTTP/1.1 200"));
    assert!(rest(idle).len() < 64, "a connection that is not used any more");
}

#[test]
fn beyond_the_limit_of_connections_only_health_is_told() {
    let settings = [("CC_MAX_CONNECTIONS_PER_ADDRESS", "4"), ("CC_IDLE_SECONDS", "600")];
    let server = Server::start_with(Database::Sqlite, &settings);
    let mut open = Vec::new();
    // The connections of the start may take a moment to be gone.
    server.anonymous().until("four connections", || {
        let mut stream = connect(&server);
        if ask(&mut stream, HEALTH).contains("Connection: close") {
            return None;
        }
        open.push(stream);
        (open.len() == 4).then_some(())
    });
    let mut fifth = connect(&server);
    let refused = ask(&mut fifth, ROOT);
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("\r\nRetry-After: ") && refused.contains("\r\nConnection: close"), "{refused}");
    for path in ["/healthz", "/readyz"] {
        let mut sixth = connect(&server);
        let answer = ask(&mut sixth, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    // Silent ones beyond the limit do not stand in the way of health either.
    let silent: Vec<_> = (0..100).map(|_| connect(&server)).collect();
    let mut last = connect(&server);
    assert!(ask(&mut last, HEALTH).starts_with("HTTP/1.1 200"));
    drop(silent);

    assert!(ask(&mut open[0], ROOT).starts_with("HTTP/1.1 200"), "who is in is served");
    open.pop();
    server.anonymous().until("room for one more", || {
        ask(&mut connect(&server), ROOT).starts_with("HTTP/1.1 200").then_some(())
    });
}

#[test]
fn who_is_refused_while_sending_gets_to_read_why() {
    let server = Server::start(Database::Sqlite);
    let mut large = connect(&server);
    let body = vec![b' '; 4 << 20];
    let head = format!("POST /v3/apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.len());
    large.write_all(head.as_bytes()).expect("the server takes bytes");
    large.write_all(&body).expect("the server takes bytes");
    let answer = rest(large);
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("\r\nConnection: close"), "{answer}");

    let mut small = connect(&server);
    let head = "POST /v3/apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n";
    let answer = ask(&mut small, head);
    assert!(answer.starts_with("HTTP/1.1 401") && !answer.contains("Connection: close"), "{answer}");
    small.write_all(&vec![b' '; 20_000]).expect("the server takes bytes");
    let (mut text, mut buffer) = (answer, [0; 4096]);
    small.write_all(HEALTH.as_bytes()).expect("the server takes bytes");
    while !text.contains("HTTP/1.1 200") {
        let count = small.read(&mut buffer).expect("the server answers");
        assert!(count > 0, "the server closed: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }

    let mut careful = connect(&server);
    let head =
        "POST /v3/apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\nExpect: 100-continue\r\n\r\n";
    let answer = ask(&mut careful, head);
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("\r\nConnection: close"), "{answer}");
}

#[test]
fn names_of_headers_leave_in_canonical_case() {
    let server = Server::start(Database::Sqlite);
    let mut stream = connect(&server);
    let api = ask(&mut stream, ROOT);
    assert!(api.contains("\r\nContent-Type: ") && api.contains("\r\nX-Vcap-Request-Id: "), "{api}");
    let app = ask(&mut stream, "GET / HTTP/1.1\r\nHost: nothing.apps.localhost\r\n\r\n");
    assert!(app.contains("\r\nX-Cf-Routererror: unknown_route"), "{app}");
}

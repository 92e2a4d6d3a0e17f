//! Which route a request belongs to, and what the app is told.

use async_trait::async_trait;
use cc_domain::traffic::{Dial, Endpoint, Protocol, Traffic, TrafficChange, Way};
use futures_util::stream::iter;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use tokio::net::TcpStream;

use super::stand::{Answer, Backend, Stand, destination, empty, frames, full, route, simple};

#[tokio::test]
async fn the_exact_host_and_the_longest_path_win() {
    let texts = ["exact", "exact /a", "exact /a/b", "near star", "far star", "far star /deep"];
    let mut backends = Vec::new();
    for text in texts {
        backends.push(Backend::saying(text).await);
    }
    let keys = [
        ("Shop.example.com", ""),
        ("shop.example.com", "/A"),
        ("shop.example.com", "/a/b"),
        ("*.sub.example.com", ""),
        ("*.example.com", ""),
        ("*.example.com", "/deep"),
    ];
    let routes = keys.iter().zip(&backends).map(|((host, path), backend)| {
        route(host, path, vec![destination("app", vec![backend.instance(0)])])
    });
    let mut routes: Vec<_> = routes.collect();
    routes.push(route("nowhere.example.com", "", Vec::new()));
    let stand = Stand::new(routes).await;
    for (host, path, expected) in [
        ("shop.example.com", "/", "exact"),
        ("SHOP.example.com:8080", "/?x=/a/b", "exact"),
        ("shop.example.com", "/a", "exact /a"),
        ("shop.example.com", "/A/x?y", "exact /a"),
        ("shop.example.com", "/ab", "exact"),
        ("shop.example.com", "/a/b/c", "exact /a/b"),
        ("shop.example.com", "/deep", "exact"),
        ("x.sub.example.com", "/", "near star"),
        ("x.y.sub.example.com", "/", "near star"),
        ("x.sub.example.com", "/deep/er", "near star"),
        ("other.example.com", "/", "far star"),
        ("other.example.com", "/deep/er", "far star /deep"),
        ("nowhere.example.com", "/", "far star"),
    ] {
        assert_eq!(stand.get(host, path).await.body, expected, "{host}{path}");
    }
    assert_eq!(stand.get("example.com", "/").await.status, 404);
}

/// The way to an instance at which nobody listens under the address that it shows.
#[derive(Debug)]
struct Detour(SocketAddr);

#[async_trait]
impl Dial for Detour {
    async fn dial(&self, port: u16) -> io::Result<OwnedFd> {
        if port != 8080 {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let stream = TcpStream::connect(self.0).await?.into_std()?;
        Ok(stream.into())
    }
}

#[tokio::test]
async fn an_instance_with_a_network_of_its_own_is_dialled_through_it() {
    let backend = Backend::saying("inside").await;
    let at = |port| Endpoint {
        host: "10.255.0.2".into(),
        port,
        way: Way::Through(Arc::new(Detour((std::net::Ipv4Addr::LOCALHOST, backend.instance(0).port).into()))),
        ..backend.instance(0)
    };
    let routes = vec![simple("good.example.com", vec![at(8080)]), simple("bad.example.com", vec![at(8081)])];
    let stand = Stand::new(routes).await;
    assert_eq!(stand.get("good.example.com", "/").await.body, "inside");
    assert_eq!(stand.get("bad.example.com", "/").await.status, 502);
}

#[tokio::test]
async fn a_host_whose_paths_do_not_match_gives_way_to_the_wildcard() {
    let (narrow, wide) = (Backend::saying("narrow").await, Backend::saying("wide").await);
    let stand = Stand::new(vec![
        route("a.example.com", "/only", vec![destination("app", vec![narrow.instance(0)])]),
        simple("*.example.com", vec![wide.instance(0)]),
    ])
    .await;
    assert_eq!(stand.get("a.example.com", "/only/x").await.body, "narrow");
    assert_eq!(stand.get("a.example.com", "/else").await.body, "wide");
}

#[tokio::test]
async fn an_unknown_route_is_not_found_and_not_cached() {
    let stand = Stand::new(vec![route("empty.example.com", "", Vec::new())]).await;
    for host in ["nobody.example.com", "empty.example.com"] {
        let answer = stand.get(host, "/").await;
        assert_eq!((answer.status, answer.error()), (404, "unknown_route"));
        assert_eq!(answer.body, format!("404 Not Found: Requested route ('{host}') does not exist.\n"));
        assert_eq!(answer.header("cache-control"), "no-cache, no-store");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(stand.count("unknown_routes_total"), 2);
}

#[tokio::test]
async fn a_request_for_two_hosts_or_none_is_refused() {
    let backend = Backend::saying("hello").await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    for (request, status, error) in [
        ("GET / HTTP/1.1\r\nHost: a.com\r\nHost: a.com\r\nConnection: close\r\n\r\n", 400, "invalid_host"),
        ("GET http://b.com/ HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n", 400, "invalid_host"),
        ("GET / HTTP/1.1\r\nHost: u@a.com\r\nConnection: close\r\n\r\n", 400, "invalid_host"),
        ("GET / HTTP/1.0\r\n\r\n", 400, "empty_host"),
        ("GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", 400, "empty_host"),
        ("CONNECT a.com:80 HTTP/1.1\r\nHost: a.com:80\r\nConnection: close\r\n\r\n", 400, "connect_refused"),
    ] {
        let answer = stand.raw(request.as_bytes()).await.to_lowercase();
        assert!(answer.contains(&format!(" {status} ")), "{request} {answer}");
        assert!(answer.contains(&format!("x-cf-routererror: {error}\r\n")), "{request} {answer}");
    }
    let same = stand.raw(b"GET http://A.com:80/ HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n").await;
    assert!(same.starts_with("HTTP/1.1 200") && same.ends_with("hello"), "{same}");
}

#[tokio::test]
async fn an_app_is_told_who_asked_and_which_instance_it_is() {
    let backend = Backend::echoing().await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(3)])]).await;
    let request = Request::get("/path?query=1")
        .header("host", "a.com:8080")
        .header("x-forwarded-for", "9.9.9.9")
        .header("x-cf-instanceid", "forged")
        .header("x-vcap-request-id", "forged")
        .header("connection", "close, x-secret")
        .header("x-secret", "1")
        .header("te", "trailers, deflate");
    let answer = stand.ask(request).await;
    let has = |line: &str| answer.body.lines().any(|found| found == line);
    for line in [
        "GET /path?query=1",
        "host: a.com:8080",
        "x-forwarded-for: 9.9.9.9, 127.0.0.1",
        "x-forwarded-proto: http",
        "x-request-start: 1700000000000",
        "x-cf-applicationid: app",
        "x-cf-instanceid: instance-3",
        "x-cf-instanceindex: 3",
        "te: trailers",
    ] {
        assert!(has(line), "{line} is missing in\n{}", answer.body);
    }
    assert!(has(&format!("x-vcap-request-id: {}", answer.header("x-vcap-request-id"))), "{}", answer.body);
    assert!(!answer.body.contains("forged") && !answer.body.contains("x-secret"), "{}", answer.body);
    assert!(answer.body.contains("\nx-b3-traceid: ") && answer.body.contains("\ntraceparent: 00-"));
}

#[tokio::test]
async fn connections_to_an_instance_are_used_again() {
    let backend = Backend::saying("hello").await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    for n in 0..20 {
        let request = if n % 2 == 0 { Request::get("/") } else { Request::post("/") };
        let request = request.header("host", "a.com").body(full("body")).unwrap();
        assert_eq!(Answer::of(stand.send(request).await).await.body, "hello");
    }
    assert_eq!(backend.connections(), 1);
    assert_eq!(stand.count("connections_opened_total"), 1);
}

#[tokio::test]
async fn a_head_request_keeps_the_length_without_the_body() {
    let backend = Backend::saying("hello").await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    for _ in 0..3 {
        let answer = stand.ask(Request::head("/").header("host", "a.com")).await;
        assert_eq!((answer.status, answer.header("content-length"), &*answer.body), (200, "5", ""));
    }
    assert_eq!(backend.connections(), 1);
}

#[tokio::test]
async fn routes_and_endpoints_change_under_running_traffic() {
    let (one, two) = (Backend::saying("one").await, Backend::saying("two").await);
    let stand = Stand::new(vec![simple("a.com", vec![one.instance(0)])]).await;
    assert_eq!(stand.get("a.com", "/").await.body, "one");

    let endpoints = |endpoints, app_port| {
        vec![TrafficChange::Endpoints { process_guid: "app-web".into(), app_port, endpoints }]
    };
    stand.router.apply(endpoints(vec![two.instance(0)], 9999));
    assert_eq!(stand.get("a.com", "/").await.body, "one");
    stand.router.apply(endpoints(vec![two.instance(0)], 8080));
    assert_eq!(stand.get("a.com", "/").await.body, "two");

    let mut moved = simple("a.com", vec![one.instance(0)]);
    moved.path = "/moved".into();
    stand.router.apply(vec![TrafficChange::Put(moved.clone())]);
    assert_eq!(stand.get("a.com", "/").await.status, 404);
    assert_eq!(stand.get("a.com", "/moved").await.body, "one");

    stand.router.apply(vec![TrafficChange::Remove(moved.guid)]);
    assert_eq!(stand.get("a.com", "/moved").await.status, 404);
    stand.router.apply(endpoints(vec![two.instance(0)], 8080));
    assert_eq!(stand.get("a.com", "/moved").await.status, 404);
}

#[tokio::test]
async fn one_change_among_ten_thousand_routes_takes_less_than_ten_milliseconds() {
    let backend = Backend::saying("hello").await;
    let routes = (0..10_000).map(|n| simple(&format!("app-{n}.example.com"), vec![backend.instance(0)]));
    let stand = Stand::new(routes.collect()).await;
    let mut times: Vec<_> = (0..51)
        .map(|n| {
            let change =
                TrafficChange::Put(simple(&format!("new-{n}.example.com"), vec![backend.instance(0)]));
            let start = std::time::Instant::now();
            stand.router.apply(vec![change]);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[25].as_millis() < 10, "{:?}", times[25]);
    for host in ["app-0.example.com", "app-9999.example.com", "new-50.example.com"] {
        assert_eq!(stand.get(host, "/").await.body, "hello");
    }
}

#[tokio::test]
async fn http_2_goes_through_with_its_trailers() {
    let backend = Backend::new(|request: Request<hyper::body::Incoming>| async move {
        let version = format!("{:?} {}", request.version(), request.uri());
        let sent = request.into_body().collect().await.unwrap();
        let status = sent.trailers().map_or("none", |trailers| trailers["sum"].to_str().unwrap()).to_owned();
        let trailers =
            http::HeaderMap::from_iter([("grpc-status".parse().unwrap(), status.parse().unwrap())]);
        http::Response::new(frames(iter([Frame::data(version.into()), Frame::trailers(trailers)])))
    })
    .await;
    let mut over_http2 = destination("app", vec![backend.instance(0)]);
    over_http2.protocol = Protocol::Http2;
    let stand = Stand::new(vec![route("a.com", "", vec![over_http2])]).await;

    let stream = TcpStream::connect(stand.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..2 {
        let trailers = http::HeaderMap::from_iter([("sum".parse().unwrap(), "7".parse().unwrap())]);
        let body = frames(iter([Frame::data("x".into()), Frame::trailers(trailers)]));
        let request =
            Request::post("http://a.com/service/Method").header("te", "trailers").body(body).unwrap();
        let answer = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        assert_eq!(answer.trailers().unwrap()["grpc-status"], "7");
        assert_eq!(answer.to_bytes(), "HTTP/2.0 http://a.com/service/Method");
    }
    assert_eq!(backend.connections(), 1);
}

#[tokio::test]
async fn an_http_2_client_reaches_an_http_1_app() {
    let backend = Backend::echoing().await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let stream = TcpStream::connect(stand.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://a.com/x").header("cookie", "a=1").header("cookie", "b=2");
    let answer = Answer::of(sender.send_request(request.body(empty()).unwrap()).await.unwrap()).await;
    assert!(answer.body.starts_with("GET /x\n"), "{}", answer.body);
    assert!(
        answer.body.contains("\nhost: a.com\n") && answer.body.contains("\ncookie: a=1; b=2\n"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn an_app_may_answer_with_hundreds_of_cookies() {
    let backend = Backend::new(|_| async {
        let mut response = http::Response::new(empty());
        for n in 0..200 {
            response.headers_mut().append("set-cookie", format!("c{n}=1").parse().unwrap());
        }
        response
    })
    .await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let stream = TcpStream::connect(stand.address).await.unwrap();
    let mut client = hyper::client::conn::http1::Builder::new();
    let (mut sender, connection) = client.max_headers(300).handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("/").header("host", "a.com").body(empty()).unwrap();
    let answer = Answer::of(sender.send_request(request).await.unwrap()).await;
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 200);
}

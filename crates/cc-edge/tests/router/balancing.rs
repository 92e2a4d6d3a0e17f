//! Which instance a request goes to.

use std::collections::BTreeMap;

use cc_domain::traffic::{LoadBalancing, RouteOptions, Traffic, TrafficChange};
use http::header::{HeaderValue, SET_COOKIE};
use http::{Request, Response};
use tokio::sync::mpsc;

use super::stand::{Backend, Stand, destination, full, route, simple};
use cc_edge::RouterConfig;

async fn three() -> [Backend; 3] {
    [Backend::saying("0").await, Backend::saying("1").await, Backend::saying("2").await]
}

fn instances(backends: &[Backend]) -> Vec<cc_domain::traffic::Endpoint> {
    (0..).zip(backends).map(|(index, backend)| backend.instance(index)).collect()
}

async fn tally(stand: &Stand, requests: usize) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for _ in 0..requests {
        *tally.entry(stand.get("a.com", "/").await.body).or_default() += 1;
    }
    tally
}

#[tokio::test]
async fn instances_take_turns() {
    let backends = three().await;
    let stand = Stand::new(vec![simple("a.com", instances(&backends))]).await;
    let expected = ["0", "1", "2"].map(|name| (name.to_owned(), 4));
    assert_eq!(tally(&stand, 12).await, BTreeMap::from(expected));
}

#[tokio::test]
async fn instances_of_all_destinations_without_weights_take_turns() {
    let backends = three().await;
    let all = instances(&backends);
    let destinations = vec![destination("x", all[..1].to_vec()), destination("y", all[1..].to_vec())];
    let stand = Stand::new(vec![route("a.com", "", destinations)]).await;
    let expected = ["0", "1", "2"].map(|name| (name.to_owned(), 2));
    assert_eq!(tally(&stand, 6).await, BTreeMap::from(expected));
}

#[tokio::test]
async fn weights_divide_the_requests_among_destinations_that_have_instances() {
    let backends = three().await;
    let weighted = |app: &str, weight, index: Option<usize>| {
        let endpoints = index.map(|index| instances(&backends)[index].clone()).into_iter().collect();
        let mut destination = destination(app, endpoints);
        destination.weight = Some(weight);
        destination
    };
    let destinations = vec![
        weighted("x", 75, Some(0)),
        weighted("y", 25, Some(1)),
        weighted("z", 0, Some(2)),
        weighted("empty", 90, None),
    ];
    let stand = Stand::new(vec![route("a.com", "", destinations)]).await;
    let tally = tally(&stand, 400).await;
    assert_eq!(tally.get("2"), None);
    assert_eq!(tally["0"] + tally["1"], 400);
    // Six standard deviations: once in 500 million runs outside.
    assert!((248..=352).contains(&tally["0"]), "{tally:?}");
}

#[tokio::test]
async fn the_least_loaded_instance_is_chosen() {
    let (started, mut has_started) = mpsc::channel(1);
    let busy = Backend::new(move |_| {
        let started = started.clone();
        async move {
            started.send(()).await.unwrap();
            std::future::pending::<Response<_>>().await
        }
    })
    .await;
    let calm = Backend::saying("calm").await;
    let mut leads = simple("a.com", vec![busy.instance(0)]);
    leads.options = RouteOptions { balance: LoadBalancing::LeastConnection };
    let stand = std::sync::Arc::new(Stand::new(vec![leads.clone()]).await);
    let waiting = stand.clone();
    let request = tokio::spawn(async move { waiting.get("a.com", "/").await });
    has_started.recv().await.unwrap();
    leads.destinations[0].endpoints.push(calm.instance(1));
    stand.router.apply(vec![TrafficChange::Put(leads)]);
    for _ in 0..10 {
        assert_eq!(stand.get("a.com", "/").await.body, "calm");
    }
    request.abort();
}

#[tokio::test]
async fn a_hash_keeps_a_key_on_its_instance_when_others_go() {
    let backends = three().await;
    let mut hashing = simple("a.com", instances(&backends));
    hashing.options =
        RouteOptions { balance: LoadBalancing::Hash { header: "X-User".into(), balance: Some(1000.0) } };
    let stand = Stand::new(vec![hashing.clone()]).await;
    let places = async |stand: &Stand| {
        let mut places = BTreeMap::new();
        for user in 0..30 {
            let request = || Request::get("/").header("host", "a.com").header("x-user", user.to_string());
            let place = stand.ask(request()).await.body;
            assert_eq!(stand.ask(request()).await.body, place);
            places.insert(user, place);
        }
        places
    };
    let before = places(&stand).await;
    assert_eq!(before.values().collect::<std::collections::BTreeSet<_>>().len(), 3);
    hashing.destinations[0].endpoints.remove(1);
    stand.router.apply(vec![TrafficChange::Put(hashing)]);
    let after = places(&stand).await;
    for (user, place) in &before {
        assert!(place == "1" || after[user] == *place, "{user} moved from {place} to {}", after[user]);
    }
}

#[tokio::test]
async fn a_full_instance_gets_no_more() {
    let (started, mut has_started) = mpsc::channel(1);
    let backend = Backend::new(move |_| {
        let started = started.clone();
        async move {
            started.send(()).await.unwrap();
            std::future::pending::<Response<_>>().await
        }
    })
    .await;
    let config = RouterConfig { max_in_flight: Some(1), ..RouterConfig::default() };
    let stand =
        std::sync::Arc::new(Stand::with(config, vec![simple("a.com", vec![backend.instance(0)])]).await);
    let waiting = stand.clone();
    let request = tokio::spawn(async move { waiting.get("a.com", "/").await });
    has_started.recv().await.unwrap();
    let answer = stand.get("a.com", "/").await;
    assert_eq!((answer.status, answer.error()), (503, "Connection Limit Reached"));
    assert!(answer.body.contains("has reached the connection limit."), "{}", answer.body);
    request.abort();
}

/// Opens a session, and says its name.
async fn with_session(name: &'static str) -> Backend {
    Backend::new(move |request: Request<hyper::body::Incoming>| async move {
        let mut response = Response::new(full(name));
        if request.uri().path() == "/login" {
            let cookie = HeaderValue::from_static("JSESSIONID=s; Path=/app; Secure; SameSite=Lax");
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    })
    .await
}

#[tokio::test]
async fn a_session_binds_the_client_to_its_instance() {
    let backends = [with_session("0").await, with_session("1").await, with_session("2").await];
    let mut session_route = route("a.com", "/login", vec![destination("app", instances(&backends))]);
    let stand = Stand::new(vec![session_route.clone()]).await;
    let login = stand.get("a.com", "/login").await;
    let set: Vec<&str> =
        login.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    let expected =
        format!("__VCAP_ID__=instance-{}; Path=/login; HttpOnly; Secure; SameSite=Lax", login.body);
    assert_eq!(set, ["JSESSIONID=s; Path=/app; Secure; SameSite=Lax", &expected]);

    let with_cookies = |path: &'static str| {
        let cookies = format!("JSESSIONID=s; __VCAP_ID__=instance-{}", login.body);
        Request::get(path).header("host", "a.com").header("cookie", cookies)
    };
    for _ in 0..6 {
        let answer = stand.ask(with_cookies("/login/x")).await;
        assert_eq!(answer.body, login.body);
        assert!(!answer.headers.contains_key(SET_COOKIE));
    }

    let gone = format!("instance-{}", login.body);
    session_route.destinations[0].endpoints.retain(|endpoint| *endpoint.instance_guid != *gone);
    stand.router.apply(vec![TrafficChange::Put(session_route)]);
    let moved = stand.ask(with_cookies("/login/x")).await;
    assert_ne!(moved.body, login.body);
    let expected = format!("__VCAP_ID__=instance-{}; Path=/login; HttpOnly", moved.body);
    assert_eq!(moved.header("set-cookie"), expected);
}

#[tokio::test]
async fn a_request_may_name_its_instance() {
    let backends = three().await;
    let stand = Stand::new(vec![simple("a.com", instances(&backends))]).await;
    let ask = async |header: &str, value: &str| {
        stand.ask(Request::get("/").header("host", "a.com").header(header, value)).await
    };
    for _ in 0..4 {
        assert_eq!(ask("X-CF-APP-INSTANCE", "app:1").await.body, "1");
        assert_eq!(ask("X-CF-PROCESS-INSTANCE", "app-web:2").await.body, "2");
        assert_eq!(ask("X-CF-PROCESS-INSTANCE", "app-web").await.status, 200);
    }
    for (header, value, error, text) in [
        ("X-CF-APP-INSTANCE", "app", "invalid_cf_app_instance_header", "Invalid X-CF-App-Instance Header"),
        (
            "X-CF-PROCESS-INSTANCE",
            "app:",
            "invalid_cf_process_instance_header",
            "Invalid X-CF-Process-Instance Header",
        ),
        (
            "X-CF-APP-INSTANCE",
            "app:9",
            "unknown_route",
            "Requested instance ('9') with guid ('app') does not exist for route ('a.com')",
        ),
        (
            "X-CF-PROCESS-INSTANCE",
            "other:0",
            "unknown_route",
            "Requested instance ('0') with process guid ('other') does not exist for route ('a.com')",
        ),
    ] {
        let answer = ask(header, value).await;
        assert_eq!((answer.status, answer.error()), (400, error));
        assert_eq!(answer.body, format!("400 Bad Request: {text}\n"));
    }
}

//! A UAA that is nothing but the endpoints that are asked.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cc_domain::secret::Secret;
use cc_identity::{Pace, UaaAccess, UaaDirectory};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;

/// What it knows and was asked.
#[derive(Default)]
pub struct Inner {
    /// Guid, name, origin, active.
    pub users: Vec<(String, String, String, bool)>,
    pub clients: Vec<String>,
    /// Method, path, and query as sent.
    pub asked: Vec<String>,
    pub tokens: usize,
    /// Seconds of the tokens.
    pub expires_in: i64,
    /// Answered instead, to requests with this path.
    pub instead: BTreeMap<String, (u16, String)>,
    pub delay: Duration,
    pub bodies: Vec<Value>,
}

#[derive(Clone)]
pub struct Uaa {
    inner: Arc<Mutex<Inner>>,
    pub url: String,
}

impl Uaa {
    pub async fn started() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner { expires_in: 3_600, ..Inner::default() };
        let uaa = Self { inner: Arc::new(Mutex::new(inner)), url };
        let app = Router::new().fallback(answer).with_state(uaa.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        uaa
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic")
    }

    pub fn knows(&self, guid: &str, name: &str, origin: &str, is_active: bool) {
        self.inner().users.push((guid.into(), name.into(), origin.into(), is_active));
    }

    pub fn instead(&self, path: &str, status: u16, body: &str) {
        self.inner().instead.insert(path.to_owned(), (status, body.to_owned()));
    }

    /// What was asked since the last call, without requests for tokens.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().asked)
    }

    pub fn directory(&self) -> UaaDirectory {
        directory(&self.url, Pace { rest: Duration::ZERO, ..Pace::default() })
    }
}

pub fn directory(url: &str, pace: Pace) -> UaaDirectory {
    let access = UaaAccess {
        url: url.to_owned(),
        client_id: "cc:names".to_owned(),
        client_secret: Secret::new("s%cret"),
    };
    UaaDirectory::new(access, pace).expect("a directory")
}

fn say(status: StatusCode, body: impl ToString) -> Response<Body> {
    Response::builder().status(status).body(Body::from(body.to_string())).expect("an answer")
}

async fn answer(State(uaa): State<Uaa>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let path = parts.uri.path().to_owned();
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let delay = uaa.inner().delay;
    tokio::time::sleep(delay).await;
    let mut inner = uaa.inner();
    if let Some((status, text)) = inner.instead.get(&path) {
        return say(StatusCode::from_u16(*status).expect("a status"), text);
    }
    if path == "/oauth/token" {
        let basic = format!("Basic {}", STANDARD.encode("cc%3Anames:s%25cret"));
        let is_good = header("authorization") == basic
            && header("x-cf-encoded-credentials") == "true"
            && header("content-type") == "application/x-www-form-urlencoded"
            && body == "grant_type=client_credentials";
        if !is_good {
            return say(StatusCode::UNAUTHORIZED, json!({ "error": "unauthorized" }));
        }
        inner.tokens += 1;
        let token = format!("token-{}", inner.tokens);
        let answer = json!({ "access_token": token, "token_type": "bearer", "expires_in": inner.expires_in });
        return say(StatusCode::OK, answer);
    }
    let query = parts.uri.query().unwrap_or_default();
    let asked = format!("{} {path}?{query}", parts.method);
    inner.asked.push(asked.trim_end_matches('?').to_owned());
    if header("authorization") != format!("bearer token-{}", inner.tokens) {
        return say(StatusCode::UNAUTHORIZED, json!({ "error": "invalid_token" }));
    }
    if parts.method == "POST" {
        inner.bodies.push(serde_json::from_slice(&body).expect("JSON"));
        return say(StatusCode::CREATED, json!({ "id": "made" }));
    }
    if let Some(id) = path.strip_prefix("/oauth/clients/") {
        let is_known = inner.clients.iter().any(|client| client == id);
        return say(if is_known { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{}");
    }
    say(StatusCode::OK, page(&inner, query))
}

/// The users whose guid or name stands in the filter, a page of them.
fn page(inner: &Inner, query: &str) -> Value {
    let parameters: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let number = |name: &str, default: usize| parameters.get(name).map_or(default, |n| n.parse().expect("n"));
    let inactive_too = parameters.contains_key("includeInactive");
    let filter = parameters.get("filter").expect("a filter");
    let is_in = |text: &str| filter.contains(&format!("%22{text}%22"));
    let all: Vec<_> = inner
        .users
        .iter()
        .filter(|(guid, name, _, _)| is_in(guid) || is_in(name) || filter.contains("+co+"))
        .filter(|(_, _, origin, _)| !filter.contains("origin+eq+") || is_in(origin))
        .filter(|(_, _, _, is_active)| inactive_too || *is_active)
        .collect();
    let (first, count) = (number("startIndex", 1) - 1, number("count", 100).min(500));
    let resources = all.iter().skip(first).take(count);
    let resources: Vec<_> = resources
        .map(|(guid, name, origin, _)| json!({ "id": guid, "userName": name, "origin": origin }))
        .collect();
    json!({ "resources": resources, "totalResults": all.len(), "startIndex": first + 1, "itemsPerPage": count })
}

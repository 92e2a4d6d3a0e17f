//! Whose request is it?

use super::request_body::{Patience, RequestBody};
use crate::observe::Observed;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, EXPECT, RETRY_AFTER};
use axum::http::{HeaderValue, Request, Response, StatusCode, Version};
use cc_edge::Edge;
use cc_http::uaa::ClientAddress;
use hyper::body::Incoming;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// Header fields of a request to one of our own hosts.
const MAX_FIELDS: usize = 100;
/// Bytes of them, names and values together.
const MAX_HEAD: usize = 64 * 1024;

/// So much longer the listener waits for a body than the API does.
const API_FIRST: Duration = Duration::from_secs(1);

/// Every surface behind the listener.
pub struct Front {
    /// Host of the external URL, lower case.
    pub system_host: String,
    /// `None` on a replica without the role `api`.
    pub surfaces: Option<Surfaces>,
    pub edge: Option<Arc<Edge>>,
    pub observed: Observed,
    /// Time of a request with its body.
    pub request_time: Duration,
}

/// What is asked on the system's own hosts.
pub struct Surfaces {
    pub api: cc_http::server::ApiService,
    /// `None` beside an external UAA.
    pub uaa: Option<axum::Router>,
    pub logs: axum::Router,
}

impl Front {
    pub async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let Ok(authority) = cc_edge::authority_of(&request) else {
            return plain(
                StatusCode::BAD_REQUEST,
                "400 Bad Request: The authority of the request is missing or ambiguous",
            );
        };
        if !self.is_system_host(authority.host()) {
            return match &self.edge {
                Some(edge) => edge.handle(request, peer).await.map(Body::new),
                None => plain(StatusCode::NOT_FOUND, "404 Not Found: this replica routes no apps"),
            };
        }
        let head: usize =
            request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if request.headers().len() > MAX_FIELDS || head > MAX_HEAD {
            return plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "431 Request Header Fields Too Large");
        }
        let surface = surface(request.uri().path());
        let is_http_1 = request.version() < Version::HTTP_2;
        let awaits_leave = request.headers().contains_key(EXPECT);
        let (parts, incoming) = request.into_parts();
        // The login server takes no uploads. What is no upload to the API is timed there, with an answer of the API's, if it comes first.
        let is_upload = surface == Surface::Api;
        let grace = if is_upload { API_FIRST } else { Duration::ZERO };
        let patience = Patience { time: self.request_time + grace, is_upload };
        let (body, left) = RequestBody::of(incoming, patience);
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(ClientAddress(peer.ip()));
        let mut response = self.own(surface, request).await;
        if is_http_1 {
            left.settle(&mut response, awaits_leave);
        }
        response
    }

    /// The answer on a connection that there is no room for: health, as ever, and nothing else.
    pub async fn answer_when_full(&self, request: Request<Incoming>) -> Response<Body> {
        let is_system =
            cc_edge::authority_of(&request).is_ok_and(|authority| self.is_system_host(authority.host()));
        let request = request.map(Body::new);
        let mut response = if is_system && surface(request.uri().path()) == Surface::Health {
            self.own(Surface::Health, request).await
        } else {
            unavailable("503 Service Unavailable: There are too many connections. Try again later.")
        };
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    /// That of the external URL, `localhost`, and any IP literal.
    fn is_system_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        host == self.system_host
            || host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
    }

    async fn own(&self, surface: Surface, request: Request<Body>) -> Response<Body> {
        if surface == Surface::Health {
            let authorization = request.headers().get(AUTHORIZATION).map(|v| v.as_bytes().to_vec());
            return self.health(request.uri().path(), &authorization.unwrap_or_default()).await;
        }
        let Some(surfaces) = &self.surfaces else {
            return plain(StatusCode::NOT_FOUND, "404 Not Found: this replica answers no API requests");
        };
        let response = match (surface, &surfaces.uaa) {
            (Surface::Logs, _) => surfaces.logs.clone().oneshot(request).await,
            (Surface::Uaa, Some(uaa)) => uaa.clone().oneshot(request).await,
            (Surface::Api | Surface::Uaa | Surface::Health, _) => surfaces.api.clone().oneshot(request).await,
        };
        response.unwrap_or_else(|never| match never {})
    }

    async fn health(&self, path: &str, authorization: &[u8]) -> Response<Body> {
        match path {
            "/healthz" => plain(StatusCode::OK, "ok"),
            "/readyz" => match self.observed.unready().await {
                None => plain(StatusCode::OK, "ready"),
                Some(reason) => unavailable(&reason),
            },
            _ => match self.observed.metrics(authorization) {
                Some(text) => plain(StatusCode::OK, &text),
                None => plain(
                    StatusCode::UNAUTHORIZED,
                    "metrics need the token in keys/metrics.token as bearer token",
                ),
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Surface {
    Api,
    Uaa,
    Logs,
    Health,
}

/// Which surface a path belongs to; what nobody knows is the API's, whose 404 clients understand.
fn surface(path: &str) -> Surface {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        "healthz" | "readyz" | "metrics" => Surface::Health,
        "api" | "v1" => Surface::Logs,
        "v2" if path.starts_with("/v2/read") => Surface::Logs,
        "login" | "login.do" | "logout.do" | "info" | "oauth" | "token_key" | "token_keys"
        | ".well-known" | "check_token" | "userinfo" | "Users" | "Groups" | "ids" | "passcode" => {
            Surface::Uaa
        }
        _ => Surface::Api,
    }
}

/// 503, and when to ask again.
fn unavailable(text: &str) -> Response<Body> {
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, text);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(cc_http::RETRY_AFTER_SECONDS));
    response
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

//! Answers of the router itself. The texts and `X-Cf-RouterError` values are gorouter's, since clients and dashboards match them.

use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::body::EdgeBody;

pub(super) const ROUTER_ERROR: HeaderName = HeaderName::from_static("x-cf-routererror");

/// Why a request is not answered by an app. Hosts are as the client wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    EmptyHost,
    BadHost(&'static str),
    Connect,
    UnknownRoute {
        host: String,
    },
    NoEndpoints {
        host: String,
    },
    LimitReached {
        host: String,
    },
    BadInstanceHeader(Pin),
    UnknownInstance {
        pin: Pin,
        guid: String,
        index: Option<u32>,
        host: String,
    },
    EndpointFailure {
        cause: &'static str,
    },
    /// The body of the request is malformed, or ends too early.
    BrokenBody,
}

/// The two headers that choose an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    App,
    Process,
}

impl Refusal {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownRoute { .. } => StatusCode::NOT_FOUND,
            Self::NoEndpoints { .. } | Self::LimitReached { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::EndpointFailure { .. } => StatusCode::BAD_GATEWAY,
            Self::EmptyHost
            | Self::BadHost(_)
            | Self::Connect
            | Self::BadInstanceHeader(_)
            | Self::UnknownInstance { .. }
            | Self::BrokenBody => StatusCode::BAD_REQUEST,
        }
    }

    /// The value of `X-Cf-RouterError`.
    pub fn error(&self) -> String {
        match self {
            Self::EmptyHost => "empty_host".to_owned(),
            Self::BadHost(_) => "invalid_host".to_owned(),
            Self::Connect => "connect_refused".to_owned(),
            Self::UnknownRoute { .. } | Self::UnknownInstance { .. } => "unknown_route".to_owned(),
            Self::NoEndpoints { .. } => "no_endpoints".to_owned(),
            Self::LimitReached { .. } => "Connection Limit Reached".to_owned(),
            Self::BadInstanceHeader(Pin::App) => "invalid_cf_app_instance_header".to_owned(),
            Self::BadInstanceHeader(Pin::Process) => "invalid_cf_process_instance_header".to_owned(),
            Self::EndpointFailure { cause } => format!("endpoint_failure ({cause})"),
            Self::BrokenBody => "invalid_request_body".to_owned(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::EmptyHost => "Request had empty Host header".to_owned(),
            Self::BadHost(why) => format!("Request was refused because {why}"),
            Self::Connect => "CONNECT is not supported".to_owned(),
            Self::UnknownRoute { host } => format!("Requested route ('{host}') does not exist."),
            Self::NoEndpoints { host } => format!("Requested route ('{host}') has no available endpoints."),
            Self::LimitReached { host } => {
                format!("Requested route ('{host}') has reached the connection limit.")
            }
            Self::BadInstanceHeader(Pin::App) => "Invalid X-CF-App-Instance Header".to_owned(),
            Self::BadInstanceHeader(Pin::Process) => "Invalid X-CF-Process-Instance Header".to_owned(),
            Self::UnknownInstance { pin, guid, index, host } => {
                let index = index.map(|index| index.to_string()).unwrap_or_default();
                let kind = match pin {
                    Pin::App => "guid",
                    Pin::Process => "process guid",
                };
                format!(
                    "Requested instance ('{index}') with {kind} ('{guid}') does not exist for route ('{host}')"
                )
            }
            Self::EndpointFailure { .. } => "Registered endpoint failed to handle the request.".to_owned(),
            Self::BrokenBody => "Request body is malformed or incomplete".to_owned(),
        }
    }

    /// A request whose body was not read cannot be followed by another one on its connection, and its client is told so.
    pub fn response(&self, is_body_read: bool) -> Response<EdgeBody> {
        let status = self.status();
        let mut response = Response::new(EdgeBody::text(format!("{status}: {}\n", self.text())));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(error) = HeaderValue::try_from(self.error()) {
            headers.insert(ROUTER_ERROR, error);
        }
        let cache = match self {
            Self::UnknownRoute { .. } | Self::UnknownInstance { .. } => Some("no-cache, no-store"),
            Self::NoEndpoints { .. } => Some("public,max-age=2"),
            _ => None,
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        if !is_body_read {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(cache) = cache {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_body_status_and_error_of_its_own() {
        let host = || "a.com".to_owned();
        let pin = Pin::Process;
        let unknown = Refusal::UnknownInstance { pin, guid: "g".into(), index: Some(3), host: host() };
        let texts = [
            (Refusal::EmptyHost, 400, "empty_host"),
            (Refusal::UnknownRoute { host: host() }, 404, "unknown_route"),
            (Refusal::NoEndpoints { host: host() }, 503, "no_endpoints"),
            (Refusal::LimitReached { host: host() }, 503, "Connection Limit Reached"),
            (Refusal::BadInstanceHeader(Pin::App), 400, "invalid_cf_app_instance_header"),
            (unknown, 400, "unknown_route"),
            (Refusal::EndpointFailure { cause: "timeout" }, 502, "endpoint_failure (timeout)"),
            (Refusal::BrokenBody, 400, "invalid_request_body"),
        ];
        for (refusal, status, error) in texts {
            let response = refusal.response(true);
            assert_eq!(response.status(), status);
            assert_eq!(response.headers().contains_key("retry-after"), status == 503);
            assert_eq!(response.headers()["x-cf-routererror"], error);
            assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        }
    }
}

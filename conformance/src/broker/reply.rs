//! What the broker answers.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    content_type: &'static str,
    headers: Map<String, Value>,
    text: String,
}

const JSON: &str = "application/json";

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, body.to_string())
    }

    pub fn empty_object(status: u16) -> Self {
        Self::json(status, &json!({}))
    }

    pub fn describing(status: u16, description: &str) -> Self {
        Self::json(status, &json!({ "description": description }))
    }

    /// A text that is said to be JSON.
    pub fn raw(status: u16, text: impl Into<String>) -> Self {
        Self { status, content_type: JSON, headers: Map::new(), text: text.into() }
    }

    pub fn html(status: u16, text: &str) -> Self {
        Self { content_type: "text/html", ..Self::raw(status, text) }
    }

    pub fn with(mut self, headers: Map<String, Value>) -> Self {
        self.headers = headers;
        self
    }

    /// What no HTTP message can hold is left out.
    pub fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let has_body = !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let mut response = Response::new(if has_body { Body::from(self.text) } else { Body::empty() });
        *response.status_mut() = status;
        if status != StatusCode::NO_CONTENT {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

//! A request as the broker reads it.

use super::operation::Operation;
use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, Method, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Collected, Limited};
use serde_json::{Map, Value, json};

const LARGEST_BODY: usize = 8 << 20;

pub struct Asked {
    pub method: Method,
    /// As sent.
    pub path: String,
    /// Of several values of a name the last.
    pub query: Map<String, Value>,
    pub headers: HeaderMap,
    /// An empty object if the body is none.
    pub body: Value,
}

impl Asked {
    pub async fn read(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|q| q.0).unwrap_or_default();
        let bytes = Limited::new(body, LARGEST_BODY).collect().await.map(Collected::to_bytes);
        Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: query.into_iter().map(|(name, value)| (name, Value::from(value))).collect(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes.unwrap_or_default()).unwrap_or_else(|_| json!({})),
        }
    }

    pub fn in_query(&self, name: &str) -> Option<&str> {
        self.query.get(name)?.as_str()
    }

    /// A field of the body; null if there is none.
    pub fn field(&self, name: &str) -> Value {
        self.body.get(name).cloned().unwrap_or_default()
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }

    /// The parameters of the request, if it has any that have names.
    pub fn parameters(&self) -> Option<&Map<String, Value>> {
        self.body.get("parameters")?.as_object()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the log tells about it; `path` is what stands behind the base path.
    pub fn shown(&self, operation: Operation, path: &str) -> Value {
        json!({
            "operation": operation.name(),
            "method": self.method.as_str(),
            "path": path,
            "query": self.query,
            "body": self.body,
            "headers": {
                "version": self.header("x-broker-api-version"),
                "identity": self.identity(),
                "auth": self.credentials(),
                "accept": self.header("accept"),
                "content_type": self.header("content-type"),
                "request_identity": self.header("x-broker-api-request-identity").is_some_and(|id| !id.is_empty()),
                "api_info": self.header("x-api-info-location").is_some_and(|url| !url.is_empty()),
            },
        })
    }

    /// On whose behalf, read if it can be.
    fn identity(&self) -> Value {
        let Some(sent) = self.header("x-broker-api-originating-identity") else { return Value::Null };
        let read = || {
            let (platform, encoded) = sent.split_once(' ')?;
            let who: Map<String, Value> = serde_json::from_slice(&STANDARD.decode(encoded).ok()?).ok()?;
            let mut identity = Map::from_iter([("platform".to_owned(), Value::from(platform))]);
            identity.extend(who);
            Some(Value::from(identity))
        };
        read().unwrap_or_else(|| Value::from(sent))
    }

    /// `name:password` if it can be read, else the header.
    fn credentials(&self) -> String {
        let sent = self.header("authorization").unwrap_or_default();
        let basic = sent.strip_prefix("Basic ").and_then(|encoded| STANDARD.decode(encoded).ok());
        basic.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| sent.to_owned())
    }
}

//! The published keys of a UAA over HTTP.

use crate::external::{Jwks, KeySource, KeySourceError};
use crate::https::{self, Https};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use std::time::Duration;

const LARGEST_ANSWER: usize = 1024 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Fetches `…/token_keys` by `http` or `https`.
pub struct HttpKeySource {
    client: Https,
    url: Uri,
}

impl HttpKeySource {
    /// `url` is the whole address of the key set.
    pub fn new(url: &str) -> Result<Self, KeySourceError> {
        let url: Uri = url.parse().map_err(|e| failed("the address is none", e))?;
        let client = https::client().map_err(|e| failed("the trusted certificates cannot be read", e))?;
        Ok(Self { client, url })
    }

    async fn get(&self) -> Result<Jwks, KeySourceError> {
        let request = Request::get(self.url.clone()).header(header::ACCEPT, "application/json");
        let request = request.body(Full::<Bytes>::default()).map_err(|e| failed("the address is none", e))?;
        let response =
            self.client.request(request).await.map_err(|e| failed("the UAA cannot be reached", e))?;
        if response.status() != StatusCode::OK {
            return Err(KeySourceError { what: "the UAA did not answer 200", source: None });
        }
        let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
        let body = body.map_err(|e| KeySourceError { what: "the answer broke off", source: Some(e) })?;
        serde_json::from_slice(&body.to_bytes()).map_err(|e| failed("the answer is no key set", e))
    }
}

fn failed(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> KeySourceError {
    KeySourceError { what, source: Some(Box::new(source)) }
}

#[async_trait]
impl KeySource for HttpKeySource {
    async fn fetch(&self) -> Result<Jwks, KeySourceError> {
        let limited = tokio::time::timeout(TIME_LIMIT, self.get()).await;
        limited.map_err(|e| failed("the UAA took too long", e))?
    }
}

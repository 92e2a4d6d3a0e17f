//! A client that sends what the CLI sends, on one connection.

use crate::load::connect;
use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper::{HeaderMap, Method, Request};
use serde_json::Value;

pub struct Api {
    port: u16,
    connection: SendRequest<Full<Bytes>>,
    pub token: String,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is JSON")
    }

    pub fn guid(&self) -> anyhow::Result<String> {
        text(&self.json()?, "/guid")
    }
}

/// The text at a JSON pointer.
pub fn text(json: &Value, pointer: &str) -> anyhow::Result<String> {
    let found = json.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no text at {pointer} in {json}"))?.to_owned())
}

/// The member `state`, of a job, a package, a build or an instance.
pub fn state(json: &Value) -> &str {
    json.get("state").and_then(Value::as_str).unwrap_or_default()
}

impl Api {
    pub async fn login(port: u16, user: &str, password: &str) -> anyhow::Result<Self> {
        let mut api = Self { port, connection: connect(port).await?, token: String::new() };
        let form = format!("grant_type=password&username={user}&password={password}");
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("authorization", "Basic Y2Y6")];
        let answer = api.raw(Method::POST, "/oauth/token", &headers, form.into_bytes(), "localhost").await?;
        ensure!(answer.status == 200, "login answered {}", answer.status);
        api.token = text(&answer.json()?, "/access_token")?;
        Ok(api)
    }

    pub async fn raw(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
        host: &str,
    ) -> anyhow::Result<Answer> {
        let mut request =
            Request::builder().method(method).uri(path).header("host", format!("{host}:{}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into()))?;
        if self.connection.ready().await.is_err() {
            self.connection = connect(self.port).await?;
        }
        let response = self.connection.send_request(request).await.with_context(|| path.to_owned())?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// A request of the API; any other status than the given one fails.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        content_type: &str,
        body: impl Into<Bytes>,
        status: u16,
    ) -> anyhow::Result<Answer> {
        let authorization = format!("bearer {}", self.token);
        let headers = [
            ("content-type", content_type),
            ("accept", "application/json"),
            ("authorization", authorization.as_str()),
        ];
        let answer = self.raw(method.clone(), path, &headers, body, "localhost").await?;
        let found = answer.status;
        ensure!(
            found == status,
            "{method} {path} answered {found}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        Ok(answer)
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        self.send(Method::GET, path, "application/json", "", 200).await?.json()
    }

    pub async fn post(&mut self, path: &str, body: &Value, status: u16) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, "application/json", body.to_string(), status).await
    }

    pub async fn patch(&mut self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send(Method::PATCH, path, "application/json", body.to_string(), 200).await
    }
}

/// The path of an answer's `Location`.
pub fn location(answer: &Answer) -> anyhow::Result<String> {
    let url = answer.headers.get("location").context("a job has a location")?.to_str()?;
    let at = url.find("/v3/").context("a job's URL is one of the API")?;
    Ok(url.get(at..).unwrap_or_default().to_owned())
}

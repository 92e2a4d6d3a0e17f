//! What came back.

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use http_body_util::BodyExt;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;

/// One answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Null without a body, a text if it is no JSON.
    pub body: Value,
}

impl Answer {
    pub async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The member at a JSON pointer, as in `/resources/0/guid`; null if there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    pub fn guid(&self) -> &str {
        self.text("/guid")
    }

    /// `status code title: detail` of each error, so that a refusal is one line of a test.
    pub fn refusal(&self) -> String {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let lines: Vec<_> = errors
            .iter()
            .map(|e| {
                let (title, detail) = (e["title"].as_str().unwrap_or(""), e["detail"].as_str().unwrap_or(""));
                format!("{} {} {title}: {detail}", self.status, e["code"])
            })
            .collect();
        lines.join("\n")
    }

    /// The values of one member of each resource of a list.
    pub fn each(&self, member: &str) -> Vec<&str> {
        let resources = self.body["resources"].as_array();
        resources.into_iter().flatten().filter_map(|r| r[member].as_str()).collect()
    }

    /// The path of the job that the `Location` header names.
    pub fn job_path(&self) -> String {
        let location = self.headers["location"].to_str().unwrap();
        location.strip_prefix("https://api.example.org").unwrap().to_owned()
    }

    /// Status and body for a snapshot: every UUID becomes `<1>`, `<2>`… in order of appearance, so that it shows which are the same.
    pub fn redacted(&self) -> String {
        let mut out = format!("{}\n", self.status);
        if let Some(location) = self.headers.get("location") {
            let _ = writeln!(out, "location: {}", location.to_str().unwrap());
        }
        if self.body.is_null() {
            return redact(&out);
        }
        out.push_str(&serde_json::to_string_pretty(&self.body).unwrap());
        redact(&out)
    }
}

fn redact(text: &str) -> String {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match rest.get(..36).filter(|t| is_uuid(t)) {
            Some(uuid) => {
                let next = seen.len() + 1;
                let _ = write!(out, "<{}>", seen.entry(uuid).or_insert(next));
                rest = &rest[36..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(i, b)| match i {
        8 | 13 | 18 | 23 => b == b'-',
        _ => b.is_ascii_hexdigit(),
    })
}

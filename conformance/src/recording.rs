//! A file of recordings: JSON lines, the first one naming the callers, the rest steps in order.

use anyhow::{Context, bail};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// What one scenario asked of the reference, and what it answered.
pub struct Recording {
    pub name: String,
    pub callers: BTreeMap<String, Caller>,
    pub steps: Vec<Step>,
}

/// Whose token it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Caller {
    pub user_name: String,
    pub scopes: Vec<String>,
}

/// A step with its label.
pub struct Step {
    pub label: String,
    pub kind: Kind,
}

pub enum Kind {
    Request(Box<Request>),
    Job(Job),
    Wait(Wait),
}

#[derive(Deserialize)]
pub struct Request {
    pub method: String,
    pub path: String,
    #[serde(rename = "as")]
    pub caller: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub body: Option<Value>,
    pub raw: Option<Bytes>,
    pub content_type: Option<String>,
    pub multipart: Option<Multipart>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub status: u16,
    pub answer: Value,
    #[serde(default)]
    pub answer_headers: Map<String, Value>,
    /// Only the status is compared.
    #[serde(default)]
    pub any: bool,
    /// Lists of the answer have no order.
    #[serde(default)]
    pub unordered: bool,
}

/// Text as it is, or bytes in base64.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Bytes {
    Text(String),
    Base64 { base64: String, mode: Option<u32> },
}

#[derive(Deserialize)]
pub struct Multipart {
    pub field: String,
    pub filename: String,
    #[serde(default)]
    pub extra: Map<String, Value>,
    pub zip: Option<Map<String, Value>>,
    pub data: Option<Bytes>,
}

/// The end of the job that an earlier step started.
#[derive(Deserialize)]
pub struct Job {
    pub job_of: String,
    #[serde(rename = "final")]
    pub end: Value,
}

#[derive(Deserialize)]
pub struct Wait {
    pub wait: String,
    pub field: String,
    #[serde(rename = "in")]
    pub values: Vec<Value>,
}

#[derive(Deserialize)]
struct Head {
    callers: BTreeMap<String, Caller>,
}

/// A body of `null` is a body.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Recording {
    /// Reads a file, `NAME.jsonl` or `NAME.jsonl.gz`.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let file = path.file_name().and_then(|name| name.to_str()).context("a file without a name")?;
        let bytes = std::fs::read(path)?;
        let (name, text) = if let Some(name) = file.strip_suffix(".jsonl.gz") {
            let mut text = String::new();
            GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
            (name, text)
        } else if let Some(name) = file.strip_suffix(".jsonl") {
            (name, String::from_utf8(bytes)?)
        } else {
            bail!("{file} is no recording");
        };
        let mut lines = text.lines();
        let head: Head = serde_json::from_str(lines.next().context("an empty file")?)?;
        let mut steps = Vec::new();
        for line in lines {
            let value: Value = serde_json::from_str(line)?;
            let label = value.get("step").and_then(Value::as_str).unwrap_or_default().to_owned();
            let kind = if value.get("method").is_some() {
                Kind::Request(Box::new(serde_json::from_value(value)?))
            } else if value.get("job_of").is_some() {
                Kind::Job(serde_json::from_value(value)?)
            } else if value.get("wait").is_some() {
                Kind::Wait(serde_json::from_value(value)?)
            } else if value.get("note").is_some() {
                continue;
            } else {
                bail!("{name}, step {label}: neither a request nor a job nor a wait");
            };
            steps.push(Step { label, kind });
        }
        Ok(Self { name: name.to_owned(), callers: head.callers, steps })
    }
}

//! A request as a handler gets it.

use super::body;
use axum::body::Body;
use axum::http::HeaderMap;
use bytes::Bytes;
use cc_actions::Fault;
use cc_domain::guid::Guid;
use serde_json::{Map, Value};
use std::sync::Arc;
use sync_wrapper::SyncWrapper;

/// The names of YAML that the reference knows.
const YAML: [&str; 2] = ["application/x-yaml", "text/yaml"];

/// Path parameters, query, headers and body of one request. Cheap to clone as long as the body is not a stream.
pub struct Request {
    pub(crate) path: String,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    /// What the body holds, where the operation takes JSON.
    pub(crate) members: Option<Arc<Map<String, Value>>>,
    /// A body is not `Sync`, and handlers hold references to their request while they wait.
    pub(crate) stream: Option<SyncWrapper<Body>>,
}

impl Request {
    /// The path parameter `name`, percent-decoded; empty if the operation's path has none of that name.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The path parameter `guid`.
    pub fn guid<T: ?Sized>(&self) -> Guid<T> {
        Guid::new(self.param("guid"))
    }

    /// The same where the operation takes the guid for a member of a message, which may not be blank.
    pub fn present_guid<T: ?Sized>(&self) -> Result<Guid<T>, Fault> {
        if self.param("guid").trim().is_empty() {
            return Err(Fault::unprocessable("Guid can't be blank"));
        }
        Ok(self.guid())
    }

    /// The value of a parameter of the query that is no list's; the last of several wins.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    }

    /// The members of the body ([`body::read`]).
    pub fn json(&self) -> Result<Map<String, Value>, Fault> {
        match &self.members {
            Some(members) => Ok(Map::clone(members)),
            None => body::read(&self.bytes, self.header("content-type")),
        }
    }

    /// The body as it was sent, for the audit event of an operation that takes JSON.
    pub fn sent(&self) -> Value {
        self.members.as_deref().cloned().map_or(Value::Null, Value::Object)
    }

    /// The body of an operation that takes YAML, refused by its content type before anything else is looked at.
    pub fn yaml(&self) -> Result<&[u8], Fault> {
        let kind = self.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if YAML.contains(&kind.as_str()) {
            Ok(&self.bytes)
        } else {
            // What says it is JSON is read as such before.
            self.json()?;
            Err(Fault::bad_request("Content-Type must be yaml"))
        }
    }

    /// The same request once more, for another run after a passing fault of the database; `None` if its body was a stream.
    pub(crate) fn again(&self) -> Option<Self> {
        self.stream.is_none().then(|| Self {
            path: self.path.clone(),
            params: self.params.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            bytes: self.bytes.clone(),
            members: self.members.clone(),
            stream: None,
        })
    }

    /// A header as text; `None` if absent or not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

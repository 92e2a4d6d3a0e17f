//! The shapes on the wire that all operations share: requests, answers, JSON bodies, query strings, links, errors.

mod answer;
pub mod body;
mod error;
mod fields;
mod form;
pub(crate) mod json;
mod links;
mod metadata;
mod numbers;
pub mod query_string;
mod references;
mod relationships;
mod request;
pub mod rules;

pub use answer::{Answer, BITS};
pub use error::body as error_body;
pub use fields::Fields;
pub use form::Form;
pub use links::{Link, Links, OfApp, Related, RelatedOne, ToMany, ToOne, escape};
pub use metadata::Metadata;
pub use numbers::Min;
pub use references::{only_guid, reference, references, references_or};
pub use request::Request;

/// A name as messages begin with it: `memory_in_mb` is "Memory in mb".
pub fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A moment as the API writes it.
pub fn time(t: cc_domain::time::Timestamp) -> String {
    t.to_string()
}

/// A resource with what was asked for beside it.
#[derive(serde::Serialize)]
pub struct With<R> {
    #[serde(flatten)]
    pub resource: R,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub included: Option<serde_json::Map<String, serde_json::Value>>,
}

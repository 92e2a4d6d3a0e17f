//! The shapes on the wire that all operations share: requests, answers, JSON bodies, query strings, links, errors.

mod answer;
mod error;
mod fields;
mod json;
mod links;
mod metadata;
mod request;

pub use answer::Answer;
pub use error::body as error_body;
pub use fields::Fields;
pub use links::{Link, Links, ToOne};
pub use metadata::Metadata;
pub use request::Request;

/// A moment as the API writes it.
pub fn time(t: cc_domain::time::Timestamp) -> String {
    t.to_string()
}

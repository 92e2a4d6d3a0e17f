//! The parameters of SCIM lists, and SCIM bodies.

use super::error::UaaError;
use super::form::Form;
use crate::wire::json;
use cc_domain::identity::{Attribute, Filter, Window};
use serde::de::DeserializeOwned;

const DEFAULT_COUNT: u32 = 100;
const LARGEST_COUNT: u32 = 500;

/// `startIndex` counts from 1 and `count` is held to what is allowed; odd numbers are taken for the default, as the UAA does.
pub(super) fn window(query: &Form) -> Window {
    let number = |name| query.text(name).and_then(|text| text.parse::<u32>().ok());
    let start = number("startIndex").unwrap_or(1).max(1);
    Window { offset: start - 1, limit: number("count").unwrap_or(DEFAULT_COUNT).min(LARGEST_COUNT) }
}

/// The `filter`, if there is one.
pub(super) fn filter<A: Attribute>(query: &Form) -> Result<Option<Filter<A>>, UaaError> {
    let parsed = query.text("filter").map(Filter::parse).transpose();
    parsed.map_err(|error| UaaError::new(http::StatusCode::BAD_REQUEST, "scim", error.to_string()))
}

/// A JSON body; unknown keys are ignored.
pub(super) fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, UaaError> {
    // As bodies of the API: each key once, and no U+0000.
    json::parse(bytes)
        .ok()
        .and_then(|value| serde_json::from_value(value).ok())
        .ok_or_else(|| UaaError::invalid_scim("The body is not valid JSON for this resource"))
}

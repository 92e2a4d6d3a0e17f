//! The query of an operation that takes a few parameters and is no page.

use crate::wire::query_string::{Param, parse, values};
use cc_domain::list::AnyOf;

/// Parameters by name.
pub struct Params(Vec<(String, Param)>);

impl Params {
    /// Whatever the query has: what the operation does not know is ignored.
    pub fn read(query: &str) -> Self {
        Self(parse(query))
    }

    /// What stands in the query beside these.
    pub fn unknown(&self, known: &[&str]) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect()
    }

    /// Whether it is there, in whatever form.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// A parameter as one text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.text())
    }

    /// A parameter as a list.
    pub fn any_of(&self, name: &str) -> AnyOf {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| values(&value.to_text()))
    }
}

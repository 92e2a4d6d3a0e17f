//! Absolute links, built from the configured external URL and never from the request.

use cc_domain::guid::Guid;
use serde::Serialize;
use std::sync::Arc;

/// Makes links.
#[derive(Clone)]
pub struct Links {
    base: Arc<str>,
}

impl Links {
    /// The external URL without a trailing slash.
    pub fn new(external_url: &str) -> Self {
        Self { base: external_url.trim_end_matches('/').into() }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// The URL of a path that starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn link(&self, path: &str) -> Link {
        Link { href: self.url(path), method: None }
    }

    /// A link that is followed with another method than GET.
    pub fn action(&self, path: &str, method: &'static str) -> Link {
        Link { href: self.url(path), method: Some(method) }
    }

    pub fn job<T: ?Sized>(&self, guid: &Guid<T>) -> String {
        format!("{}/v3/jobs/{guid}", self.base)
    }
}

#[derive(Serialize)]
pub struct Link {
    pub href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
}

/// `{"data":{"guid":…}}`, or `{"data":null}`.
#[derive(Serialize)]
pub struct ToOne<'a> {
    data: Option<Reference<'a>>,
}

/// `{"data":[{"guid":…},…]}`.
#[derive(Serialize)]
pub struct ToMany<'a> {
    data: Vec<Reference<'a>>,
}

#[derive(Serialize)]
struct Reference<'a> {
    guid: &'a str,
}

impl<'a> ToOne<'a> {
    pub fn some<T: ?Sized>(guid: &'a Guid<T>) -> Self {
        Self { data: Some(Reference { guid: guid.as_str() }) }
    }

    pub fn maybe<T: ?Sized>(guid: Option<&'a Guid<T>>) -> Self {
        Self { data: guid.map(|g| Reference { guid: g.as_str() }) }
    }
}

impl<'a> ToMany<'a> {
    pub fn of<T: ?Sized + 'a>(guids: impl IntoIterator<Item = &'a Guid<T>>) -> Self {
        Self { data: guids.into_iter().map(|g| Reference { guid: g.as_str() }).collect() }
    }
}

/// A to-one relationship that is not set: `{"data":null,"links":{"self":…}}`.
#[derive(Serialize)]
pub struct NoRelationship {
    data: (),
    links: Itself,
}

#[derive(Serialize)]
struct Itself {
    #[serde(rename = "self")]
    itself: Link,
}

impl NoRelationship {
    /// `path` is that of the relationship.
    pub fn at(links: &Links, path: &str) -> Self {
        Self { data: (), links: Itself { itself: links.link(path) } }
    }
}

/// A to-many relationship by itself: `{"data":[…],"links":{"self":…}}`.
#[derive(Serialize)]
pub struct Related<'a> {
    #[serde(flatten)]
    to: ToMany<'a>,
    links: Itself,
}

impl<'a> Related<'a> {
    /// `path` is that of the relationship.
    pub fn at<T: ?Sized + 'a>(
        links: &Links,
        path: &str,
        guids: impl IntoIterator<Item = &'a Guid<T>>,
    ) -> Self {
        Self { to: ToMany::of(guids), links: Itself { itself: links.link(path) } }
    }
}

/// Text as a segment of a path, escaped as the reference escapes users' guids: those may be any text.
pub fn escape(text: &str) -> String {
    let escaped = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    [("%2D", "-"), ("%5F", "_"), ("%2E", "."), ("%2A", "*"), ("%20", "+")]
        .into_iter()
        .fold(escaped, |text, (code, plain)| text.replace(code, plain))
}

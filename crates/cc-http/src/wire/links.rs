//! Absolute links, built from the configured external URL and never from the request.

use cc_domain::app::App;
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

/// The relationships of what belongs to an app, and to nothing else.
#[derive(Serialize)]
pub struct OfApp<'a> {
    app: ToOne<'a>,
}

impl<'a> OfApp<'a> {
    pub fn new(app: &'a Guid<App>) -> Self {
        Self { app: ToOne::some(app) }
    }
}

impl<'a> ToMany<'a> {
    pub fn of<T: ?Sized + 'a>(guids: impl IntoIterator<Item = &'a Guid<T>>) -> Self {
        Self { data: guids.into_iter().map(|g| Reference { guid: g.as_str() }).collect() }
    }
}

/// A to-one relationship by itself: `{"data":{"guid":…},"links":{"self":…,"related":…}}`, or `{"data":null,"links":{"self":…}}`.
#[derive(Serialize)]
pub struct RelatedOne<'a> {
    #[serde(flatten)]
    to: ToOne<'a>,
    links: Itself,
}

#[derive(Serialize)]
struct Itself {
    #[serde(rename = "self")]
    itself: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<Link>,
}

impl<'a> RelatedOne<'a> {
    /// `path` is that of the relationship, `collection` the name in paths of what it leads to.
    pub fn at<T: ?Sized>(links: &Links, path: &str, collection: &str, guid: Option<&'a Guid<T>>) -> Self {
        let related = guid.map(|guid| links.link(&format!("/v3/{collection}/{guid}")));
        Self { to: ToOne::maybe(guid), links: Itself { itself: links.link(path), related } }
    }
}

/// A to-many relationship by itself: `{"data":[…],"links":{"self":…}}`, and perhaps a link to the resources.
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
        Self { to: ToMany::of(guids), links: Itself { itself: links.link(path), related: None } }
    }

    /// With a link to the list of the resources.
    pub fn listed_at(self, links: &Links, path: &str) -> Self {
        Self { links: Itself { related: Some(links.link(path)), ..self.links }, ..self }
    }
}

/// Text as a segment of a path, escaped as the reference escapes users' guids: those may be any text.
pub fn escape(text: &str) -> String {
    let escaped = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    [("%2D", "-"), ("%5F", "_"), ("%2E", "."), ("%2A", "*"), ("%20", "+")]
        .into_iter()
        .fold(escaped, |text, (code, plain)| text.replace(code, plain))
}

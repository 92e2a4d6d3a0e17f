//! How a user is shown.

use crate::wire::{self, Link, Links, Metadata};
use cc_actions::user::Person;
use serde::Serialize;

#[derive(Serialize)]
pub struct User<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    username: Option<&'a str>,
    presentation_name: &'a str,
    origin: Option<&'a str>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

pub fn user<'a>(links: &Links, person: &'a Person) -> User<'a> {
    let (user, known) = (&person.user, person.known.as_ref());
    let username = known.map(|k| k.username.as_str());
    User {
        guid: user.guid.as_str(),
        created_at: wire::time(user.created_at),
        updated_at: wire::time(user.updated_at),
        username,
        presentation_name: username.unwrap_or(user.guid.as_str()),
        origin: known.map(|k| k.origin.as_str()),
        metadata: Metadata(&user.metadata),
        links: Own { itself: links.link(&format!("/v3/users/{}", wire::escape(user.guid.as_str()))) },
    }
}

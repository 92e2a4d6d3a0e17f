//! How a role is shown.

use crate::wire::{self, Link, Links, ToOne};
use cc_domain::role::{self as entity, RoleTarget};
use serde::Serialize;

#[derive(Serialize)]
pub struct Role<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    #[serde(rename = "type")]
    kind: &'static str,
    relationships: Relationships<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Relationships<'a> {
    user: ToOne<'a>,
    #[serde(flatten)]
    places: Places<'a>,
}

/// The place that the role has comes first.
#[derive(Serialize)]
#[serde(untagged)]
enum Places<'a> {
    Space { space: ToOne<'a>, organization: ToOne<'a> },
    Organization { organization: ToOne<'a>, space: ToOne<'a> },
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    user: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    space: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Link>,
}

pub fn role<'a>(links: &Links, r: &'a entity::Role) -> Role<'a> {
    let none = || ToOne::maybe::<entity::Role>(None);
    let (places, space, organization) = match &r.target {
        RoleTarget::Space(guid) => (
            Places::Space { space: ToOne::some(guid), organization: none() },
            Some(links.link(&format!("/v3/spaces/{guid}"))),
            None,
        ),
        RoleTarget::Organization(guid) => (
            Places::Organization { organization: ToOne::some(guid), space: none() },
            None,
            Some(links.link(&format!("/v3/organizations/{guid}"))),
        ),
    };
    Role {
        guid: r.guid.as_str(),
        created_at: wire::time(r.created_at),
        updated_at: wire::time(r.updated_at),
        kind: r.kind.as_str(),
        relationships: Relationships { user: ToOne::some(&r.user), places },
        links: Own {
            itself: links.link(&format!("/v3/roles/{}", r.guid)),
            user: links.link(&format!("/v3/users/{}", wire::escape(r.user.as_str()))),
            space,
            organization,
        },
    }
}

//! How a stack is shown.

use crate::wire::{self, Link, Links, Metadata};
use cc_domain::stack as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Stack<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    description: Option<&'a str>,
    state: &'static str,
    state_reason: Option<&'a str>,
    run_rootfs_image: &'a str,
    build_rootfs_image: &'a str,
    default: bool,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

/// `default` is the name of the default stack.
pub fn stack<'a>(links: &Links, s: &'a entity::Stack, default: &str) -> Stack<'a> {
    Stack {
        guid: s.guid.as_str(),
        created_at: wire::time(s.created_at),
        updated_at: wire::time(s.updated_at),
        name: s.name.as_str(),
        description: s.description.as_deref(),
        state: s.state.as_str(),
        state_reason: s.state_reason.as_deref(),
        run_rootfs_image: &s.run_rootfs_image,
        build_rootfs_image: &s.build_rootfs_image,
        default: s.is_named(default),
        metadata: Metadata(&s.metadata),
        links: Own { itself: links.link(&format!("/v3/stacks/{}", s.guid)) },
    }
}

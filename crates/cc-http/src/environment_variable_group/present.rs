//! How a group is shown.

use crate::wire::{self, Link, Links};
use cc_domain::environment_variable_group::EnvironmentVariableGroup;
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
pub struct Group<'a> {
    updated_at: Option<String>,
    name: &'a str,
    var: Map<String, Value>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

pub fn group<'a>(links: &Links, name: &'a str, group: &EnvironmentVariableGroup) -> Group<'a> {
    Group {
        updated_at: group.updated_at.map(wire::time),
        name,
        var: group.variables.shown().map(|(key, value)| (key.to_owned(), value.clone())).collect(),
        links: Own { itself: links.link(&format!("/v3/environment_variable_groups/{name}")) },
    }
}

//! `/v3/roles`

mod create;
mod delete;
mod get;
mod list;
mod present;

use crate::list::Included;
use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};
use crate::wire::Links;
use crate::{organization, space, user};
use cc_actions::Fault;
use cc_actions::role::{self, Wanted};
use serde_json::{Map, Value};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/roles", "role_create", One("role"), on!(create::handle)),
    Operation::get("/v3/roles", "roles_list", ListOf("role"), on!(list::handle)),
    Operation::get("/v3/roles/{guid}", "role_get", One("role"), on!(get::handle)),
    Operation::delete("/v3/roles/{guid}", "role_delete", Empty, on!(delete::handle)),
];

/// What may come along with roles.
const INCLUDE: &[&str] = &["user", "organization", "space"];

fn wanted(include: &[String]) -> Wanted {
    let has = |name: &str| include.iter().any(|i| i == name);
    Wanted { users: has("user"), organizations: has("organization"), spaces: has("space") }
}

fn included(links: &Links, found: &role::Included) -> Result<Option<Map<String, Value>>, Fault> {
    let users = found.users.as_ref().map(|l| l.iter().map(|p| user::present::user(links, p)));
    let organizations =
        found.organizations.as_ref().map(|l| l.iter().map(|o| organization::present::organization(links, o)));
    let spaces = found.spaces.as_ref().map(|l| l.iter().map(|s| space::present::space(links, s)));
    let all = Included::default()
        .with("users", users)?
        .with("organizations", organizations)?
        .with("spaces", spaces)?;
    Ok(all.finish())
}

//! `/v3/roles`

mod create;
mod delete;
mod get;
mod list;
mod present;

use crate::list::Included;
use crate::operation::Operation;
use crate::wire::Links;
use crate::{organization, space, user};
use cc_actions::Fault;
use cc_actions::role::{self, Wanted};
use serde_json::{Map, Value};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/roles", "role_create", "role", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/roles", "roles_list", "list of role", |c, r| Box::pin(list::handle(c, r))),
    Operation::get("/v3/roles/{guid}", "role_get", "role", |c, r| Box::pin(get::handle(c, r))),
    Operation::delete("/v3/roles/{guid}", "role_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
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

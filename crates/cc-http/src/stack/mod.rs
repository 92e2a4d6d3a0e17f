//! `/v3/stacks`

mod apps;
mod create;
mod delete;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};
use crate::wire::Fields;
use crate::wire::rules::{self, Null};
use cc_domain::patch::Patch;
use cc_domain::stack::{Stack, StackState};
use serde_json::Value;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/stacks", "stack_create", One("stack"), on!(create::handle)),
    Operation::get("/v3/stacks", "stacks_list", ListOf("stack"), on!(list::handle)),
    Operation::get("/v3/stacks/{guid}", "stack_get", One("stack"), on!(get::handle)),
    Operation::patch("/v3/stacks/{guid}", "stack_update", One("stack"), on!(update::handle)),
    Operation::delete("/v3/stacks/{guid}", "stack_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/stacks/{guid}/apps", "stack_apps_list", ListOf("app"), on!(apps::handle)),
];

/// The `state` member, which may not be null.
fn state(fields: &mut Fields) -> Option<StackState> {
    let state = match fields.take("state") {
        Patch::Absent => return None,
        Patch::Value(Value::String(text)) => text.parse().ok(),
        Patch::Null | Patch::Value(_) => None,
    };
    if state.is_none() {
        let all: Vec<_> = StackState::ALL.iter().map(|s| s.as_str()).collect();
        fields.refuse(format!("State must be one of {}", all.join(", ")));
    }
    state
}

fn state_reason(fields: &mut Fields) -> Patch<String> {
    bounded(fields, "state_reason", Stack::MAX_STATE_REASON)
}

/// What is no text is taken as one, a list as its only item.
fn bounded(fields: &mut Fields, name: &'static str, max: usize) -> Patch<String> {
    fields.must_be_at_most(name, max, Null::Checked);
    match fields.take(name) {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(value) => rules::as_column(&value).map_or(Patch::Null, Patch::Value),
    }
}

//! What the bodies of a creation and a change have in common.

use crate::wire::Fields;
use cc_domain::patch::Patch;
use cc_domain::security_group::{ByPhase, RuleDrafts, RuleSettings};
use serde_json::Value;

/// The `rules` member, if it is there.
pub fn rules(fields: &mut Fields, settings: RuleSettings) -> Option<RuleDrafts> {
    if !fields.has("rules") {
        return None;
    }
    let Patch::Value(Value::Array(rules)) = fields.take("rules") else {
        fields.refuse("Rules must be an array");
        return None;
    };
    match RuleDrafts::read(rules, settings) {
        Ok(drafts) => Some(drafts),
        Err(problems) => {
            for (at, problem) in problems {
                fields.refuse(format!("Rules[{at}]: {problem}"));
            }
            None
        }
    }
}

/// The `globally_enabled` member.
pub fn globally_enabled(fields: &mut Fields) -> ByPhase<Option<bool>> {
    let members = match fields.take("globally_enabled") {
        Patch::Absent | Patch::Null => return ByPhase::default(),
        Patch::Value(Value::Object(members)) => members,
        Patch::Value(_) => {
            fields.refuse("Globally enabled must be an object");
            return ByPhase::default();
        }
    };
    if members.keys().any(|name| !["running", "staging"].contains(&name.as_str())) {
        fields.refuse("Globally enabled only allows keys 'running' or 'staging'");
    } else if members.values().any(|value| !value.is_boolean()) {
        fields.refuse("Globally enabled values must be booleans");
    }
    let flag = |name: &str| members.get(name).and_then(Value::as_bool);
    ByPhase { running: flag("running"), staging: flag("staging") }
}

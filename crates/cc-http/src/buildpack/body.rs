//! The parts of bodies that creating and changing a buildpack share.

use crate::wire::Fields;
use crate::wire::rules::{self, Null};
use cc_domain::buildpack::BuildpackName;
use cc_domain::patch::Patch;

/// Names of stacks may be this long.
const MAX_STACK: usize = 250;

/// Length and characters of the name; null is too long, as the reference has it.
pub fn name(fields: &mut Fields, null: Null) {
    let (name, max) = (fields.value("name").clone(), BuildpackName::MAX_CHARS);
    if name.is_null() {
        if null == Null::Skipped {
            return;
        }
        fields.refuse(format!("Name is too long (maximum is {max} characters)"));
    }
    fields.must_be_at_most("name", max, Null::Skipped);
    let text = rules::as_text(&name);
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() || !text.chars().all(is_word) {
        fields.refuse("Name is invalid");
    }
}

pub fn stack(fields: &mut Fields) -> Patch<String> {
    let stack = fields.text("stack");
    if let Patch::Value(text) = &stack
        && text.chars().count() > MAX_STACK
    {
        fields.refuse(format!("Stack is too long (maximum is {MAX_STACK} characters)"));
    }
    stack
}

/// From 1; `None` for null and after a complaint.
pub fn position(fields: &mut Fields) -> Option<u32> {
    let number = fields.integer("position").value()?;
    if number < 1 {
        fields.refuse("Position must be greater than or equal to 1");
        return None;
    }
    // Beyond the end is the end, however far.
    Some(u32::try_from(number).unwrap_or(u32::MAX))
}

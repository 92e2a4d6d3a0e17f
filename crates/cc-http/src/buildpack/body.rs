//! The parts of bodies that creating and changing a buildpack share.

use crate::wire::Fields;
use cc_domain::buildpack::BuildpackName;
use cc_domain::patch::Patch;

/// Names of stacks may be this long.
const MAX_STACK: usize = 250;

/// A name that was given.
pub fn name(fields: &mut Fields, text: &str) -> Option<BuildpackName> {
    let name = BuildpackName::parse(text);
    if text.chars().count() > BuildpackName::MAX_CHARS {
        fields.refuse(format!("Name is too long (maximum is {} characters)", BuildpackName::MAX_CHARS));
    } else if name.is_none() {
        fields.refuse("Name is invalid");
    }
    name
}

pub fn stack(fields: &mut Fields) -> Patch<String> {
    let stack = fields.text("stack", "Stack");
    if let Patch::Value(text) = &stack
        && text.chars().count() > MAX_STACK
    {
        fields.refuse(format!("Stack is too long (maximum is {MAX_STACK} characters)"));
    }
    stack
}

/// From 1; `None` for null and after a complaint.
pub fn position(fields: &mut Fields) -> Option<u32> {
    let number = fields.integer("position", "Position").value()?;
    if number < 1 {
        fields.refuse("Position must be greater than or equal to 1");
        return None;
    }
    // Beyond the end is the end, however far.
    Some(u32::try_from(number).unwrap_or(u32::MAX))
}

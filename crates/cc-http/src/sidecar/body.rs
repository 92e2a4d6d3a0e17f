//! The members of a sidecar as clients send them.

use crate::wire::Fields;
use crate::wire::rules::{Null, as_column, length};
use cc_actions::Fault;
use cc_domain::patch::Patch;
use cc_domain::quantity::{I32_MAX, Megabytes};
use cc_domain::sidecar::{CreateSidecar, UpdateSidecar};
use serde_json::{Map, Value};

const TYPES: &str = "process_types";

pub fn create(body: Map<String, Value>) -> Result<CreateSidecar, Fault> {
    let mut fields = Fields::new(body);
    let (name, command) = (text(&mut fields, "name"), text(&mut fields, "command"));
    let process_types = process_types(&mut fields);
    let memory = memory(&mut fields).value();
    fields.finish()?;
    Ok(CreateSidecar { name, command, process_types, memory })
}

pub fn update(body: Map<String, Value>) -> Result<UpdateSidecar, Fault> {
    let mut fields = Fields::new(body);
    let name = fields.has("name").then(|| text(&mut fields, "name"));
    let command = fields.has("command").then(|| text(&mut fields, "command"));
    let process_types = fields.has(TYPES).then(|| process_types(&mut fields));
    let memory = memory(&mut fields);
    fields.finish()?;
    Ok(UpdateSidecar { name, command, process_types, memory })
}

fn text(fields: &mut Fields, name: &'static str) -> String {
    fields.must_be_present(name);
    fields.must_be_string(name, Null::Checked);
    fields.text_of(name).unwrap_or_default().to_owned()
}

fn process_types(fields: &mut Fields) -> Vec<String> {
    let value = fields.value(TYPES).clone();
    if !value.is_array() {
        fields.refuse("Process types must be an array");
    }
    if length(&value) == 0 {
        fields.refuse("Process types must have at least 1 process_type");
    }
    value.as_array().into_iter().flatten().map(|kind| as_column(kind).unwrap_or_default()).collect()
}

/// What is beyond the column is more than any process has, and so is the column's end.
fn memory(fields: &mut Fields) -> Patch<Megabytes> {
    match fields.integer("memory_in_mb") {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(number) => {
            let memory = i64::try_from(number.min(I32_MAX.into())).ok().and_then(Megabytes::new);
            if memory.is_none() {
                fields.refuse("Memory in mb must be greater than 0");
            }
            memory.map_or(Patch::Absent, Patch::Value)
        }
    }
}

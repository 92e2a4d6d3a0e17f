//! The members of a task as clients send them.

use crate::wire::rules::{Null, as_column, as_text, is_blank, length};
use crate::wire::{Fields, Min};
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::patch::Patch;
use cc_domain::process::{Process, UpdateProcess};
use cc_domain::quantity::{I32_MAX, LogRate, Megabytes};
use cc_domain::task::{CreateTask, TaskCommand};
use serde_json::{Map, Value};

const LOG_RATE: &str = "log_rate_limit_in_bytes_per_second";

pub fn create(body: Map<String, Value>) -> Result<CreateTask, Fault> {
    let mut fields = Fields::new(body);
    let metadata = fields.metadata();
    let disk = fields.positive("disk_in_mb");
    let memory = memory(&mut fields);
    let log_rate = fields.number(LOG_RATE, Min::MoreThan(-2), i64::MAX, LogRate::new).value();
    let droplet = match fields.take("droplet_guid") {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(guid) => fields.check_guid(&guid, "Droplet guid").map_or(Patch::Absent, Patch::Value),
    };
    let has_template = fields.has("template");
    let template = has_template.then(|| template(&mut fields)).flatten();
    let command = command(&mut fields, has_template);
    let user = user(&mut fields);
    let name = name(&mut fields);
    fields.finish()?;
    Ok(CreateTask { name, command, template, user, memory, disk, log_rate, droplet, metadata })
}

pub fn update(body: Map<String, Value>) -> Result<MetadataPatch, Fault> {
    let mut fields = Fields::new(body);
    let change = fields.metadata();
    fields.finish()?;
    Ok(change)
}

fn memory(fields: &mut Fields) -> Option<Megabytes> {
    let number = fields.positive("memory_in_mb")?;
    let memory = i64::try_from(number).ok().and_then(Megabytes::new);
    if memory.is_none() {
        fields.refuse_in_the_end(format!("Memory in mb must be less than or equal to {I32_MAX}"));
    }
    memory
}

/// `template.process.guid`; other members beside it do not count.
fn template(fields: &mut Fields) -> Option<Guid<Process>> {
    let guid = fields.value("template").pointer("/process/guid").cloned().unwrap_or_default();
    fields.check_guid(&guid, "Template process guid")
}

/// Null and `false` are none, unless a template comes along.
fn command(fields: &mut Fields, has_template: bool) -> TaskCommand {
    let is_absent = !fields.has("command");
    let is_template_null = fields.value("template").is_null();
    let value = fields.value("command").clone();
    let is_nothing = matches!(value, Value::Null | Value::Bool(false));
    if is_nothing && is_template_null {
        fields.refuse("Command No command or template provided");
    }
    match value {
        _ if is_absent && has_template => TaskCommand::OfTemplate,
        Value::Null => TaskCommand::Null,
        blank if is_blank(&blank) && !blank.is_boolean() => TaskCommand::Text(String::new()),
        other => TaskCommand::Text(as_column(&other).unwrap_or_default()),
    }
}

fn user(fields: &mut Fields) -> Patch<String> {
    const BOUNDS: std::ops::RangeInclusive<usize> = 1..=UpdateProcess::MAX_USER;
    fields.must_be_string("user", Null::Skipped);
    let value = fields.take("user");
    if let Patch::Value(user) = &value
        && !BOUNDS.contains(&length(user))
    {
        fields.refuse(format!("User must be between 1 and {} characters", BOUNDS.end()));
    }
    value.map(|user| as_text(&user))
}

/// What is no text is taken for one. Null is as an empty text; an empty list is as a blank one, which has a format.
fn name(fields: &mut Fields) -> Option<String> {
    match fields.take("name") {
        Patch::Absent => None,
        Patch::Null => Some(String::new()),
        Patch::Value(Value::Array(items)) if items.is_empty() => Some(" ".to_owned()),
        Patch::Value(name) => Some(as_column(&name).unwrap_or_default()),
    }
}

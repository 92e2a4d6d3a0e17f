//! Limits as clients send them, in four objects. What is wrong with a member is said behind the name of its object.

use crate::wire::rules::Null;
use crate::wire::{Fields, Min, label};
use cc_actions::Fault;
use cc_domain::patch::Patch;
use cc_domain::quota::{LimitsPatch, QuotaName, UpdateQuota};
use serde_json::{Map, Value};

/// A change of a quota of either kind.
pub fn change(body: Map<String, Value>) -> Result<UpdateQuota, Fault> {
    let mut fields = Fields::new(body);
    let limits = members(&mut fields);
    let name = fields.text_of("name").map(str::to_owned);
    fields.finish()?;
    Ok(UpdateQuota { name, limits })
}

/// The same members of a body that has others too.
pub fn members(fields: &mut Fields) -> LimitsPatch {
    if fields.has("name") {
        fields.must_be_string("name", Null::Checked);
        length(fields);
    }
    limits(fields, true)
}

/// The bounds of a name.
pub fn length(fields: &mut Fields) {
    fields.must_be_at_least("name", 1, Null::Checked);
    fields.must_be_at_most("name", QuotaName::MAX_CHARS, Null::Checked);
}

/// Takes `apps`, `services`, `routes` and `domains`; the last is not looked at where spaces have none.
pub fn limits(fields: &mut Fields, has_domains: bool) -> LimitsPatch {
    let mut limits = LimitsPatch::default();
    section(fields, "apps", |apps| {
        limits.total_memory = limit(apps, "total_memory_in_mb");
        limits.per_process_memory = limit(apps, "per_process_memory_in_mb");
        limits.total_instances = limit(apps, "total_instances");
        limits.per_app_tasks = limit(apps, "per_app_tasks");
        limits.log_rate = bounded(apps, "log_rate_limit_in_bytes_per_second", LimitsPatch::MAX_LOG_RATE);
    });
    section(fields, "services", |services| {
        limits.total_service_keys = limit(services, "total_service_keys");
        limits.total_service_instances = limit(services, "total_service_instances");
        limits.are_paid_services_allowed = paid(services);
    });
    section(fields, "routes", |routes| {
        limits.total_routes = limit(routes, "total_routes");
        limits.total_reserved_ports = limit(routes, "total_reserved_ports");
    });
    if has_domains {
        section(fields, "domains", |domains| {
            limits.total_domains = limit(domains, "total_domains");
        });
    }
    limits
}

/// One of the objects, if it is there.
fn section(fields: &mut Fields, name: &'static str, read: impl FnOnce(&mut Fields)) {
    let label = label(name);
    match fields.take(name) {
        Patch::Absent => {}
        Patch::Value(Value::Object(members)) => {
            let mut inner = Fields::new(members);
            read(&mut inner);
            fields.nested(&label, inner);
        }
        Patch::Null | Patch::Value(_) => fields.refuse(format!("{label} must be an object")),
    }
}

fn limit(fields: &mut Fields, name: &'static str) -> Patch<u64> {
    bounded(fields, name, LimitsPatch::MAX)
}

fn bounded(fields: &mut Fields, name: &'static str, max: u64) -> Patch<u64> {
    let within = |number| u64::try_from(number).ok().filter(|number| *number <= max);
    fields.number(name, Min::AtLeast(0), max, within)
}

/// The reference also takes lists of booleans. One with something in it is true, an empty one is nothing.
fn paid(fields: &mut Fields) -> Patch<bool> {
    const NAME: &str = "paid_services_allowed";
    match fields.value(NAME) {
        Value::Array(items) if items.is_empty() => {
            fields.refuse_in_the_end("non_basic_services_allowed presence");
            Patch::Absent
        }
        Value::Array(items) if items.iter().all(Value::is_boolean) => Patch::Value(true),
        _ => fields.boolean(NAME),
    }
}

//! The checks in the body of a change.

use crate::wire::{Fields, Min};
use cc_domain::patch::Patch;
use cc_domain::process::{
    Endpoint, EndpointError, HealthCheckKind, HealthCheckUpdate, ReadinessKind, Seconds,
};
use serde_json::Value;
use std::str::FromStr;

const KINDS: &str = "must be \"port\", \"process\", or \"http\"";

pub fn health_check(fields: &mut Fields) -> HealthCheckUpdate<HealthCheckKind> {
    check(fields, "health_check", true)
}

pub fn readiness_check(fields: &mut Fields) -> HealthCheckUpdate<ReadinessKind> {
    check(fields, "readiness_health_check", false)
}

/// Members that are not known do not count.
fn check<K: FromStr>(fields: &mut Fields, name: &'static str, has_timeout: bool) -> HealthCheckUpdate<K> {
    let mut update = HealthCheckUpdate::default();
    let Patch::Value(members) = fields.object(name) else { return update };
    let label = fields.label(name);
    let mut inner = Fields::part(members, &label);
    if inner.has("type") {
        let named = inner.take("type").value();
        let text = named.as_ref().and_then(Value::as_str).filter(|text| *text != "none");
        update.kind = text.and_then(|text| text.parse().ok());
        if update.kind.is_none() {
            inner.refuse(format!("{label} type {KINDS}"));
        }
    }
    if let Patch::Value(data) = inner.object("data") {
        let mut data = Fields::part(data, &label);
        if has_timeout {
            update.timeout = seconds(&mut data, "timeout");
        }
        update.invocation_timeout = seconds(&mut data, "invocation_timeout");
        update.interval = seconds(&mut data, "interval");
        update.endpoint = endpoint(&mut data);
        for complaint in data.into_complaints() {
            inner.refuse(complaint);
        }
    }
    for complaint in inner.into_complaints() {
        fields.refuse(complaint);
    }
    update
}

/// Checked whatever the type is. What is no text is no path.
fn endpoint(fields: &mut Fields) -> Patch<Endpoint> {
    let value = match fields.take("endpoint") {
        Patch::Absent => return Patch::Absent,
        Patch::Null => return Patch::Null,
        Patch::Value(value) => value,
    };
    let text = value.as_str().ok_or_else(|| vec![EndpointError::NoPath]);
    match text.and_then(Endpoint::parse) {
        Ok(endpoint) => Patch::Value(endpoint),
        Err(errors) => {
            for error in errors {
                fields.refuse(format!("{} {error}", fields.label("endpoint")));
            }
            Patch::Absent
        }
    }
}

fn seconds(fields: &mut Fields, name: &'static str) -> Patch<Seconds> {
    fields.number(name, Min::AtLeast(1), i32::MAX, Seconds::new)
}

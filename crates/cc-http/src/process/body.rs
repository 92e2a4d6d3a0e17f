//! The checks in the body of a change.

use crate::wire::Fields;
use cc_domain::patch::Patch;
use cc_domain::process::{Endpoint, HealthCheckKind, HealthCheckUpdate, ReadinessKind, Seconds};
use std::str::FromStr;

const KINDS: &str = "must be \"port\", \"process\", or \"http\"";

pub fn health_check(fields: &mut Fields) -> HealthCheckUpdate<HealthCheckKind> {
    check(fields, "health_check", "Health check", &["timeout", "invocation_timeout", "interval", "endpoint"])
}

pub fn readiness_check(fields: &mut Fields) -> HealthCheckUpdate<ReadinessKind> {
    let known = ["invocation_timeout", "interval", "endpoint"];
    check(fields, "readiness_health_check", "Readiness health check", &known)
}

fn check<K: FromStr>(fields: &mut Fields, name: &str, label: &str, known: &[&str]) -> HealthCheckUpdate<K> {
    let mut update = HealthCheckUpdate::default();
    let Patch::Value(members) = fields.object(name, label) else { return update };
    let mut inner = Fields::new(members, &["type", "data"]);
    if let Patch::Value(text) = inner.text("type", &format!("{label} type")) {
        update.kind = text.parse().ok().filter(|_| text != "none");
        if update.kind.is_none() {
            inner.refuse(format!("{label} type {KINDS}"));
        }
    }
    if let Patch::Value(data) = inner.object("data", &format!("{label} data")) {
        let mut data = Fields::new(data, known);
        update.timeout = seconds(&mut data, "timeout", &format!("{label} timeout"));
        update.invocation_timeout =
            seconds(&mut data, "invocation_timeout", &format!("{label} invocation timeout"));
        update.interval = seconds(&mut data, "interval", &format!("{label} interval"));
        update.endpoint = match data.text("endpoint", &format!("{label} endpoint")) {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(text) => match Endpoint::parse(&text) {
                Some(endpoint) => Patch::Value(endpoint),
                None => {
                    data.refuse(format!(
                        "{label} endpoint is too long (maximum is {} characters)",
                        Endpoint::MAX_CHARS
                    ));
                    Patch::Absent
                }
            },
        };
        for complaint in data.into_complaints() {
            inner.refuse(complaint);
        }
    }
    for complaint in inner.into_complaints() {
        fields.refuse(complaint);
    }
    update
}

fn seconds(fields: &mut Fields, name: &str, label: &str) -> Patch<Seconds> {
    match fields.integer(name, label) {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(number) => match Seconds::new(number) {
            Some(seconds) => Patch::Value(seconds),
            None => {
                fields.refuse(format!("{label} must be greater than or equal to 1"));
                Patch::Absent
            }
        },
    }
}

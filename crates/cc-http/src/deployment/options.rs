//! The `options` of a deployment.

use crate::wire::rules::is_blank;
use crate::wire::{Fields, Min};
use cc_domain::deployment::{DeploymentOptions, Weight};
use cc_domain::patch::Patch;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use serde_json::{Map, Value};

const KNOWN: &[&str] = &[
    "canary",
    "max_in_flight",
    "web_instances",
    "memory_in_mb",
    "disk_in_mb",
    "log_rate_limit_in_bytes_per_second",
];
const WEIGHT: &str = "instance_weight";

/// Null, an empty list and an empty object are as if it were not there, and so is each member that is null.
pub fn read(fields: &mut Fields, is_canary: bool) -> DeploymentOptions {
    let members = match fields.value("options").clone() {
        blank if is_blank(&blank) => return DeploymentOptions::default(),
        Value::Object(members) => members,
        _ => {
            fields.refuse("Options must be an object");
            return DeploymentOptions::default();
        }
    };
    if let Some(unknown) = unsupported(&members, KNOWN) {
        fields.refuse(format!("Options {unknown}"));
    }
    let mut inner = Fields::open(members);
    let options = DeploymentOptions {
        web_instances: inner.number("web_instances", Min::AtLeast(0), i32::MAX, InstanceCount::new).value(),
        memory: inner.number("memory_in_mb", Min::MoreThan(0), i32::MAX, Megabytes::new).value(),
        disk: inner.number("disk_in_mb", Min::MoreThan(0), i32::MAX, Megabytes::new).value(),
        log_rate: inner
            .number("log_rate_limit_in_bytes_per_second", Min::AtLeast(-1), i64::MAX, LogRate::new)
            .value(),
        max_in_flight: max_in_flight(&mut inner),
        canary_steps: canary_steps(&mut inner, is_canary),
    };
    for complaint in inner.into_complaints() {
        fields.refuse(complaint);
    }
    options
}

fn max_in_flight(fields: &mut Fields) -> u32 {
    let value = fields.value("max_in_flight");
    if value.is_null() || *value == Value::Bool(false) {
        return 1;
    }
    // More than a column holds is more than any app has.
    let number = value.as_i64().filter(|number| *number > 0).map(|number| number.min(i32::MAX.into()));
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => number,
        None => {
            fields.refuse("Max in flight must be an integer greater than 0");
            1
        }
    }
}

fn canary_steps(fields: &mut Fields, is_canary: bool) -> Option<Vec<Weight>> {
    let members = match fields.take("canary") {
        Patch::Absent | Patch::Null | Patch::Value(Value::Bool(false)) => return None,
        Patch::Value(Value::Object(members)) => members,
        Patch::Value(_) => {
            fields.refuse("Options canary must be an object");
            return None;
        }
    };
    if !is_canary {
        fields.refuse("Options canary are only valid for Canary deployments");
        return None;
    }
    let steps = members.get("steps").unwrap_or(&Value::Null);
    if steps.is_null() || *steps == Value::Bool(false) {
        return None;
    }
    let objects: Option<Vec<&Map<String, Value>>> =
        steps.as_array().and_then(|steps| steps.iter().map(Value::as_object).collect());
    let Some(steps) = objects else {
        fields.refuse("Options canary steps must be an array of objects");
        return None;
    };
    weights(fields, &steps)
}

fn weights(fields: &mut Fields, steps: &[&Map<String, Value>]) -> Option<Vec<Weight>> {
    for unknown in steps.iter().filter_map(|step| unsupported(step, &[WEIGHT])) {
        fields.refuse(format!("Options canary steps {unknown}"));
    }
    if steps.iter().any(|step| !step.contains_key(WEIGHT)) {
        fields.refuse(format!("Options canary steps missing key: \"{WEIGHT}\""));
    }
    let numbers: Option<Vec<i64>> =
        steps.iter().map(|step| step.get(WEIGHT).and_then(Value::as_i64)).collect();
    let outside = "Options canary steps instance weight must be an Integer between 1-100 (inclusive)";
    let Some(numbers) = numbers else {
        fields.refuse(outside);
        return None;
    };
    let weights: Option<Vec<Weight>> = numbers.iter().map(|percent| Weight::new(*percent)).collect();
    if weights.is_none() {
        fields.refuse(outside);
    }
    if !numbers.is_sorted() {
        fields.refuse("Options canary steps instance weight must be sorted in ascending order");
    }
    weights
}

fn unsupported(members: &Map<String, Value>, known: &[&str]) -> Option<String> {
    let unknown: Vec<&str> = members.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
    (!unknown.is_empty()).then(|| format!("has unsupported key(s): {}", unknown.join(", ")))
}

//! What an entry says of a process.

use super::parse::Object;
use super::yaml::as_text;
use crate::patch::Patch;
use crate::process::{
    Endpoint, HealthCheckKind, HealthCheckUpdate, ProcessType, ReadinessKind, ScaleProcess, Seconds,
    UpdateProcess,
};
use crate::quantity::{I32_MAX, InstanceCount, LogRate, Megabytes, QuantityError, parse_bytes};
use serde_json::Value;

/// More instances than this are refused.
const MAX_INSTANCES: i64 = 2_000_000;

/// What is said of the sizes of a process before anything else of it is looked at.
pub(super) fn check_sizes(kind: &str, from: &Object, complaints: &mut Vec<String>) {
    for (key, shown) in [
        ("memory", "Memory"),
        ("disk_quota", "Disk quota"),
        ("log_rate_limit_per_second", "Log rate limit per second"),
    ] {
        let value = from.get(key);
        let is_unlimited =
            key.starts_with("log") && value.map(as_text).is_some_and(|v| v == "-1" || v == "0");
        if let Some(Err(problem @ (QuantityError::Unit | QuantityError::NotANumber))) = bytes(value)
            && !is_unlimited
        {
            complaints.push(format!("Process \"{kind}\": {shown} {problem}"));
        }
    }
}

/// Reads how large a process is to be; sizes that [`check_sizes`] refuses are passed over.
pub(super) fn scale(kind: &ProcessType, from: &Object, complaints: &mut Vec<String>) -> ScaleProcess {
    let mut reader = Reader { from, kind, complaints };
    ScaleProcess {
        instances: reader.instances(),
        memory: reader.megabytes("memory", "Memory"),
        disk: reader.megabytes("disk_quota", "Disk quota"),
        log_rate: reader.log_rate(),
    }
}

/// Reads everything else of a process. Only an entry below `processes` may have a user.
pub(super) fn update(
    kind: &ProcessType,
    from: &Object,
    may_have_user: bool,
    complaints: &mut Vec<String>,
) -> UpdateProcess {
    let mut reader = Reader { from, kind, complaints };
    reader.endpoint_needs_http("health_check_type", "health_check_http_endpoint", "Health");
    reader.endpoint_needs_http(
        "readiness_health_check_type",
        "readiness_health_check_http_endpoint",
        "Readiness health",
    );
    let command = reader.text("command", "Command", UpdateProcess::MAX_COMMAND);
    let user =
        if may_have_user { reader.text("user", "User", UpdateProcess::MAX_USER) } else { Patch::Absent };
    let health_check = HealthCheckUpdate {
        kind: reader.kind(
            "health_check_type",
            "Health check type",
            HealthCheckKind::Process,
            |kind: &HealthCheckKind| *kind != HealthCheckKind::None,
        ),
        endpoint: reader.endpoint("health_check_http_endpoint", "Health check http endpoint"),
        invocation_timeout: reader
            .seconds("health_check_invocation_timeout", "Health check invocation timeout"),
        interval: reader.seconds("health_check_interval", "Health check interval"),
        timeout: Patch::Absent,
    };
    let readiness_check = HealthCheckUpdate {
        kind: reader.kind(
            "readiness_health_check_type",
            "Readiness health check type",
            ReadinessKind::Process,
            |_| true,
        ),
        invocation_timeout: reader.seconds(
            "readiness_health_check_invocation_timeout",
            "Readiness health check invocation timeout",
        ),
        endpoint: reader
            .endpoint("readiness_health_check_http_endpoint", "Readiness health check http endpoint"),
        interval: reader.seconds("readiness_health_check_interval", "Readiness health check interval"),
        timeout: Patch::Absent,
    };
    let timeout = match reader.seconds("timeout", "Timeout") {
        Patch::Absent => reader.seconds("health_check_timeout", "Health check timeout"),
        given => given,
    };
    UpdateProcess {
        command,
        user,
        health_check: HealthCheckUpdate { timeout, ..health_check },
        readiness_check,
        metadata: crate::metadata::MetadataPatch::default(),
    }
}

/// Bytes as a quantity says them; `None` if nothing or a blank is said.
pub(super) fn bytes(value: Option<&Value>) -> Option<Result<i64, QuantityError>> {
    let value = value.filter(|value| !is_blank(value))?;
    Some(parse_bytes(&as_text(value)))
}

/// What Ruby on Rails calls blank.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// Complaints of a field that is to be a text of `1..=max` characters: no text, and too short or too long as whatever it is.
pub(super) fn text_problems(value: &Value, max: usize) -> Vec<String> {
    let length = match value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        other => as_text(other).chars().count(),
    };
    let mut problems = Vec::new();
    if !value.is_string() {
        problems.push("must be a string".to_owned());
    }
    if !(1..=max).contains(&length) {
        problems.push(format!("must be between 1 and {max} characters"));
    }
    problems
}

/// A whole number, also as text; the error follows the name of the field.
pub(super) fn whole(value: &Value) -> Result<i64, &'static str> {
    let text = match value {
        Value::Number(number) if !number.is_f64() => number.to_string(),
        Value::Number(_) => return Err("must be an integer"),
        Value::String(text) => text.clone(),
        _ => return Err("is not a number"),
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        let end = if text.starts_with('-') { i64::MIN } else { i64::MAX };
        return Ok(text.parse().unwrap_or(end));
    }
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    Err(if is_number { "must be an integer" } else { "is not a number" })
}

struct Reader<'a> {
    from: &'a Object,
    kind: &'a ProcessType,
    complaints: &'a mut Vec<String>,
}

impl<'a> Reader<'a> {
    fn complain(&mut self, text: &str) {
        self.complaints.push(format!("Process \"{}\": {text}", self.kind));
    }

    fn given(&self, key: &str) -> Option<&'a Value> {
        self.from.get(key).filter(|value| !value.is_null())
    }

    /// Null and the words `default` and `null` reset.
    fn text(&mut self, key: &str, shown: &str, max: usize) -> Patch<String> {
        let value = match self.from.get(key) {
            None => return Patch::Absent,
            Some(Value::Null) => return Patch::Null,
            Some(Value::String(text)) if text == "default" || text == "null" => return Patch::Null,
            Some(value) => value,
        };
        for problem in text_problems(value, max) {
            self.complain(&format!("{shown} {problem}"));
        }
        value.as_str().map_or(Patch::Absent, |text| Patch::Value(text.to_owned()))
    }

    fn number(&mut self, key: &str, shown: &str) -> Option<i64> {
        whole(self.given(key)?).map_err(|problem| self.complain(&format!("{shown} {problem}"))).ok()
    }

    fn instances(&mut self) -> Option<InstanceCount> {
        let number = self.number("instances", "Instances")?;
        if number < 0 {
            self.complain("Instances must be greater than or equal to 0");
        } else if number > MAX_INSTANCES {
            self.complain("Instances must be less than or equal to 2000000");
        }
        InstanceCount::new(number)
    }

    fn seconds(&mut self, key: &str, shown: &str) -> Patch<Seconds> {
        let Some(number) = self.number(key, shown) else { return Patch::Absent };
        if let Some(seconds) = Seconds::new(number) {
            return Patch::Value(seconds);
        }
        self.complain(&format!("{shown} must be greater than or equal to 1"));
        Patch::Absent
    }

    fn megabytes(&mut self, key: &str, shown: &str) -> Option<Megabytes> {
        let too_large = || format!("{shown} must be less than or equal to {I32_MAX}MB");
        let problem = match bytes(self.from.get(key))? {
            Ok(bytes) => match Megabytes::new(bytes >> 20) {
                Some(megabytes) => return Some(megabytes),
                None if bytes > 0 && bytes >> 20 > 0 => too_large(),
                None => format!("{shown} must be greater than 0MB"),
            },
            Err(QuantityError::TooLarge) => too_large(),
            Err(QuantityError::Unit | QuantityError::NotANumber) => return None,
        };
        self.complain(&problem);
        None
    }

    fn log_rate(&mut self) -> Option<LogRate> {
        let value = self.from.get("log_rate_limit_per_second");
        let rate = match value.map(as_text).as_deref() {
            Some("-1") => Some(-1),
            Some("0") => Some(0),
            _ => match bytes(value)? {
                Ok(bytes) => Some(bytes),
                Err(QuantityError::TooLarge) => None,
                Err(QuantityError::Unit | QuantityError::NotANumber) => return None,
            },
        };
        let rate = rate.and_then(LogRate::new);
        if rate.is_none() {
            self.complain("Log rate limit must be an integer greater than or equal to -1");
        }
        rate
    }

    /// An endpoint, even none, is said only of checks over HTTP.
    fn endpoint_needs_http(&mut self, kind: &str, endpoint: &str, shown: &str) {
        let kind = self.from.get(kind);
        if kind.is_some_and(|kind| kind.as_str() != Some("http")) && self.from.contains_key(endpoint) {
            self.complain(&format!(
                "{shown} check type must be \"http\" to set a health check HTTP endpoint"
            ));
        }
    }

    /// `none` is an old word for `process`.
    fn kind<K: std::str::FromStr>(
        &mut self,
        key: &str,
        shown: &str,
        process: K,
        allowed: fn(&K) -> bool,
    ) -> Option<K> {
        let text = self.from.get(key)?.as_str().unwrap_or_default();
        if text == "none" {
            return Some(process);
        }
        let kind = text.parse().ok().filter(allowed);
        if kind.is_none() {
            self.complain(&format!("{shown} must be \"port\", \"process\", or \"http\""));
        }
        kind
    }

    fn endpoint(&mut self, key: &str, shown: &str) -> Patch<Endpoint> {
        let Some(value) = self.given(key) else { return Patch::Absent };
        let endpoint = value.as_str().and_then(|text| Endpoint::parse(text).ok());
        if endpoint.is_none() {
            self.complain(&format!("{shown} must be a valid URI path"));
        }
        endpoint.map_or(Patch::Absent, Patch::Value)
    }
}

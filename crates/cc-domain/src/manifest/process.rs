//! What an entry says of a process.

use super::parse::{Object, text_problems};
use super::yaml::as_text;
use crate::metadata::MetadataPatch;
use crate::patch::Patch;
use crate::process::{
    Endpoint, HealthCheckKind, HealthCheckUpdate, ReadinessKind, ScaleProcess, Seconds, UpdateProcess,
};
use crate::quantity::{InstanceCount, LogRate, Megabytes, QuantityError, parse_bytes};
use crate::ruby::is_blank;
use serde_json::Value;

/// More instances than this are refused.
const MAX_INSTANCES: i64 = 2_000_000;

/// What is wrong with the quantities of a process is said before anything else of it.
pub(super) fn formats(shown: &str, from: &Object, complaints: &mut Vec<String>) {
    for (key, name) in [
        ("memory", "Memory"),
        ("disk_quota", "Disk quota"),
        ("log_rate_limit_per_second", "Log rate limit per second"),
    ] {
        let value = from.get(key).unwrap_or(&Value::Null);
        let is_unlimited = key.starts_with("log") && matches!(as_text(value).as_str(), "-1" | "0");
        if !is_unlimited && let Err(problem) = bytes(value) {
            complaints.push(format!("Process \"{shown}\": {name} {problem}"));
        }
    }
}

/// Reads how much a process gets. What is in no format counts as not said, see [`formats`].
pub(super) fn scale(shown: &str, from: &Object, complaints: &mut Vec<String>) -> ScaleProcess {
    let mut reader = Reader { from, complaints: Vec::new() };
    let scale = ScaleProcess {
        instances: reader.instances(),
        memory: reader.megabytes("memory", "Memory"),
        disk: reader.megabytes("disk_quota", "Disk quota"),
        log_rate: reader.log_rate(),
    };
    reader.tell(shown, complaints);
    scale
}

/// Reads the other properties of a process from an object with keys in snake case. Only an entry below `processes` may have a user.
pub(super) fn update(
    shown: &str,
    from: &Object,
    is_listed: bool,
    complaints: &mut Vec<String>,
) -> UpdateProcess {
    let mut reader = Reader { from, complaints: Vec::new() };
    if is_listed && from.contains_key("health_check_timeout") {
        reader.complain("Unknown field(s): 'health_check_timeout'");
    }
    for (prefix, name) in [("", "Health"), ("readiness_", "Readiness health")] {
        let kind = from.get(&format!("{prefix}health_check_type"));
        let has_endpoint = from.contains_key(&format!("{prefix}health_check_http_endpoint"));
        if has_endpoint && kind.is_some_and(|kind| kind.as_str() != Some("http")) {
            reader
                .complain(&format!("{name} check type must be \"http\" to set a health check HTTP endpoint"));
        }
    }
    let command = reader.text("command", "Command", UpdateProcess::MAX_COMMAND);
    let user = if is_listed { reader.text("user", "User", UpdateProcess::MAX_USER) } else { Patch::Absent };
    let mut health_check = HealthCheckUpdate {
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
        timeout: Patch::Absent,
        invocation_timeout: reader.seconds(
            "readiness_health_check_invocation_timeout",
            "Readiness health check invocation timeout",
        ),
        endpoint: reader
            .endpoint("readiness_health_check_http_endpoint", "Readiness health check http endpoint"),
        interval: reader.seconds("readiness_health_check_interval", "Readiness health check interval"),
    };
    health_check.timeout = reader.seconds("timeout", "Timeout");
    reader.tell(shown, complaints);
    UpdateProcess { command, user, health_check, readiness_check, metadata: MetadataPatch::default() }
}

/// Bytes of a quantity with a unit; `Ok(None)` if there is none. The error follows the name of the field.
fn bytes(value: &Value) -> Result<Option<i64>, QuantityError> {
    if is_blank(value) {
        return Ok(None);
    }
    parse_bytes(&as_text(value)).map(Some)
}

/// Whole mebibytes of a quantity.
pub(super) fn mebibytes(value: &Value) -> Option<i64> {
    bytes(value).ok().flatten().map(|bytes| bytes / (1 << 20))
}

/// A number to the reference: also as text. The error follows the name of the field.
pub(super) fn whole(value: &Value) -> Result<i64, &'static str> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(_) => as_text(value),
        _ => return Err("is not a number"),
    };
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    text.parse().map_err(|_| if is_number { "must be an integer" } else { "is not a number" })
}

struct Reader<'a> {
    from: &'a Object,
    complaints: Vec<String>,
}

impl Reader<'_> {
    fn complain(&mut self, text: &str) {
        self.complaints.push(text.to_owned());
    }

    fn tell(self, shown: &str, complaints: &mut Vec<String>) {
        complaints.extend(self.complaints.into_iter().map(|text| format!("Process \"{shown}\": {text}")));
    }

    fn given(&self, key: &str) -> Option<&Value> {
        self.from.get(key).filter(|value| !value.is_null())
    }

    /// Null and the words `default` and `null` reset.
    fn text(&mut self, key: &str, shown: &str, max: usize) -> Patch<String> {
        match self.from.get(key) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(Value::String(text)) if text == "default" || text == "null" => Patch::Null,
            Some(value) => {
                let problems = text_problems(value, max);
                for problem in &problems {
                    self.complain(&format!("{shown} {problem}"));
                }
                value
                    .as_str()
                    .filter(|_| problems.is_empty())
                    .map_or(Patch::Absent, |t| Patch::Value(t.to_owned()))
            }
        }
    }

    fn number(&mut self, key: &str, shown: &str) -> Option<i64> {
        match whole(self.given(key)?) {
            Ok(number) => Some(number),
            Err(problem) => {
                self.complain(&format!("{shown} {problem}"));
                None
            }
        }
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
        let number = mebibytes(self.given(key)?)?;
        let megabytes = Megabytes::new(number);
        if megabytes.is_none() {
            let problem = if number > 0 { "is too large" } else { "must be greater than 0MB" };
            self.complain(&format!("{shown} {problem}"));
        }
        megabytes
    }

    fn log_rate(&mut self) -> Option<LogRate> {
        let value = self.given("log_rate_limit_per_second")?;
        let rate = match as_text(value).as_str() {
            "-1" => -1,
            "0" => 0,
            _ => bytes(value).ok()??,
        };
        let rate = LogRate::new(rate);
        if rate.is_none() {
            self.complain("Log rate limit must be an integer greater than or equal to -1");
        }
        rate
    }

    /// `none` is an old word for `process`.
    fn kind<K: std::str::FromStr>(
        &mut self,
        key: &str,
        shown: &str,
        process: K,
        allowed: fn(&K) -> bool,
    ) -> Option<K> {
        let text = self.from.get(key)?.as_str().unwrap_or_default().to_owned();
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

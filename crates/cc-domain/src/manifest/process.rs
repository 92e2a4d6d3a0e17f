//! What an entry says of a process.

use super::ProcessManifest;
use super::parse::Object;
use crate::patch::Patch;
use crate::process::{
    Endpoint, HealthCheckKind, HealthCheckUpdate, ProcessType, ReadinessKind, ScaleProcess, Seconds,
    UpdateProcess,
};
use crate::quantity::{InstanceCount, LogRate, Megabytes, QuantityError, parse_bytes};
use serde_json::Value;

/// More instances than this are refused.
const MAX_INSTANCES: i64 = 2_000_000;

/// Reads a process from an object with keys in snake case. Only an entry below `processes` may have a user.
pub(super) fn process(
    kind: ProcessType,
    from: &Object,
    may_have_user: bool,
    complaints: &mut Vec<String>,
) -> ProcessManifest {
    let prefix = format!("Process \"{kind}\": ");
    let mut reader = Reader { from, complaints: Vec::new() };
    let scale = ScaleProcess {
        instances: reader.instances(),
        memory: reader.megabytes("memory", "Memory"),
        disk: reader.megabytes("disk_quota", "Disk quota"),
        log_rate: reader.log_rate(),
    };
    let health_check = HealthCheckUpdate {
        kind: reader.kind(
            "health_check_type",
            "Health check type",
            HealthCheckKind::Process,
            |kind: &HealthCheckKind| *kind != HealthCheckKind::None,
        ),
        timeout: match reader.seconds("timeout", "Timeout") {
            Patch::Absent => reader.seconds("health_check_timeout", "Health check timeout"),
            given => given,
        },
        invocation_timeout: reader
            .seconds("health_check_invocation_timeout", "Health check invocation timeout"),
        interval: reader.seconds("health_check_interval", "Health check interval"),
        endpoint: reader.endpoint("health_check_http_endpoint", "Health check http endpoint"),
    };
    if health_check.kind.is_some_and(|kind| kind != HealthCheckKind::Http) && is_given(&health_check.endpoint)
    {
        reader.complain("Health check type must be \"http\" to set a health check HTTP endpoint");
    }
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
        interval: reader.seconds("readiness_health_check_interval", "Readiness health check interval"),
        endpoint: reader
            .endpoint("readiness_health_check_http_endpoint", "Readiness health check http endpoint"),
    };
    if readiness_check.kind.is_some_and(|kind| kind != ReadinessKind::Http)
        && is_given(&readiness_check.endpoint)
    {
        reader.complain("Readiness health check type must be \"http\" to set a health check HTTP endpoint");
    }
    let update = UpdateProcess {
        command: reader.text("command", "Command", UpdateProcess::MAX_COMMAND),
        user: if may_have_user {
            reader.text("user", "User", UpdateProcess::MAX_USER)
        } else {
            Patch::Absent
        },
        health_check,
        readiness_check,
        metadata: crate::metadata::MetadataPatch::default(),
    };
    complaints.extend(reader.complaints.into_iter().map(|text| format!("{prefix}{text}")));
    ProcessManifest { kind, update, scale }
}

fn is_given<T>(patch: &Patch<T>) -> bool {
    matches!(patch, Patch::Value(_))
}

/// A quantity in mebibytes; `Ok(None)` if there is none. The error follows the name of the field.
pub(super) fn megabytes(value: Option<&Value>) -> Result<Option<Megabytes>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let bytes = parse_bytes(text).map_err(|e| e.to_string())?;
            Megabytes::new(bytes >> 20).map(Some).ok_or_else(|| "must be greater than 0MB".to_owned())
        }
        Some(_) => Err(QuantityError::Unit.to_string()),
    }
}

struct Reader<'a> {
    from: &'a Object,
    complaints: Vec<String>,
}

impl Reader<'_> {
    fn complain(&mut self, text: &str) {
        self.complaints.push(text.to_owned());
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
            Some(Value::String(text)) if (1..=max).contains(&text.chars().count()) => {
                Patch::Value(text.clone())
            }
            Some(Value::String(_)) => {
                self.complain(&format!("{shown} must be between 1 and {max} characters"));
                Patch::Absent
            }
            Some(_) => {
                self.complain(&format!("{shown} must be a string"));
                Patch::Absent
            }
        }
    }

    /// A whole number, also as text.
    fn number(&mut self, key: &str, shown: &str) -> Option<i64> {
        let value = self.given(key)?;
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        };
        if number.is_none() {
            self.complain(&format!("{shown} is not a number"));
        }
        number
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
        match megabytes(self.from.get(key)) {
            Ok(megabytes) => megabytes,
            Err(problem) => {
                self.complain(&format!("{shown} {problem}"));
                None
            }
        }
    }

    fn log_rate(&mut self) -> Option<LogRate> {
        let shown = "Log rate limit per second";
        let bytes = match self.given("log_rate_limit_per_second")? {
            Value::String(text) if text == "-1" => Ok(-1),
            Value::String(text) if text == "0" => Ok(0),
            Value::String(text) => parse_bytes(text),
            other => other.as_i64().filter(|n| *n == 0 || *n == -1).ok_or(QuantityError::Unit),
        };
        match bytes.map(LogRate::new) {
            Ok(Some(rate)) => Some(rate),
            Ok(None) => {
                self.complain(&format!("{shown} must be an integer greater than or equal to -1B"));
                None
            }
            Err(problem) => {
                self.complain(&format!("{shown} {problem}"));
                None
            }
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
        let text = self.given(key)?.as_str().unwrap_or_default().to_owned();
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

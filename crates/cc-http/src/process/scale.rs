//! `process_scale`, `app_process_scale`

use super::{guid_of, present};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use axum::http::StatusCode;
use cc_actions::{Fault, process};
use cc_domain::patch::Patch;
use cc_domain::process::ScaleProcess;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use serde_json::{Map, Value};

/// The only member that may be null, which is as if it were not there.
const LOG_RATE: &str = "log_rate_limit_in_bytes_per_second";

/// Answers 202 without a job, as the reference does.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let guid = guid_of(&ctx, &request).await?;
    let scaled = process::scale(ctx.call()?, &guid, change, request.sent()).await?;
    // Whoever may change a process is answered with its command, as the reference does.
    let around = process::around(&ctx.ports, &scaled).await?;
    let command = present::Command::Shown(around.command.as_deref().unwrap_or_default());
    Answer::json(
        StatusCode::ACCEPTED,
        &present::process(&ctx.links, &scaled, &around.space, around.default_user, command, None),
    )
}

/// The largest number of a column.
const MAX: i128 = i32::MAX as i128;

fn decode(body: Map<String, Value>) -> Result<ScaleProcess, Fault> {
    let mut fields = Fields::new(body);
    let change = ScaleProcess {
        instances: bounded(&mut fields, "instances", 0, MAX, InstanceCount::new),
        memory: bounded(&mut fields, "memory_in_mb", 1, MAX, Megabytes::new),
        disk: bounded(&mut fields, "disk_in_mb", 1, MAX, Megabytes::new),
        log_rate: bounded(&mut fields, LOG_RATE, -1, i64::MAX.into(), LogRate::new),
    };
    fields.finish()?;
    Ok(change)
}

fn bounded<T>(
    fields: &mut Fields,
    name: &'static str,
    min: i128,
    max: i128,
    checked: impl FnOnce(i64) -> Option<T>,
) -> Option<T> {
    let label = fields.label(name);
    let number = match fields.integer(name) {
        Patch::Value(number) => number,
        Patch::Null if name != LOG_RATE => {
            fields.refuse(format!("{label} is not a number"));
            return None;
        }
        Patch::Null | Patch::Absent => return None,
    };
    let value = i64::try_from(number).ok().and_then(checked);
    if value.is_none() {
        fields.refuse(if number < min {
            format!("{label} must be greater than or equal to {min}")
        } else {
            format!("{label} must be less than or equal to {max}")
        });
    }
    value
}

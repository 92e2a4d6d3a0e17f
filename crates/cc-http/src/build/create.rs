//! `build_create`

use super::present;
use crate::app::body::{self, Strictness};
use crate::app::variables;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Min, Request};
use cc_actions::{Fault, build};
use cc_domain::app::EnvironmentVariables;
use cc_domain::build::CreateBuild;
use cc_domain::guid::Guid;
use cc_domain::package::Package;
use cc_domain::patch::Patch;
use cc_domain::quantity::LogRate;
use serde_json::{Map, Value};

const LOG_RATE: &str = "staging_log_rate_limit_bytes_per_second";

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (command, environment) = decode(request.json()?)?;
    let (created, warnings) = build::create(ctx.call()?, command, environment).await?;
    Ok(Answer::created(&present::build(&ctx.links, &created))?.with_warnings(warnings))
}

fn decode(body: Map<String, Value>) -> Result<(CreateBuild, EnvironmentVariables), Fault> {
    let mut fields = Fields::open(body);
    let disk = fields.positive("staging_disk_in_mb");
    let memory = fields.positive("staging_memory_in_mb");
    let log_rate = fields.number(LOG_RATE, Min::AtLeast(-1), i64::MAX, LogRate::new).value();
    fields.refuse_unknown();
    let mut package = None;
    let lifecycle = body::lifecycle(&mut fields, Strictness::Build, |fields| package = read_package(fields));
    let environment = environment(&mut fields);
    let metadata = fields.metadata();
    fields.finish()?;
    let Some(package) = package else { return Err(Fault::parse_error()) };
    Ok((CreateBuild { package, lifecycle, memory, disk, log_rate, metadata }, environment))
}

/// `package.guid`; other keys beside it do not count.
fn read_package(fields: &mut Fields) -> Option<Guid<Package>> {
    let guid = match fields.take("package") {
        Patch::Value(Value::Object(mut package)) => package.remove("guid").unwrap_or_default(),
        Patch::Absent | Patch::Null | Patch::Value(_) => Value::Null,
    };
    if guid.is_null() || guid.as_str().is_some_and(|text| text.trim().is_empty()) {
        fields.refuse("Package guid can't be blank");
    }
    fields.check_guid(&guid, "Package guid")
}

/// Keys are not validated, as in the reference; what can be no variable of a process is left out.
fn environment(fields: &mut Fields) -> EnvironmentVariables {
    let Patch::Value(Value::Object(members)) = fields.take("environment_variables") else {
        return EnvironmentVariables::default();
    };
    let can_be = |key: &str| !key.is_empty() && !key.contains('=');
    variables::given(fields, members.into_iter().filter(|(key, _)| can_be(key)))
}

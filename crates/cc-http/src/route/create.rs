//! `route_create`

use super::{options, present};
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, route};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::patch::Patch;
use cc_domain::route::{CreateRoute, Host, PortRequest, RoutePath};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let flags = route::may_create(&ctx.ports, ctx.actor()?).await?;
    let body = request.json()?;
    let command = decode(body.clone(), flags.is_enabled(FeatureFlag::HashBasedRouting))?;
    let created = route::create(&ctx.ports, ctx.actor()?, command, Value::Object(body)).await?;
    Answer::created(&present::route(&ctx.links, &created))
}

fn decode(body: Map<String, Value>, is_hash_on: bool) -> Result<CreateRoute, Fault> {
    let mut fields = Fields::new(body, &["host", "path", "port", "relationships", "options", "metadata"]);
    let host = parsed(&mut fields, "host", "Host", Host::parse);
    let path = parsed(&mut fields, "path", "Path", RoutePath::parse);
    let port = port(&mut fields);
    let (space, domain) = match fields.relationships(&["space", "domain"]) {
        None => (None, None),
        Some(mut inner) => {
            let named = (inner.required_to_one("space", "Space"), inner.required_to_one("domain", "Domain"));
            fields.nested("Relationships", inner);
            named
        }
    };
    let options = options::read(&mut fields, is_hash_on);
    let metadata = fields.metadata();
    fields.finish()?;
    match (space, domain) {
        (Some(space), Some(domain)) => Ok(CreateRoute { host, path, port, space, domain, options, metadata }),
        (None, _) => Err(Fault::unprocessable("Relationships Space can't be blank")),
        (_, None) => Err(Fault::unprocessable("Relationships Domain can't be blank")),
    }
}

fn parsed<T: Default, E: std::fmt::Display>(
    fields: &mut Fields,
    name: &str,
    label: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> T {
    let text = fields.text(name, label).value().unwrap_or_default();
    parse(&text).map_err(|error| fields.refuse(format!("{label} {error}"))).unwrap_or_default()
}

fn port(fields: &mut Fields) -> PortRequest {
    match fields.integer("port", "Port") {
        Patch::Absent => PortRequest::Absent,
        Patch::Null | Patch::Value(0) => PortRequest::None,
        Patch::Value(number) => {
            if let Ok(port) = u16::try_from(number) {
                return PortRequest::Given(port);
            }
            let bound = if number < 0 { "greater than or equal to 0" } else { "less than or equal to 65535" };
            fields.refuse(format!("Port must be {bound}"));
            PortRequest::Absent
        }
    }
}

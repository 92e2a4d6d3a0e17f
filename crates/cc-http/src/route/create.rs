//! `route_create`

use super::{options, present};
use crate::server::Ctx;
use crate::wire::rules::{self, Null};
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, route};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::route::{CreateRoute, Host, HostError, PathError, PortRequest, RoutePath};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let flags = route::may_create(ctx.call()?).await?;
    let command = decode(request.json()?, flags.is_enabled(FeatureFlag::HashBasedRouting))?;
    let created = route::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::route(&ctx.links, &created))
}

fn decode(body: Map<String, Value>, is_hash_on: bool) -> Result<CreateRoute, Fault> {
    let mut fields = Fields::open(body);
    let host = host(&mut fields);
    let (path, path_fault) = path(&mut fields);
    let port = port(&mut fields);
    fields.must_be_present("relationships");
    fields.refuse_unknown();
    let (space, domain) = match fields.relationships() {
        None => (None, None),
        Some(mut inner) => {
            let named = (inner.required_to_one("space"), inner.required_to_one("domain"));
            fields.nested("Relationships", inner);
            named
        }
    };
    let options = options::read(&mut fields, is_hash_on);
    let metadata = fields.metadata();
    fields.finish()?;
    path_fault.map_or(Ok(()), Err)?;
    // `{"data":null}` passes, and names nothing.
    let space = space.unwrap_or_else(|| Guid::new(""));
    let domain = domain.unwrap_or_else(|| Guid::new(""));
    Ok(CreateRoute { host, path, port, space, domain, options, metadata })
}

fn host(fields: &mut Fields) -> Host {
    fields.must_be_string("host", Null::Skipped);
    fields.must_be_at_most("host", Host::MAX_CHARS, Null::Skipped);
    let host = Host::parse(&rules::as_text(fields.value("host")));
    if let Err(error @ HostError::Characters) = &host {
        fields.refuse(format!("Host {error}"));
    }
    host.unwrap_or_default()
}

/// The path, and the fault of one that is no path of a URI, which is told only when there is nothing else.
fn path(fields: &mut Fields) -> (RoutePath, Option<Fault>) {
    fields.must_be_string("path", Null::Skipped);
    fields.must_be_at_most("path", RoutePath::MAX_CHARS, Null::Skipped);
    let text = rules::as_text(fields.value("path"));
    for error in RoutePath::complaints(&text) {
        fields.refuse(format!("Path {error}"));
    }
    match RoutePath::parse(&text) {
        Err(error @ PathError::Characters) => {
            (RoutePath::default(), Some(Fault::unprocessable(format!("Path {error}"))))
        }
        path => (path.unwrap_or_default(), None),
    }
}

fn port(fields: &mut Fields) -> PortRequest {
    match fields.integer("port") {
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

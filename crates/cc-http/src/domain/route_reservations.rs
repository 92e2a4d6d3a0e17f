//! `domain_route_reservations_get`

use crate::list::Params;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};
use cc_domain::route::{Host, RoutePath};
use serde_json::json;

/// What no route can have is on no route. Parameters that are not known are ignored.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let params = Params::read(&request.query);
    let host = Host::parse(params.text("host").unwrap_or_default());
    let path = RoutePath::parse(params.text("path").unwrap_or_default());
    let port = params.text("port").filter(|p| !p.is_empty()).unwrap_or("0").parse::<u16>();
    let guid = request.guid();
    let has_route = if let (Ok(host), Ok(path), Ok(port)) = (host, path, port) {
        let port = (port != 0).then_some(port);
        domain::has_route(ctx.call()?, &guid, &host, &path, port).await?
    } else {
        domain::get(ctx.call()?, &guid).await?;
        false
    };
    Answer::ok(&json!({ "matching_route": has_route }))
}

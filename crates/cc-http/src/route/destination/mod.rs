//! `/v3/routes/{guid}/destinations`

mod body;

use super::present;
use crate::list::Params;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, route};
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::route::DestinationProtocol;

/// `route_destinations_list`: all at once, by guid.
pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let params = Params::read(&request.query);
    let unknown = params.unknown(&["guids", "app_guids"]);
    if !unknown.is_empty() {
        return Err(Fault::unprocessable(format!(
            "Unknown query parameter(s): '{}'. Valid parameters are: 'guids', 'app_guids'",
            unknown.join("', '")
        )));
    }
    let (guids, apps) = (params.any_of("guids"), params.any_of("app_guids"));
    let has =
        |list: &Option<Vec<String>>, guid: &str| list.as_ref().is_none_or(|l| l.iter().any(|g| g == guid));
    let (found, _) = route::get(ctx.call()?, &request.present_guid()?, route::Wanted::default()).await?;
    let wanted =
        |d: &cc_domain::route::Destination| has(&guids, d.guid.as_str()) && has(&apps, d.app.as_str());
    Answer::ok(&present::destinations(&ctx.links, &found, wanted))
}

/// `route_destinations_insert`
pub async fn insert(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let wanted = body::destinations(request.json()?, body::Use::Insert)?;
    let changed = route::insert_destinations(ctx.call()?, &request.guid(), wanted).await?;
    Answer::ok(&present::destinations(&ctx.links, &changed, |_| true))
}

/// `route_destinations_replace_patch`, `route_destinations_replace_put`
pub async fn replace(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let wanted = body::destinations(request.json()?, body::Use::Replace)?;
    let changed = route::replace_destinations(ctx.call()?, &request.guid(), wanted).await?;
    Answer::ok(&present::destinations(&ctx.links, &changed, |_| true))
}

/// `route_destination_update`
pub async fn update(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields = Fields::new(request.json()?);
    let protocol = match fields.take("protocol") {
        Patch::Absent => None,
        Patch::Null => refused(&mut fields),
        Patch::Value(value) => {
            let parsed = value.as_str().and_then(|text| text.parse::<DestinationProtocol>().ok());
            parsed.or_else(|| refused(&mut fields))
        }
    };
    fields.finish()?;
    let (guid, destination) = (request.guid(), Guid::new(request.param("destination_guid")));
    let updated = route::update_destination(ctx.call()?, &guid, &destination, protocol).await?;
    Answer::ok(&present::one_destination(&ctx.links, &guid, &updated))
}

fn refused<T>(fields: &mut Fields) -> Option<T> {
    fields.refuse("Destination protocol must be 'http1', 'http2' or 'tcp'.");
    None
}

/// `route_destination_delete`
pub async fn delete(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let destination = Guid::new(request.param("destination_guid"));
    route::delete_destination(ctx.call()?, &request.guid(), &destination).await?;
    Ok(Answer::no_content())
}

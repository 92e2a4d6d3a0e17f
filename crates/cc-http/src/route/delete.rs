//! `route_delete`, `space_unmapped_routes_delete`

use crate::list::Params;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, route};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let job = route::delete(ctx.call()?, &request.present_guid()?).await?;
    Answer::accepted(&ctx.links.job(&job))
}

pub async fn unmapped(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    check_unmapped(&Params::read(&request.query))?;
    let job = route::delete_unmapped(ctx.call()?, &request.guid()).await?;
    Answer::accepted(&ctx.links.job(&job))
}

/// The query says `unmapped=true`, so that nobody deletes all routes by mistake.
fn check_unmapped(params: &Params) -> Result<(), Fault> {
    let unmapped = params.text("unmapped");
    let unknown = params.unknown(&["unmapped"]);
    let mut complaints = Vec::new();
    if !unknown.is_empty() {
        complaints.push(format!("Unknown field(s): '{}'", unknown.join("', '")));
    }
    let is_there = params.has("unmapped");
    let is_list =
        unmapped.is_none() && params.any_of("unmapped").is_some_and(|items| !items.concat().is_empty());
    if !is_list && unmapped.is_none_or(|text| text.trim().is_empty()) {
        complaints.push("Unmapped can't be blank".to_owned());
    }
    let only = |what: &str| {
        format!(
            "Mass delete not supported for {what}. Use 'unmapped=true' parameter to delete all unmapped routes."
        )
    };
    match unmapped {
        Some("true") => {}
        Some("false") => complaints.push(only("mapped routes")),
        Some(_) | None => {
            complaints.extend((!is_there).then(|| only("routes")));
            complaints.push("Unmapped must be a boolean".to_owned());
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(Fault::unprocessable(complaints.join(", "))) }
}

//! `route_get`

use super::list::{INCLUDE, included, wanted};
use super::present;
use crate::list::include;
use crate::service::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, route};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let asked = include(&request.query, INCLUDE).map_err(Fault::unprocessable)?;
    let (found, also) = route::get(&ctx.ports, ctx.actor()?, &request.guid(), wanted(&asked)).await?;
    let included = included(&ctx, &asked, &also)?;
    Answer::ok(&With { resource: present::route(&ctx.links, &found), included })
}

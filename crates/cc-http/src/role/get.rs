//! `role_get`

use super::{INCLUDE, included, present, wanted};
use crate::list::include;
use crate::service::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, role};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let wanted = wanted(&include(&request.query, INCLUDE).map_err(Fault::unprocessable)?);
    let (found, beside) = role::get(&ctx.ports, ctx.actor()?, &request.guid(), wanted).await?;
    let included = included(&ctx.links, &beside)?;
    Answer::ok(&With { resource: present::role(&ctx.links, &found), included })
}

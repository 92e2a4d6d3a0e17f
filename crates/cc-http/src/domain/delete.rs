//! `domain_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let job = domain::delete(ctx.call()?, &request.present_guid()?).await?;
    Answer::accepted(&ctx.links.job(&job))
}

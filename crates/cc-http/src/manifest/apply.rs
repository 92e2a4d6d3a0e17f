//! `space_apply_manifest`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, manifest};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let text = request.yaml()?;
    let accepted = manifest::apply(ctx.call()?, &request.guid(), text).await?;
    Answer::accepted(&ctx.links.job(&accepted.job))
}

//! `domain_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, domain};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields = Fields::new(request.json()?);
    fields.ignore("guid");
    let metadata = fields.metadata();
    fields.finish()?;
    let updated = domain::update(ctx.call()?, &request.guid(), &metadata).await?;
    Answer::ok(&present::domain(&ctx.links, &updated))
}

//! `feature_flag_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, feature_flag};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let flag = feature_flag::named(request.param("name"))?;
    let flags = feature_flag::read(ctx.call()?).await?;
    Answer::ok(&present::feature_flag(&ctx.links, flag, &flags))
}

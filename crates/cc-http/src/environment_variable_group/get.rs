//! `environment_variable_group_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, environment_variable_group};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let name = request.param("name");
    let found = environment_variable_group::get(ctx.call()?, name).await?;
    Answer::ok(&present::group(&ctx.links, name, &found))
}

//! `app_get`

use super::list::{INCLUDE, included, wanted};
use super::present;
use crate::list::{ListQuery, ListSpec};
use crate::service::Ctx;
use crate::wire::{Answer, Request, with_included};
use cc_actions::{Fault, app};

/// Only `include` may be asked here.
const SPEC: ListSpec = ListSpec { include: INCLUDE, ..ListSpec::PLAIN };

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read_only_include(&request.query, &SPEC)?;
    let (found, also) = app::get(&ctx.ports, ctx.actor()?, &request.guid(), wanted(&query)).await?;
    Answer::ok(&with_included(present::app(&ctx.links, &found), included(&ctx, &query, &also)?))
}

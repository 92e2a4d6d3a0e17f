//! `app_get`

use super::list::{INCLUDE, included, wanted};
use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes};
use crate::server::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, app};

const SPEC: ListSpec = ListSpec {
    parameters: &[("include", Takes::Include(INCLUDE))],
    checks: &[Check::Unknown, Check::Include],
    ..ListSpec::SHOW
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let asked = ListQuery::read(&request.query, &SPEC)?.include;
    let wanted = wanted(&asked);
    let (found, also) = app::get(ctx.call()?, &request.guid(), wanted).await?;
    let included = included(&ctx, wanted, &also)?;
    Answer::ok(&With { resource: present::app(&ctx.links, &found), included })
}

//! `route_get`

use super::list::{INCLUDE, included, wanted};
use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes};
use crate::server::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, route};

const SPEC: ListSpec = ListSpec {
    parameters: &[("guid", Takes::Nothing), ("include", Takes::Include(INCLUDE))],
    checks: &[Check::Unknown, Check::Include],
    refuses_as_unprocessable: true,
    ..ListSpec::SHOW
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let asked = ListQuery::read(&request.query, &SPEC)?.include;
    let (found, also) = route::get(ctx.call()?, &request.present_guid()?, wanted(&asked)).await?;
    let included = included(&ctx, &asked, &also)?;
    Answer::ok(&With { resource: present::route(&ctx.links, &found), included })
}

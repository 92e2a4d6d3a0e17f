//! `role_get`

use super::{INCLUDE, included, present, wanted};
use crate::list::{Check, ListQuery, ListSpec, Takes};
use crate::server::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, role};

const SPEC: ListSpec = ListSpec {
    parameters: &[("include", Takes::Include(INCLUDE))],
    checks: &[Check::Unknown, Check::Include],
    refuses_as_unprocessable: true,
    ..ListSpec::SHOW
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let wanted = wanted(&ListQuery::read(&request.query, &SPEC)?.include);
    let (found, beside) = role::get(ctx.call()?, &request.guid(), wanted).await?;
    let included = included(&ctx.links, &beside)?;
    Answer::ok(&With { resource: present::role(&ctx.links, &found), included })
}

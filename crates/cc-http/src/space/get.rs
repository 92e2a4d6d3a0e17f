//! `space_get`

use super::present;
use crate::list::{Check, Included, ListQuery, ListSpec, Takes};
use crate::organization;
use crate::server::Ctx;
use crate::wire::{Answer, Request, With};
use cc_actions::{Fault, space};

/// The organization goes by two names.
pub(super) const INCLUDE: &[&str] = &["org", "organization"];

const SPEC: ListSpec = ListSpec {
    parameters: &[("include", Takes::Include(INCLUDE))],
    checks: &[Check::Unknown, Check::Include],
    ..ListSpec::SHOW
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let wanted = ListQuery::read(&request.query, &SPEC).map(|query| query.include);
    let with_organization = wanted.as_ref().is_ok_and(|wanted| !wanted.is_empty());
    let (found, organizations) = space::get(ctx.call()?, &request.guid(), with_organization).await?;
    // Who does not see the space learns nothing of the query.
    let wanted = wanted?;
    let organizations = (!wanted.is_empty()).then_some(organizations);
    let shown =
        organizations.as_ref().map(|o| o.iter().map(|o| organization::present::organization(&ctx.links, o)));
    let included = Included::default().with("organizations", shown)?.finish();
    Answer::ok(&With { resource: present::space(&ctx.links, &found), included })
}

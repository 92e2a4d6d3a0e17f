//! `roles_list`

use super::{INCLUDE, included, present, wanted};
use crate::list::{Check, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, role};
use cc_domain::access::RoleKind;
use cc_domain::list::AnyOf;
use cc_domain::role::RoleFilter;

const SPEC: ListSpec<RoleFilter> = ListSpec {
    parameters: &[
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("user_guids", Takes::List(|f, v| f.user_guids = v)),
        ("types", Takes::List(|f, v| f.kinds = kinds(v))),
        ("include", Takes::Include(INCLUDE)),
    ],
    checks: &[Check::Unknown, Check::Include, Check::Lists],
    default_order: Some("created_at"),
    refuses_as_unprocessable: true,
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let wanted = wanted(&query.include);
    let (found, beside) = role::list(ctx.call()?, &query.filter, &query.page, wanted).await?;
    let included = included(&ctx.links, &beside)?;
    page(&ctx.links, "/v3/roles", &query, &found, |r| present::role(&ctx.links, r), included)
}

/// A kind that there is not has no roles.
fn kinds(types: AnyOf) -> AnyOf<RoleKind> {
    types.map(|types| types.iter().filter_map(|text| text.parse().ok()).collect())
}

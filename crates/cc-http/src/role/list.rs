//! `roles_list`

use super::{INCLUDE, included, present, wanted};
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, role};
use cc_domain::role::RoleFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &["organization_guids", "space_guids", "user_guids", "types", "include"],
    checks: &[
        Check::Unknown,
        Check::Include(INCLUDE),
        Check::Lists(&["organization_guids", "space_guids", "user_guids", "types"]),
    ],
    default_order: Some("created_at"),
    refuses_as_unprocessable: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = RoleFilter {
        common: query.common.clone(),
        // A kind that there is not has no roles.
        kinds: query.any_of("types").map(|types| types.iter().filter_map(|t| t.parse().ok()).collect()),
        user_guids: query.any_of("user_guids"),
        organization_guids: query.any_of("organization_guids"),
        space_guids: query.any_of("space_guids"),
    };
    let wanted = wanted(&query.include);
    let (found, beside) = role::list(ctx.call()?, &filter, &query.page, wanted).await?;
    let included = included(&ctx.links, &beside)?;
    page(&ctx.links, "/v3/roles", &query, &found, |r| present::role(&ctx.links, r), included)
}

//! `spaces_list`

use super::{get::INCLUDE, present};
use crate::list::{Check, Included, ListQuery, ListSpec, page};
use crate::organization;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space};
use cc_domain::list::OrderKey;
use cc_domain::space::SpaceFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &["names", "organization_guids", "include", "label_selector"],
    checks: &[Check::Unknown, Check::Include(INCLUDE), Check::Lists(&["names", "organization_guids"])],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = SpaceFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        organization_guids: query.any_of("organization_guids"),
    };
    let is_wanted = !query.include.is_empty();
    let (found, organizations) = space::list(ctx.call()?, &filter, &query.page, is_wanted).await?;
    let organizations = is_wanted.then_some(organizations);
    let shown =
        organizations.as_ref().map(|o| o.iter().map(|o| organization::present::organization(&ctx.links, o)));
    let included = Included::default().with("organizations", shown)?.finish();
    page(&ctx.links, "/v3/spaces", &query, &found, |s| present::space(&ctx.links, s), included)
}

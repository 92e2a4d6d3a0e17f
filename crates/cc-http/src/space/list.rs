//! `spaces_list`

use super::{get::INCLUDE, present};
use crate::list::{Check, Included, ListQuery, ListSpec, Takes, page};
use crate::organization;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space};
use cc_domain::list::OrderKey;
use cc_domain::space::SpaceFilter;

const SPEC: ListSpec<SpaceFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("include", Takes::Include(INCLUDE)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Include, Check::Lists],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let is_wanted = !query.include.is_empty();
    let (found, organizations) = space::list(ctx.call()?, &query.filter, &query.page, is_wanted).await?;
    let organizations = is_wanted.then_some(organizations);
    let shown =
        organizations.as_ref().map(|o| o.iter().map(|o| organization::present::organization(&ctx.links, o)));
    let included = Included::default().with("organizations", shown)?.finish();
    page(&ctx.links, "/v3/spaces", &query, &found, |s| present::space(&ctx.links, s), included)
}

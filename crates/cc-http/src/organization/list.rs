//! `organizations_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization};
use cc_domain::list::OrderKey;
use cc_domain::organization::OrganizationFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &["names", "isolation_segment_guid", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["names"])],
    order_by: &[("name", OrderKey::Name)],
    not_in_links: &["isolation_segment_guid"],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = OrganizationFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        isolation_segment_guids: query.any_of("isolation_segment_guid"),
    };
    let found = organization::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, "/v3/organizations", &query, &found, |o| present::organization(&ctx.links, o), None)
}

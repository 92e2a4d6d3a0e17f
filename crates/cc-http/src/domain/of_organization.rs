//! `organization_domains_list`, `organization_default_domain_get`

use super::list::SPEC;
use super::present;
use crate::list::{ListQuery, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain, organization};
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;

/// An organization that is not found is said before what is wrong with the query.
pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid: Guid<Organization> = request.guid();
    let query = match ListQuery::read(&request.query, &SPEC) {
        Ok(query) => query,
        Err(fault) => {
            organization::get(ctx.call()?, &guid).await?;
            return Err(fault);
        }
    };
    let found = domain::list_of_organization(ctx.call()?, &guid, query.filter.clone(), &query.page).await?;
    let path = format!("/v3/organizations/{guid}/domains");
    page(&ctx.links, &path, &query, &found, |d| present::domain(&ctx.links, d), None)
}

pub async fn default(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = domain::default_of_organization(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::domain(&ctx.links, &found))
}

//! `isolation_segment_organizations_list`, `isolation_segment_organizations_relationship_list`,
//! `isolation_segment_entitle_organizations`, `isolation_segment_revoke_organization`

use crate::list::{ListQuery, named};
use crate::organization::list::{SPEC, show};
use crate::server::Ctx;
use crate::wire::{Answer, Links, Related, Request, references_or};
use cc_actions::{Fault, isolation_segment};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::organization::Organization;
use cc_domain::ruby::as_text;

fn related<'a>(
    links: &Links,
    segment: &Guid<IsolationSegment>,
    organizations: &'a [Guid<Organization>],
) -> Related<'a> {
    let own = format!("/v3/isolation_segments/{segment}");
    Related::at(links, &format!("{own}/relationships/organizations"), organizations)
        .listed_at(links, &format!("{own}/organizations"))
}

pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut query = ListQuery::read(&request.query, &SPEC)?;
    query.filter.isolation_segment = named(request.param("guid"));
    show(ctx, &query).await
}

pub async fn relationship(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let organizations = isolation_segment::organizations(ctx.call()?, &guid).await?;
    Answer::ok(&related(&ctx.links, &guid, &organizations))
}

pub async fn entitle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let asked = references_or(request.json()?, |_, guid| format!("Data {} not a string", as_text(guid)));
    let organizations = isolation_segment::entitle(ctx.call()?, &guid, asked).await?;
    Answer::ok(&related(&ctx.links, &guid, &organizations))
}

pub async fn revoke(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let organization = Guid::new(request.param("org_guid"));
    isolation_segment::revoke(ctx.call()?, &request.guid(), &organization).await?;
    Ok(Answer::no_content())
}

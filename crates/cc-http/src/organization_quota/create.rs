//! `organization_quota_create`

use super::present;
use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, organization_quota};
use cc_domain::organization_quota::CreateOrganizationQuota;
use cc_domain::quota::QuotaName;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    organization_quota::may_manage(ctx.actor()?)?;
    let command = decode(request.json()?)?;
    let created = organization_quota::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::organization_quota(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateOrganizationQuota, Fault> {
    let mut fields = Fields::new(body);
    let limits = quota::members(&mut fields);
    let mut organizations = Vec::new();
    if fields.has("relationships")
        && let Some(mut inner) = fields.open_relationships()
    {
        organizations = inner.to_many("organizations", "Organization guids");
        fields.nested("Relationships", inner);
    }
    fields.must_be_present("name");
    let name = fields.text_of("name").and_then(QuotaName::parse);
    fields.finish()?;
    let name = name.ok_or_else(|| Fault::unprocessable("Name can't be blank"))?;
    Ok(CreateOrganizationQuota { name, limits, organizations })
}

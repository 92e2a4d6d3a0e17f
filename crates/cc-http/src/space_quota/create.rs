//! `space_quota_create`

use super::present;
use crate::quota;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, space_quota};
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::quota::QuotaName;
use cc_domain::space::Space;
use cc_domain::space_quota::CreateSpaceQuota;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let created = space_quota::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::space_quota(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateSpaceQuota, Fault> {
    let mut fields = Fields::new(body);
    if fields.has("name") {
        fields.must_be_string("name", Null::Checked);
        fields.must_be_present("name");
        quota::length(&mut fields);
    }
    let limits = quota::limits(&mut fields, false);
    let (organization, spaces) = relationships(&mut fields).unwrap_or_default();
    // Said twice of a blank name, as the reference does.
    fields.must_be_present("name");
    let name = fields.text_of("name").and_then(QuotaName::parse);
    fields.finish()?;
    let name = name.ok_or_else(|| Fault::unprocessable("Name can't be blank"))?;
    // Null is an organization that is looked for, and not found.
    let organization = organization.unwrap_or_else(|| Guid::new(""));
    Ok(CreateSpaceQuota { name, organization, limits, spaces })
}

type Relationships = (Option<Guid<Organization>>, Vec<Guid<Space>>);

fn relationships(fields: &mut Fields) -> Option<Relationships> {
    let mut inner = fields.open_relationships()?;
    let organization = if inner.has("organization") {
        inner.to_one("organization").value()
    } else {
        inner.malformed_to_one("organization").value()
    };
    let spaces = inner.to_many("spaces", "Space guids");
    fields.nested("Relationships", inner);
    Some((organization, spaces))
}

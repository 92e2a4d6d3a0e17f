//! `domain_share`, `domain_unshare`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use serde_json::Value;

const STRUCTURE: &str =
    "Data must have the structure \"data\": [{\"guid\": shared_org_guid_1}, {\"guid\": shared_org_guid_2}]";

pub async fn share(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let targets = targets(request.json()?.get("data"))?;
    let domain = domain::share(ctx.call()?, &request.guid(), &targets).await?;
    Answer::ok(&present::shared_organizations(&domain))
}

/// Other members are ignored, of the body as of each entry.
fn targets(data: Option<&Value>) -> Result<Vec<Guid<Organization>>, Fault> {
    let items = data.and_then(Value::as_array).ok_or_else(|| Fault::unprocessable(STRUCTURE))?;
    let guid = |item: &Value| {
        let text = item.get("guid")?.as_str()?;
        (1..=200).contains(&text.chars().count()).then(|| Guid::new(text))
    };
    let guids: Option<Vec<_>> = items.iter().map(guid).collect();
    guids.ok_or_else(|| Fault::unprocessable(STRUCTURE))
}

pub async fn unshare(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let target = Guid::new(request.param("org_guid"));
    domain::unshare(ctx.call()?, &request.present_guid()?, &target).await?;
    Ok(Answer::no_content())
}

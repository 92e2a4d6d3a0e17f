//! `deployment_create`

use super::{options, present};
use crate::server::Ctx;
use crate::wire::rules::{as_column, as_text, is_blank};
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, deployment};
use cc_domain::deployment::{CreateDeployment, DeploymentSource, DeploymentStrategy};
use cc_domain::guid::Guid;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let created = deployment::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::deployment(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateDeployment, Fault> {
    let mut fields = Fields::new(body);
    let metadata = fields.metadata();
    let strategy = fields.value("strategy").clone();
    let named = strategy.as_str().and_then(|text| text.parse::<DeploymentStrategy>().ok());
    if named.is_none() && !strategy.is_null() {
        fields.refuse(format!("Strategy '{}' is not a supported deployment strategy", as_text(&strategy)));
    }
    let (droplet, revision) = (fields.value("droplet").clone(), fields.value("revision").clone());
    if !is_blank(&droplet) && !is_blank(&revision) {
        fields.refuse("Droplet Cannot set both fields 'droplet' and 'revision'");
    }
    let options = options::read(&mut fields, named == Some(DeploymentStrategy::Canary));
    let app = fields.value("relationships").pointer("/app/data/guid").and_then(as_column);
    let app = Guid::new(app.unwrap_or_default());
    fields.finish()?;
    let guid = |of: &Value| of.get("guid").and_then(as_column);
    let source = match (guid(&revision), guid(&droplet)) {
        (Some(revision), _) => DeploymentSource::Revision(Guid::new(revision)),
        (None, Some(droplet)) => DeploymentSource::Droplet(Guid::new(droplet)),
        (None, None) => DeploymentSource::Current,
    };
    Ok(CreateDeployment {
        app,
        source,
        strategy: named.unwrap_or(DeploymentStrategy::Rolling),
        options,
        metadata,
    })
}

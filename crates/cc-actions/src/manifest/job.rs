//! The job `space.apply_manifest`: the plan of each app, one transaction after the other.

use super::carry_out::Applying;
use super::{RandomWords, current, of_app};
use crate::app;
use crate::fault::Fault;
use crate::job::Work;
use crate::ports::{Call, Ports, transaction};
use crate::quota;
use cc_domain::actor::{Actor, ActorKind, Scopes};
use cc_domain::app::{App, EnvironmentVariables};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::job::JobResource;
use cc_domain::list::Scope;
use cc_domain::manifest::{AppManifest, Manifest, plan};
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// Who asked, and the manifest of each app without anything confidential.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApplyManifest {
    /// Missing in what earlier versions queued.
    space: Option<Guid<Space>>,
    by: By,
    apps: Vec<AppEntry>,
}

#[derive(Serialize, Deserialize)]
struct By {
    guid: String,
    name: String,
    is_client: bool,
    is_admin: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct AppEntry {
    guid: Guid<App>,
    /// A document with one entry.
    manifest: Value,
}

impl AppEntry {
    /// Keeps of the document what the job needs: variables are set already, credentials and parameters are nobody's.
    pub(super) fn new(app: &Guid<App>, mut manifest: Value) -> Self {
        if let Some(entry) = manifest.pointer_mut("/applications/0").and_then(Value::as_object_mut) {
            entry.retain(|key, _| !matches!(key.replace('-', "_").as_str(), "env" | "cnb_credentials"));
            if let Some(docker) = entry.get_mut("docker").filter(|docker| !docker.is_null()) {
                *docker = json!({});
            }
            for service in entry.get_mut("services").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(name) = service.get("name").cloned() {
                    *service = name;
                }
            }
        }
        Self { guid: app.clone(), manifest }
    }
}

impl ApplyManifest {
    pub(super) fn new(space: &Guid<Space>, actor: &Actor, apps: Vec<AppEntry>) -> Self {
        let by = By {
            guid: actor.user.as_str().to_owned(),
            name: actor.name.clone(),
            is_client: actor.kind == ActorKind::Client,
            is_admin: actor.scopes.admin,
        };
        Self { space: Some(space.clone()), by, apps }
    }

    /// Who asked, with the rights of then.
    fn actor(&self) -> Actor {
        Actor {
            user: Guid::new(self.by.guid.as_str()),
            name: self.by.name.clone(),
            email: None,
            kind: if self.by.is_client { ActorKind::Client } else { ActorKind::User },
            scopes: Scopes { admin: self.by.is_admin, read: true, write: true, ..Scopes::default() },
        }
    }
}

/// Makes each app what its manifest says. What a manifest warns of is not told. The first that fails ends the job, those before it stay applied.
impl Work for ApplyManifest {
    const NAME: &'static str = "space.apply_manifest";

    fn resource(&self) -> Option<JobResource> {
        self.space.as_ref().map(|space| JobResource::new("spaces", space))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let call = Call { ports, actor: &self.actor() };
        for entry in &self.apps {
            let lines = transaction!(ports, |tx| apply_within(tx, call, entry).await)?;
            for line in lines {
                ports.log_api(&entry.guid, &line);
            }
        }
        Ok(())
    }
}

/// The answer are lines for the app's log.
async fn apply_within(tx: &mut DynTx, call: Call<'_>, entry: &AppEntry) -> Result<Vec<String>, Fault> {
    let guid = &entry.guid;
    let gone = || Fault::not_found(&format!("App with guid '{guid}'"));
    let manifest = Manifest::parse(&entry.manifest, &tx.feature_flags().await?)?;
    let found = tx.find_app(guid, &Scope::Everything).await?.ok_or_else(gone)?;
    let place = app::place(tx, &found).await?;
    for manifest in &manifest.applications {
        if needs_routes(tx, manifest, &found).await? {
            lock_around(tx, &place).await?;
        }
    }
    let quotas = quota::of_running(tx, guid).await?;
    let app = tx.lock_app(guid).await?.ok_or_else(gone)?;
    let words = RandomWords::new(Arc::clone(&call.ports.ids));
    let (name, mut applying) = (app.name.clone(), Applying::new(tx, call, app.clone(), place, quotas));
    for manifest in &manifest.applications {
        let current = current::of(applying.tx, app.clone(), EnvironmentVariables::default()).await?;
        let plan = plan(manifest, &current)?;
        applying.carry_out(plan, current, &words).await.map_err(of_app(&name))?;
    }
    Ok(applying.said())
}

/// Whether routes may have to be made.
async fn needs_routes(tx: &mut DynTx, manifest: &AppManifest, app: &App) -> Result<bool, Fault> {
    let current = current::of(tx, app.clone(), EnvironmentVariables::default()).await?;
    let plan = plan(manifest, &current)?;
    Ok(!plan.mapped.is_empty() || plan.fallback.is_some())
}

/// Making a route locks the organization and the space, and both come before the app.
async fn lock_around(tx: &mut DynTx, place: &Place) -> Result<(), Fault> {
    if let Some(organization) = &place.organization {
        tx.lock_organization(organization).await?;
    }
    if let Some(space) = &place.space {
        tx.lock_space(space).await?;
    }
    Ok(())
}

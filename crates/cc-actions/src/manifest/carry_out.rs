//! Carrying out the plan of one app, in the order of its fields.

use crate::fault::Fault;
use crate::ports::Call;
use crate::{app, deployment};
use cc_domain::app::{App, LifecycleKind, UpdateApp};
use cc_domain::audit_event::Place;
use cc_domain::manifest::{AppPlan, CurrentApp, Words};
use cc_domain::metadata::Key;
use cc_domain::quota::Quotas;
use cc_domain::store::{DynTx, StoreError};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One app within its transaction, and what there will be to say afterwards. The app's row is locked.
pub(super) struct Applying<'a> {
    pub(super) tx: &'a mut DynTx,
    pub(super) call: Call<'a>,
    pub(super) app: App,
    pub(super) place: Place,
    /// With everything that was changed so far.
    pub(super) quotas: Quotas,
    pub(super) is_deploying: bool,
    lines: Vec<String>,
}

impl<'a> Applying<'a> {
    pub(super) fn new(tx: &'a mut DynTx, call: Call<'a>, app: App, place: Place, quotas: Quotas) -> Self {
        Self { tx, call, app, place, quotas, is_deploying: false, lines: Vec::new() }
    }

    /// Lines for the app's log.
    pub(super) fn said(self) -> Vec<String> {
        self.lines
    }

    /// Makes all changes but those of variables, which the request has made.
    pub(super) async fn carry_out(
        &mut self,
        plan: AppPlan,
        current: CurrentApp,
        words: &dyn Words,
    ) -> Result<(), Fault> {
        if let Some(features) = plan.features {
            self.app.features = features;
            self.app.updated_at = self.call.ports.now();
            self.tx.update_app(&self.app).await?;
        }
        self.is_deploying = deployment::is_in_flight(self.tx, &self.app.guid).await?;
        self.processes(plan.new_processes, plan.processes, current.processes, &current.sidecars).await?;
        self.sidecars(plan.new_sidecars, plan.updated_sidecars, current.sidecars).await?;
        if let Some(change) = plan.app {
            let data = json!({ "request": request(&change), "manifest_triggered": true });
            let (tx, guid) = (&mut *self.tx, self.app.guid.clone());
            let (app, _) = app::update_within(tx, self.call, &guid, change, data).await?;
            self.app = app;
            self.lines.push(format!("Updated app with guid {guid}"));
        }
        self.routes(&plan.unmapped, &plan.mapped, plan.fallback, words).await
    }

    pub(super) fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    /// An audit event about the app.
    pub(super) async fn record(&mut self, kind: &str, mut data: Value) -> Result<(), StoreError> {
        if let Some(data) = data.as_object_mut() {
            data.insert("manifest_triggered".to_owned(), true.into());
        }
        let event =
            self.call.ports.event(kind, self.call.actor, app::party(&self.app), self.place.clone(), data);
        self.tx.record(&event).await
    }
}

/// The change of an app as a request would have said it.
fn request(change: &UpdateApp) -> Value {
    let mut request = Map::new();
    if let Some(lifecycle) = &change.lifecycle {
        let mut data = Map::new();
        if let Some(buildpacks) = lifecycle.buildpacks.as_ref().value() {
            data.insert("buildpacks".to_owned(), json!(buildpacks));
        }
        if let Some(stack) = lifecycle.stack.as_ref().value() {
            data.insert("stack".to_owned(), json!(stack));
        }
        let kind = lifecycle.kind.map(LifecycleKind::as_str);
        request.insert("lifecycle".to_owned(), json!({ "type": kind, "data": data }));
    }
    let mut metadata = Map::new();
    let groups = [
        ("labels", entries(&change.metadata.labels)),
        ("annotations", entries(&change.metadata.annotations)),
    ];
    for (name, group) in groups.into_iter().filter(|(_, group)| !group.is_empty()) {
        metadata.insert(name.to_owned(), Value::Object(group));
    }
    if !metadata.is_empty() {
        request.insert("metadata".to_owned(), Value::Object(metadata));
    }
    Value::Object(request)
}

fn entries<V: Serialize>(group: &BTreeMap<Key, Option<V>>) -> Map<String, Value> {
    group.iter().map(|(key, value)| (key.to_string(), json!(value))).collect()
}

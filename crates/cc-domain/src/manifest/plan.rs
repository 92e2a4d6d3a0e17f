//! What has to change in an app for it to be what a manifest says. Nothing that is right already is in a plan.

use super::{AppManifest, ManifestError, ManifestRoute, ProcessManifest, Routing};
use crate::app::{App, AppFeatures, EnvironmentVariables, UpdateApp};
use crate::guid::Guid;
use crate::metadata::{Key, Metadata, MetadataPatch};
use crate::patch::Patch;
use crate::process::process_type::ProcessType;
use crate::process::{Process, current};
use crate::route::Route;
use crate::sidecar::{CreateSidecar, Sidecar, UpdateSidecar};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// An app with everything that a manifest can speak of. No `Debug`: it holds variables.
#[derive(Clone)]
pub struct CurrentApp {
    pub app: App,
    pub environment: EnvironmentVariables,
    pub processes: Vec<Process>,
    pub sidecars: Vec<Sidecar>,
    /// All with a destination in the app.
    pub routes: Vec<Route>,
    /// Image and user name of the docker package that the current droplet came from.
    pub docker: Option<(String, Option<String>)>,
}

/// The changes of one app, in the order in which they are made. No `Debug`: it holds variables.
#[derive(Clone, Default)]
pub struct AppPlan {
    /// All switches, if any of them changes.
    pub features: Option<AppFeatures>,
    /// Types to be made before the changes below.
    pub new_processes: Vec<ProcessType>,
    /// Only those with a change. They take effect with the next restart but for the instances.
    pub processes: Vec<ProcessManifest>,
    pub new_sidecars: Vec<CreateSidecar>,
    pub updated_sidecars: Vec<(Guid<Sidecar>, UpdateSidecar)>,
    /// Lifecycle and metadata.
    pub app: Option<UpdateApp>,
    /// Routes that no longer lead to the app.
    pub unmapped: Vec<Guid<Route>>,
    /// Routes to be made if they do not exist, given these options, and mapped to the web process.
    pub mapped: Vec<ManifestRoute>,
    pub fallback: Option<FallbackRoute>,
    /// Variables to set.
    pub environment: Vec<(String, String)>,
}

/// The route of an app that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FallbackRoute {
    Default,
    Random,
}

impl AppPlan {
    pub fn is_empty(&self) -> bool {
        self.features.is_none()
            && self.new_processes.is_empty()
            && self.processes.is_empty()
            && self.new_sidecars.is_empty()
            && self.updated_sidecars.is_empty()
            && self.app.is_none()
            && self.unmapped.is_empty()
            && self.mapped.is_empty()
            && self.fallback.is_none()
            && self.environment.is_empty()
    }
}

/// The changes that make `current` what `manifest` says. An app that is missing is made first, see [`AppManifest::create`].
pub fn plan(manifest: &AppManifest, current: &CurrentApp) -> Result<AppPlan, ManifestError> {
    manifest.check_lifecycle(current.app.lifecycle.kind())?;
    manifest.check_services()?;
    let mut plan = AppPlan {
        features: features(manifest, &current.app)?,
        app: app(manifest, &current.app),
        ..AppPlan::default()
    };
    processes(manifest, current, &mut plan);
    sidecars(manifest, current, &mut plan);
    routes(manifest, current, &mut plan);
    let variables: BTreeMap<&str, Cow<'_, str>> = current.environment.iter().collect();
    let has = |name: &str, value: &str| variables.get(name).is_some_and(|known| known == value);
    plan.environment = manifest
        .environment
        .iter()
        .filter(|(n, v)| !has(n, v))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    Ok(plan)
}

fn features(manifest: &AppManifest, app: &App) -> Result<Option<AppFeatures>, ManifestError> {
    let clash = |refusal| ManifestError::Invalid(vec![format!("For application '{}': {refusal}", app.name)]);
    // What is switched off goes first, so that the order of the keys does not matter.
    let mut wanted: Vec<_> = manifest.features.iter().collect();
    wanted.sort_by_key(|(_, is_on)| **is_on);
    let features = wanted
        .into_iter()
        .try_fold(app.features, |features, (feature, is_on)| feature.set(features, *is_on))
        .map_err(clash)?;
    Ok((features != app.features).then_some(features))
}

fn app(manifest: &AppManifest, app: &App) -> Option<UpdateApp> {
    // A request that the lifecycle refuses stays in the plan: the update of the app has the words for it.
    let lifecycle = manifest
        .lifecycle_request()
        .filter(|request| app.lifecycle.requested(request).ok().as_ref() != Some(&app.lifecycle));
    let metadata = changed_metadata(&manifest.metadata, &app.metadata);
    let has_metadata = !metadata.labels.is_empty() || !metadata.annotations.is_empty();
    (lifecycle.is_some() || has_metadata).then_some(UpdateApp { name: None, lifecycle, metadata })
}

fn changed_metadata(patch: &MetadataPatch, current: &Metadata) -> MetadataPatch {
    type Changes<V> = BTreeMap<Key, Option<V>>;
    fn changed<V: Clone + PartialEq>(patch: &Changes<V>, current: &BTreeMap<Key, V>) -> Changes<V> {
        let differs = |(key, value): &(&Key, &Option<V>)| current.get(*key) != value.as_ref();
        patch.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
    MetadataPatch {
        labels: changed(&patch.labels, &current.labels),
        annotations: changed(&patch.annotations, &current.annotations),
    }
}

fn processes(manifest: &AppManifest, app: &CurrentApp, plan: &mut AppPlan) {
    for wanted in &manifest.processes {
        match current(&app.processes, &wanted.kind) {
            Some(process) if wanted.fits(process) => {}
            Some(_) => plan.processes.push(wanted.clone()),
            None => {
                plan.new_processes.push(wanted.kind.clone());
                plan.processes.push(wanted.clone());
            }
        }
    }
}

impl ProcessManifest {
    /// Whether the process is what the entry says.
    fn fits(&self, process: &Process) -> bool {
        let (scale, update) = (&self.scale, &self.update);
        let same = |patch: &Patch<String>, current: &Option<String>| {
            patch.clone().apply(current.clone()) == *current
        };
        scale.instances.is_none_or(|i| i == process.instances)
            && scale.memory.is_none_or(|m| m == process.memory)
            && scale.disk.is_none_or(|d| d == process.disk)
            && scale.log_rate.is_none_or(|l| l == process.log_rate)
            && same(&update.command, &process.command)
            && same(&update.user, &process.user)
            && process.health_check.updated(&update.health_check) == process.health_check
            && process.readiness_check.updated(&update.readiness_check) == process.readiness_check
    }
}

fn sidecars(manifest: &AppManifest, app: &CurrentApp, plan: &mut AppPlan) {
    for wanted in &manifest.sidecars {
        let Some(sidecar) = app.sidecars.iter().find(|s| s.name == wanted.name) else {
            plan.new_sidecars.push(wanted.clone());
            continue;
        };
        let same = sidecar.command == wanted.command
            && is_attached_to(sidecar, &wanted.process_types)
            && wanted.memory.is_none_or(|memory| sidecar.memory == Some(memory));
        if !same {
            let update = UpdateSidecar {
                name: None,
                command: Some(wanted.command.clone()),
                process_types: Some(wanted.process_types.clone()),
                memory: wanted.memory.map_or(Patch::Absent, Patch::Value),
            };
            plan.updated_sidecars.push((sidecar.guid.clone(), update));
        }
    }
}

/// In whatever order they are named.
fn is_attached_to(sidecar: &Sidecar, wanted: &[String]) -> bool {
    let known: BTreeSet<_> = sidecar.process_types.iter().map(ProcessType::as_str).collect();
    known.len() == wanted.len() && wanted.iter().all(|kind| known.contains(kind.as_str()))
}

fn routes(manifest: &AppManifest, app: &CurrentApp, plan: &mut AppPlan) {
    match &manifest.routing {
        Routing::None => plan.unmapped = app.routes.iter().map(|r| r.guid.clone()).collect(),
        Routing::Listed(listed) => {
            plan.mapped = listed.iter().filter(|wanted| !is_mapped(wanted, app)).cloned().collect();
        }
        Routing::Random if app.routes.is_empty() => plan.fallback = Some(FallbackRoute::Random),
        Routing::Default if app.routes.is_empty() => plan.fallback = Some(FallbackRoute::Default),
        Routing::Random | Routing::Default | Routing::Unsaid => {}
    }
}

/// Whether the route leads to the app's web process with this protocol and these options.
fn is_mapped(wanted: &ManifestRoute, app: &CurrentApp) -> bool {
    app.routes.iter().filter(|route| wanted.names(route)).any(|route| {
        let mut ours = route.destinations.iter().filter(|d| d.app == app.app.guid && d.process_type.is_web());
        let is_mapped = ours.any(|d| wanted.protocol.is_none_or(|protocol| d.protocol == protocol));
        is_mapped && route.options.patched(&wanted.options, usize::MAX).as_ref() == Ok(&route.options)
    })
}

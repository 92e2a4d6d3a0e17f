//! The job `build.start`: the build as the engine wants it, and the call. Run again, it asks the engine again, which knows the build.

use super::finish::fail;
use crate::fault::{Fault, catalogue};
use crate::job::Work;
use crate::ports::Ports;
use cc_domain::app::{AppContext, LifecycleKind};
use cc_domain::blob::BlobKey;
use cc_domain::build::{Build, BuildFailure, BuildInput, BuildState};
use cc_domain::buildpack::resolve;
use cc_domain::environment_variable_group::EnvironmentVariableGroupName;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::runtime::{BuildSpec, RuntimeError};
use cc_domain::store::DynReader;
use serde::{Deserialize, Serialize};

/// What became of the preparation.
enum Prepared {
    Ready(Box<BuildSpec>),
    /// It ended meanwhile, or its rows are gone.
    Over,
    /// What it needs is not there any more.
    Hopeless(BuildFailure),
}

/// Hands the build to the engine. An engine that does not answer is asked again; a refusal fails the build.
#[derive(Serialize, Deserialize)]
pub(crate) struct StartBuild {
    pub(super) guid: Guid<Build>,
}

impl Work for StartBuild {
    const NAME: &'static str = "build.start";

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        start(ports, &self.guid).await
    }
}

async fn start(ports: &Ports, guid: &Guid<Build>) -> Result<(), Fault> {
    let mut reader = ports.store.reader().await?;
    let prepared = prepare(reader.as_mut(), ports, guid).await?;
    drop(reader);
    let spec = match prepared {
        Prepared::Over => return Ok(()),
        Prepared::Hopeless(failure) => return fail(ports, guid, failure).await,
        Prepared::Ready(spec) => spec,
    };
    match ports.runtime.start_build(&spec).await {
        Ok(()) => Ok(()),
        Err(error @ (RuntimeError::Unavailable(_) | RuntimeError::Internal(_))) => Err(Fault {
            source: Some(std::sync::Arc::new(error)),
            ..Fault::new(catalogue::RUNNER_UNAVAILABLE, "Runner is unavailable: the engine does not answer")
        }),
        Err(error) => {
            tracing::warn!(build = guid.as_str(), %error, "the engine refuses a build");
            fail(ports, guid, BuildFailure::staging("staging failed")).await
        }
    }
}

async fn prepare(reader: &mut DynReader, ports: &Ports, guid: &Guid<Build>) -> Result<Prepared, Fault> {
    let Some(build) = reader.find_build(guid, &Scope::Everything).await? else { return Ok(Prepared::Over) };
    if build.state != BuildState::Staging {
        return Ok(Prepared::Over);
    }
    let Some(app) = reader.find_app(&build.app, &Scope::Everything).await? else { return Ok(Prepared::Over) };
    let Some(space) = reader.find_space(&app.space, &Scope::Everything).await? else {
        return Ok(Prepared::Over);
    };
    let found = reader.find_organization(&space.organization, &Scope::Everything).await?;
    let Some(organization) = found else { return Ok(Prepared::Over) };
    let Some(package) = reader.find_package(&build.package, &Scope::Everything).await? else {
        return Ok(Prepared::Hopeless(BuildFailure::staging("the package was deleted")));
    };
    let routes = reader.routes_of_app(&app.guid).await?;
    let sidecars = reader.sidecars_of_app(&app.guid).await?;
    let variables = reader.app_environment(&app.guid).await?.unwrap_or_default();
    let group = reader.environment_variable_group(EnvironmentVariableGroupName::Staging).await?.variables;
    let requested_variables = reader.build_environment(guid).await?.unwrap_or_default();
    let kind = build.lifecycle.kind();
    let offered = reader.buildpacks_in_order(kind).await?;
    let (requested, has_cache) = match kind {
        LifecycleKind::Docker => (Vec::new(), false),
        LifecycleKind::Buildpack | LifecycleKind::Cnb => {
            let stack = build.lifecycle.stack().unwrap_or(&ports.settings.default_stack);
            let chosen = match resolve(build.lifecycle.buildpacks(), &offered, Some(stack), kind) {
                Ok(chosen) => chosen,
                Err(error) => return Ok(Prepared::Hopeless(BuildFailure::staging(&error.to_string()))),
            };
            (chosen, ports.blobs.exists(&BlobKey::buildpack_cache(&app.guid, stack)).await?)
        }
    };
    let context = AppContext {
        app: &app,
        space: &space,
        organization: &organization,
        routes: &routes,
        sidecars: &sidecars,
        variables: &variables,
        group: &group,
        api_url: &ports.settings.external_url,
        fds: ports.settings.engine.fds,
    };
    let input = BuildInput {
        package: &package,
        requested: &requested,
        offered: &offered,
        has_cache,
        variables: &requested_variables,
        start_after: false,
    };
    let spec = build.spec(&context, &input, &ports.settings.engine).map_err(Fault::internal)?;
    Ok(Prepared::Ready(Box::new(spec)))
}

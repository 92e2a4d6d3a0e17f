//! A build as an engine gets it (diego.md §2.12).

use super::Build;
use crate::app::{AppContext, EnvironmentVariables, Lifecycle, LifecycleKind};
use crate::blob_key;
use crate::buildpack::{Buildpack, BuildpackBits, BuildpackChoice};
use crate::package::{Package, PackageContent};
use crate::process::spec::{EngineSettings, container_env, engine_lifecycle, owner_tags};
use crate::runtime::{
    Artifact, ArtifactKind, BuildId, BuildSpec, Checksum, Env, Image, InvalidId, Limits, Placement,
};

/// What a build works with besides its app.
pub struct BuildInput<'a> {
    pub package: &'a Package,
    /// As requested; empty leaves the choice to detection.
    pub requested: &'a [BuildpackChoice],
    /// Those of the installation, by position.
    pub offered: &'a [Buildpack],
    /// Whether an earlier build of the app on this stack left a cache.
    pub has_cache: bool,
    /// Variables of the request.
    pub variables: &'a EnvironmentVariables,
    /// Start the app when the build went well.
    pub start_after: bool,
}

impl Build {
    /// The whole of it for an engine; `context.group` is the staging group.
    pub fn spec(
        &self,
        context: &AppContext<'_>,
        input: &BuildInput<'_>,
        engine: &EngineSettings,
    ) -> Result<BuildSpec, InvalidId> {
        let kind = self.lifecycle.kind();
        let stack = match &self.lifecycle {
            Lifecycle::Buildpack { stack, .. } => Some(stack.as_deref().unwrap_or(&engine.default_stack)),
            Lifecycle::Docker => None,
        };
        let image = match (&input.package.content, stack) {
            (PackageContent::Docker { image, .. }, _) => Image::Docker { reference: image.clone() },
            (PackageContent::Bits { .. }, stack) => {
                Image::Stack(stack.unwrap_or(&engine.default_stack).to_owned())
            }
        };
        Ok(BuildSpec {
            build: BuildId::new(self.guid.as_str())?,
            owner: context.owner(),
            lifecycle: engine_lifecycle(kind),
            image,
            package: package(input.package),
            cache: stack.filter(|_| input.has_cache).map(|stack| Artifact {
                kind: ArtifactKind::BuildpackCache,
                guid: self.app.to_string(),
                blob_key: blob_key::buildpack_cache(&self.app, stack),
                checksum: None,
                custom_url: None,
            }),
            buildpacks: buildpacks(input, stack, kind),
            skip_detect: !input.requested.is_empty(),
            env: self.env(context, input, stack, kind),
            limits: Limits {
                memory_mb: self.staging.memory.get(),
                disk_mb: self.staging.disk.get(),
                log_rate: self.staging.log_rate.get(),
                fds: engine.fds,
                pids: engine.pids,
                cpu_weight: 50,
            },
            egress: Vec::new(),
            timeout_ms: u64::from(engine.staging_timeout.get()) * 1_000,
            start_after: input.start_after,
            tags: owner_tags(context),
            placement: Placement::default(),
            files: Vec::new(),
        })
    }

    fn env(
        &self,
        context: &AppContext<'_>,
        input: &BuildInput<'_>,
        stack: Option<&str>,
        kind: LifecycleKind,
    ) -> Env {
        let Env(mut all) = container_env(kind);
        all.extend(context.staging_env(self, input.variables, stack).0);
        Env(all)
    }
}

fn package(package: &Package) -> Artifact {
    Artifact {
        kind: ArtifactKind::Package,
        guid: package.guid.to_string(),
        blob_key: blob_key::package(&package.guid),
        checksum: package.digests().map(|d| Checksum::Sha256(d.sha256.clone())),
        custom_url: None,
    }
}

/// Those requested, or all that can detect on the stack, in order.
fn buildpacks(input: &BuildInput<'_>, stack: Option<&str>, kind: LifecycleKind) -> Vec<Artifact> {
    let Some(stack) = stack else { return Vec::new() };
    if input.requested.is_empty() {
        return input.offered.iter().filter(|b| b.is_detectable(stack, kind)).filter_map(offered).collect();
    }
    let artifact = |choice: &BuildpackChoice| match choice {
        BuildpackChoice::Admin(buildpack) => offered(buildpack),
        BuildpackChoice::Custom(url) => Some(Artifact {
            kind: ArtifactKind::Buildpack { key: url.clone(), name: url.clone() },
            guid: String::new(),
            blob_key: String::new(),
            checksum: None,
            custom_url: Some(url.clone()),
        }),
    };
    input.requested.iter().filter_map(artifact).collect()
}

/// `None` for one without bits.
fn offered(buildpack: &Buildpack) -> Option<Artifact> {
    let name = buildpack.name.to_string();
    let (key, blob_key, checksum) = match buildpack.bits.as_ref()? {
        BuildpackBits::Builtin(builtin) => (format!("builtin:{builtin}"), String::new(), None),
        BuildpackBits::Uploaded { sha256 } => (
            buildpack.guid.to_string(),
            blob_key::buildpack(&buildpack.guid, sha256),
            Some(Checksum::Sha256(sha256.clone())),
        ),
    };
    let guid = buildpack.guid.to_string();
    Some(Artifact { kind: ArtifactKind::Buildpack { key, name }, guid, blob_key, checksum, custom_url: None })
}

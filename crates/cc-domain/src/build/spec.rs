//! A build as an engine gets it (diego 2.12).

use super::Build;
use crate::app::{AppContext, EnvironmentVariables};
use crate::blob::BlobKey;
use crate::buildpack::{Buildpack, BuildpackBits, BuildpackChoice};
use crate::lifecycle::LifecycleKind;
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
        let is_on_stack = kind != LifecycleKind::Docker;
        let stack = is_on_stack.then(|| self.lifecycle.stack().unwrap_or(&engine.default_stack));
        let image = match (&input.package.content, stack) {
            (PackageContent::Docker { image, .. }, _) => Image::Docker { reference: image.clone() },
            (PackageContent::Bits { .. }, stack) => {
                Image::Stack(stack.unwrap_or(&engine.default_stack).to_owned())
            }
        };
        Ok(BuildSpec {
            build: BuildId::new(self.guid.clone())?,
            owner: context.owner(),
            lifecycle: engine_lifecycle(kind),
            image,
            package: package(input.package),
            cache: stack.filter(|_| input.has_cache).map(|stack| Artifact {
                kind: ArtifactKind::BuildpackCache(self.app.clone()),
                blob_key: BlobKey::buildpack_cache(&self.app, stack).into(),
                checksum: None,
                custom_url: None,
            }),
            buildpacks: buildpacks(input, stack, kind),
            skip_detect: !input.requested.is_empty(),
            env: self.env(context, input, stack, kind),
            limits: Limits {
                cpu_weight: 50,
                ..engine.limits(self.staging.memory, self.staging.disk, self.staging.log_rate)
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
        kind: ArtifactKind::Package(package.guid.clone()),
        blob_key: BlobKey::package(&package.guid).into(),
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
            blob_key: String::new(),
            checksum: None,
            custom_url: Some(url.clone()),
        }),
    };
    input.requested.iter().filter_map(artifact).collect()
}

/// What clients know the buildpack by that an engine was given under this key: its name, or its address without credentials.
pub fn name_of_key(key: &str, offered: &[Buildpack]) -> String {
    let is_it = |b: &&Buildpack| match (&b.bits, key.strip_prefix("builtin:")) {
        (Some(BuildpackBits::Builtin(builtin)), Some(name)) => builtin == name,
        _ => b.guid.as_str() == key,
    };
    if let Some(buildpack) = offered.iter().find(is_it) {
        return buildpack.name.to_string();
    }
    let key = key.strip_prefix("builtin:").unwrap_or(key);
    let Some((scheme, rest)) = key.split_once("://") else { return key.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// `None` for one without bits.
fn offered(buildpack: &Buildpack) -> Option<Artifact> {
    let name = buildpack.name.to_string();
    let (key, blob_key, checksum) = match buildpack.bits.as_ref()? {
        BuildpackBits::Builtin(builtin) => (format!("builtin:{builtin}"), String::new(), None),
        BuildpackBits::Uploaded { sha256 } => (
            buildpack.guid.to_string(),
            BlobKey::buildpack(&buildpack.guid, sha256).into(),
            Some(Checksum::Sha256(sha256.clone())),
        ),
    };
    Some(Artifact { kind: ArtifactKind::Buildpack { key, name }, blob_key, checksum, custom_url: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::tests::{build, package};
    use crate::buildpack::{BuildpackName, CreateBuildpack};
    use crate::guid::Guid;
    use crate::metadata::{Metadata, MetadataPatch};
    use crate::package::PackageState;
    use crate::process::spec::tests::{value, variables, world};
    use crate::time::Timestamp;

    fn buildpack(name: &str, is_enabled: bool, bits: Option<BuildpackBits>) -> Buildpack {
        let command = CreateBuildpack {
            name: BuildpackName::parse(name).unwrap(),
            stack: None,
            position: 1,
            is_enabled,
            is_locked: false,
            lifecycle: LifecycleKind::Buildpack,
            metadata: MetadataPatch::default(),
        };
        let now = Timestamp::from_seconds(0);
        Buildpack { bits, ..Buildpack::new(Guid::new(name), command, 1, Metadata::default(), now) }
    }

    fn spec(requested: &[BuildpackChoice], offered: &[Buildpack]) -> BuildSpec {
        let (world, package) = (world(), package(PackageState::Ready));
        let variables = variables(&[("A", "request"), ("CF_STACK", "mine")]);
        let input = BuildInput {
            package: &package,
            requested,
            offered,
            has_cache: true,
            variables: &variables,
            start_after: false,
        };
        build(&package).unwrap().spec(&world.context(), &input, &EngineSettings::default()).unwrap()
    }

    #[test]
    fn without_a_request_every_usable_buildpack_detects() {
        let builtin = || Some(BuildpackBits::Builtin("static".into()));
        let offered = [
            buildpack("one", true, builtin()),
            buildpack("off", false, builtin()),
            buildpack("empty", true, None),
            buildpack("two", true, Some(BuildpackBits::Uploaded { sha256: "abc".into() })),
        ];
        let spec = spec(&[], &offered);
        let keys: Vec<_> = spec.buildpacks.iter().map(|b| b.blob_key.as_str()).collect();
        assert_eq!((keys, spec.skip_detect), (vec!["", "buildpacks/two/abc"], false));
        let first = ArtifactKind::Buildpack { key: "builtin:static".into(), name: "one".into() };
        assert_eq!(spec.buildpacks.first().map(|b| &b.kind), Some(&first));
    }

    #[test]
    fn a_key_is_shown_as_a_name_without_credentials() {
        let offered = [
            buildpack("one", true, Some(BuildpackBits::Builtin("static".into()))),
            buildpack("two", true, Some(BuildpackBits::Uploaded { sha256: "abc".into() })),
        ];
        for (key, name) in [
            ("builtin:static", "one"),
            ("two", "two"),
            ("builtin:gone", "gone"),
            ("https://me:secret@x.io/b@c", "https://x.io/b@c"),
            ("git@x.io:b", "git@x.io:b"),
        ] {
            assert_eq!(name_of_key(key, &offered), name);
        }
    }

    #[test]
    fn what_is_requested_runs_without_detection() {
        let spec = spec(&[BuildpackChoice::Custom("https://x.io/b".into())], &[]);
        let url = spec.buildpacks.first().and_then(|b| b.custom_url.clone());
        assert_eq!((url.as_deref(), spec.skip_detect), (Some("https://x.io/b"), true));
    }

    #[test]
    fn the_request_wins_over_the_app_and_the_platform_over_the_request() {
        let spec = spec(&[], &[]);
        assert_eq!((value(&spec.env, "A"), value(&spec.env, "B")), (Some("request"), Some("app")));
        assert_eq!(
            (value(&spec.env, "CF_STACK"), value(&spec.env, "MEMORY_LIMIT")),
            (Some("s"), Some("1024m"))
        );
        assert_eq!(spec.image, Image::Stack("s".into()));
        assert_eq!(spec.cache.map(|c| c.blob_key).as_deref(), Some("buildpack_cache/a/s"));
    }
}

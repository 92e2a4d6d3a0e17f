//! Builds: each is a one-shot container that runs the lifecycle program `stage`.
//!
//! # Contract with the programs that run inside a container ([`cc_lifecycle`])
//!
//! The server's own binary is inside every container, read-only. Its path is in the variable `CF_LIFECYCLE`:
//! `/.cf/lifecycle`, or a real path ending in `/lifecycle` in the tier without a file system of its own. Called by a
//! name whose last part is `lifecycle` it is the multi-call program (`"$CF_LIFECYCLE" static`), else the words come
//! after `__lifecycle`. In that tier `/home/vcap` and `/tmp` are real paths elsewhere; the programs get them as
//! options or find them as the directory they are started in and as `$TMPDIR`.
//!
//! `stage` is told by [`Options`]: all its files lie in the temporary folder. The archive of an uploaded buildpack is
//! there as `buildpacks/<position>.zip`; built-in ones need none, and repositories are cloned by `stage` itself. Exit
//! status 0 means that `result.json`, `droplet.tgz` and maybe `output-cache.tgz` are there. They are read from
//! outside when all processes of the container are gone.

mod collect;

pub(crate) use collect::collect;

use crate::container::{Input, InputKind, Program};
use crate::depot::Paths;
use crate::errand::{StoredBuild, StoredErrand, StoredWork};
use crate::runner::port::stack_of;
use crate::runner::report::{Output, Voice};
use crate::runner::stored::{StoredArtifact, StoredKind, store_env, store_files, store_tags};
use crate::runner::{Shared, environment, instance};
use cc_domain::runtime::{Artifact, BuildSpec, RuntimeError};
use cc_lifecycle::stage::{Options, Requested};
use std::time::Duration;

/// Log source of everything a staging says.
pub(crate) const SOURCE: &str = "STG";

const DEFAULT_TIMEOUT: Duration = Duration::from_mins(15);
/// Start of the keys of buildpacks that the lifecycle program has in itself.
const BUILTIN: &str = "builtin:";
const BUILDPACKS: &str = "buildpacks";
const PACKAGE: &str = "package.zip";
const CACHE_IN: &str = "cache-in.tgz";
const DROPLET: &str = "droplet.tgz";
const CACHE_OUT: &str = "output-cache.tgz";
const RESULT: &str = "result.json";

/// `Unsupported` for what the lifecycle program cannot do.
pub(crate) fn stored_build(spec: &BuildSpec) -> Result<StoredErrand, RuntimeError> {
    if spec.buildpacks.is_empty() {
        return Err(RuntimeError::Invalid("a build needs a buildpack".to_owned()));
    }
    Ok(StoredErrand {
        id: spec.build.to_string(),
        owner: (&spec.owner).into(),
        stack: stack_of(spec.lifecycle, &spec.image)?,
        limits: (&spec.limits).into(),
        tags: store_tags(&spec.tags),
        files: store_files(&spec.files),
        work: StoredWork::Build(StoredBuild {
            package: (&spec.package).into(),
            cache: spec.cache.as_ref().map(Into::into),
            buildpacks: spec.buildpacks.iter().map(Into::into).collect(),
            skip_detect: spec.skip_detect,
            env: store_env(&spec.env),
            timeout_ms: spec.timeout_ms,
            start_after: spec.start_after,
        }),
        container: None,
        cut_off: 0,
        outcome: None,
    })
}

pub(crate) fn timeout(build: &StoredBuild) -> Duration {
    match build.timeout_ms {
        0 => DEFAULT_TIMEOUT,
        ms => Duration::from_millis(ms),
    }
}

fn key_and_name(buildpack: &StoredArtifact) -> (String, Option<String>) {
    match (&buildpack.custom_url, &buildpack.kind) {
        (Some(url), _) => (url.clone(), None),
        (None, StoredKind::Buildpack { key, name }) => {
            (key.clone(), Some(name.clone()).filter(|name| !name.is_empty()))
        }
        (None, _) => (buildpack.guid.clone(), None),
    }
}

/// What the container needs and runs.
pub(crate) async fn prepare(
    shared: &Shared,
    errand: &StoredErrand,
    build: &StoredBuild,
    paths: &Paths,
    voice: &Voice,
) -> Result<(Vec<Input>, Program), String> {
    let mut inputs = Vec::new();
    for (position, buildpack) in build.buildpacks.iter().enumerate() {
        // A repository is cloned in the container, by the buildpack's turn.
        if buildpack.custom_url.is_some() {
            continue;
        }
        let (key, name) = key_and_name(buildpack);
        let name = name.unwrap_or_else(|| key.clone());
        voice.say(SOURCE, Output::Out, format!("Downloading {name}..."));
        let mut size = String::new();
        if !key.starts_with(BUILTIN) {
            let archive = InputKind::File(format!("{BUILDPACKS}/{position}.zip"));
            let input = instance::fetch(shared, &Artifact::from(buildpack), &name, archive).await?;
            size = size_of(&input);
            inputs.push(input);
        }
        voice.say(SOURCE, Output::Out, format!("Downloaded {name}{size}"));
    }
    voice.say(SOURCE, Output::Out, "Downloading app package...");
    let package = InputKind::File(PACKAGE.to_owned());
    let package = instance::fetch(shared, &Artifact::from(&build.package), "app package", package).await?;
    voice.say(SOURCE, Output::Out, format!("Downloaded app package{}", size_of(&package)));
    inputs.push(package);
    let mut has_cache = false;
    if let Some(cache) = &build.cache {
        let name = "build artifacts cache";
        voice.say(SOURCE, Output::Out, format!("Downloading {name}..."));
        match instance::fetch(shared, &Artifact::from(cache), name, InputKind::File(CACHE_IN.to_owned()))
            .await
        {
            Ok(input) => {
                voice.say(SOURCE, Output::Out, format!("Downloaded {name}{}", size_of(&input)));
                inputs.push(Input { is_optional: true, ..input });
                has_cache = true;
            }
            Err(error) => voice.say(SOURCE, Output::Err, error),
        }
    }
    let requested = |buildpack| {
        let (key, name) = key_and_name(buildpack);
        Requested { key, name }
    };
    let options = Options {
        package: paths.tmp.join(PACKAGE),
        buildpacks_dir: paths.tmp.join(BUILDPACKS),
        buildpacks: build.buildpacks.iter().map(requested).collect(),
        skip_detect: build.skip_detect,
        cache_in: has_cache.then(|| paths.tmp.join(CACHE_IN)),
        work: paths.tmp.clone(),
        droplet: paths.tmp.join(DROPLET),
        cache_out: paths.tmp.join(CACHE_OUT),
        result: paths.tmp.join(RESULT),
    };
    let mut argv =
        [paths.lifecycle.to_string_lossy().as_ref(), crate::LIFECYCLE, "stage"].map(str::to_owned).to_vec();
    argv.extend(options.to_args().iter().map(|word| word.to_string_lossy().into_owned()));
    let stack = [("CF_STACK".to_owned(), errand.stack.clone())];
    let env = environment::of_errand(paths, &stack, &build.env);
    Ok((inputs, Program { argv, env, source: SOURCE.to_owned() }))
}

/// As in ` (1.2M)`; empty if it cannot be told.
fn size_of(input: &Input) -> String {
    std::fs::metadata(&input.path).map(|known| format!(" ({})", size(known.len()))).unwrap_or_default()
}

/// As the reference's tools write sizes.
fn size(bytes: u64) -> String {
    let units = [(1_u64 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, letter)) => {
            let tenths = bytes.saturating_mul(10) / unit;
            if tenths.is_multiple_of(10) || tenths >= 1000 {
                format!("{}{letter}", tenths / 10)
            } else {
                format!("{}.{}{letter}", tenths / 10, tenths % 10)
            }
        }
        None => format!("{bytes}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_written_short() {
        let texts = [5, 1024, 1536, 5 << 20, 150 << 20].map(size);
        assert_eq!(texts, ["5B", "1K", "1.5K", "5M", "150M"]);
    }
}

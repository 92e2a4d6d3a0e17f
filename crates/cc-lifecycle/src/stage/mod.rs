//! `stage`: makes a droplet of an app's package, running unmodified buildpacks as the reference's builder
//! does.
//!
//! Order of work: unpack the package and the old cache; detect, or supply with all buildpacks but the last;
//! finalize (or compile) with the last; collect the processes; write `staging_info.yml` and `result.json`;
//! pack droplet and cache. Everything the buildpacks print goes through as it is. The paths are all
//! parameters, so that the same program works without a private `/tmp`.

mod archive;
mod buildpack;
mod error;
mod fetch;
mod launch;
mod options;

pub(crate) use buildpack::Places;
pub use error::{StageError, StepError};
pub(crate) use launch::{Release, procfile_has_a_command, yaml};
pub use options::{Options, OptionsError, Requested};

use super::result::{BuildpackMetadata, LifecycleMetadata, StagingInfo, StagingResult};
use super::unzip;
use super::{buildpack_dir_name, console};
use buildpack::Buildpack;
use cc_domain::archive::Limits;
use fetch::Sources;
use launch::Launchables;
use serde::Serialize;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Reads its options, stages, and gives the exit code; see [`StageError::exit_code`].
pub(super) fn main(args: &[OsString]) -> i32 {
    let options = match Options::parse(args, env::var_os("TMPDIR").map(PathBuf::from)) {
        Ok(options) => options,
        Err(error) => {
            console::err(&format!("stage: {error}"));
            return 1;
        }
    };
    match Staging::prepare(&options).and_then(Staging::run) {
        Ok(()) => 0,
        Err(error) => {
            console::err(&console::chain(&error));
            error.exit_code()
        }
    }
}

struct Staging<'a> {
    options: &'a Options,
    /// The app's files while buildpacks work on them.
    build: PathBuf,
    cache: PathBuf,
    /// What becomes the droplet; removed with this value.
    contents: TempDir,
    deps: PathBuf,
    profile_d: PathBuf,
    sources: Sources<'a>,
}

/// The buildpack that makes the start command, with what `bin/detect` said.
struct Chosen<'a> {
    requested: Vec<&'a Requested>,
    last: Buildpack,
    detect_output: Option<String>,
}

impl<'a> Staging<'a> {
    fn prepare(options: &'a Options) -> Result<Self, StageError> {
        let build = options.work.join("app");
        let cache = options.work.join("cache");
        fresh_dir(&build)?;
        fresh_dir(&cache)?;
        unpack_package(&options.package, &build)?;
        if let Some(old) = &options.cache_in
            && old.exists()
            && let Err(error) = archive::unpack(old, &cache)
        {
            console::err(&format!("The build artifacts cache is ignored: {error}"));
            fresh_dir(&cache)?;
        }
        let contents = tempfile::Builder::new()
            .prefix("contents")
            .tempdir_in(&options.work)
            .map_err(|source| io_error("create a folder in", &options.work, source))?;
        fs::set_permissions(contents.path(), Permissions::from_mode(0o755))
            .map_err(|source| io_error("set the mode of", contents.path(), source))?;
        let deps = contents.path().join("deps");
        let profile_d = contents.path().join("profile.d");
        let sources =
            Sources { given: &options.buildpacks_dir, unpacked: options.work.join("unpacked-buildpacks") };
        let staging = Self { options, build, cache, contents, deps, profile_d, sources };
        remove_dir(&staging.sources.unpacked)?;
        make_dir(&staging.profile_d)?;
        make_dir(&staging.cache.join("final"))?;
        for requested in staging.supplying() {
            make_dir(&staging.supply_cache(requested))?;
        }
        for position in 0..=staging.supplying().len() {
            make_dir(&staging.deps.join(staging.index(position)))?;
        }
        staging.clean_cache()?;
        for (position, requested) in options.buildpacks.iter().enumerate() {
            staging.sources.clone_if_needed(position, requested).map_err(StageError::Fetch)?;
        }
        Ok(staging)
    }

    fn run(self) -> Result<(), StageError> {
        let chosen = if self.options.skip_detect { self.supply()? } else { self.detect()? };
        if let Err(error) = self.build(&chosen) {
            // Even then the API shows which buildpacks were at work.
            let outcome =
                StagingResult { lifecycle_metadata: self.metadata(&chosen), ..StagingResult::default() };
            let _ = self.write_result(outcome);
            return Err(error);
        }
        self.pack()
    }

    fn detect(&self) -> Result<Chosen<'a>, StageError> {
        for (position, requested) in self.options.buildpacks.iter().enumerate() {
            match Buildpack::find(position, requested, &self.sources) {
                Err(error) => console::err(&console::chain(&error)),
                Ok(found) => {
                    if let Some(output) = found.detect(&self.build) {
                        return Ok(Chosen {
                            requested: vec![requested],
                            last: found,
                            detect_output: Some(output),
                        });
                    }
                }
            }
        }
        Err(StageError::NothingDetected)
    }

    fn supply(&self) -> Result<Chosen<'a>, StageError> {
        let mut found = Vec::new();
        for (position, requested) in self.options.buildpacks.iter().enumerate() {
            let buildpack = Buildpack::find(position, requested, &self.sources);
            found.push((requested, buildpack.map_err(StageError::Supply)?));
        }
        let last = found.pop().map(|(_, last)| last).ok_or(StageError::NothingDetected)?;
        if found.iter().any(|(_, supplying)| !supplying.has_supply()) {
            return Err(StageError::NoSupplyScript);
        }
        for (position, (requested, supplying)) in found.iter().enumerate() {
            let (cache, index) = (self.supply_cache(requested), self.index(position));
            supplying.supply(&self.places(&cache, &index)).map_err(StageError::Supply)?;
        }
        Ok(Chosen { requested: self.options.buildpacks.iter().collect(), last, detect_output: None })
    }

    fn build(&self, chosen: &Chosen<'a>) -> Result<(), StageError> {
        self.finalize(&chosen.last).map_err(StageError::Compile)?;
        let mut launchables = Launchables::default();
        for position in 0..self.supplying().len() {
            if let Some(text) = self.launch_yml(position)? {
                launchables.add_launch_yml(&text)?;
            }
        }
        match self.launch_yml(self.supplying().len())? {
            Some(text) => launchables.add_launch_yml(&text)?,
            None => launchables.add_release(chosen.last.release(&self.build).map_err(StageError::Release)?),
        }
        let procfile = self.build.join("Procfile");
        if let Some(text) = read_if_there(&procfile)? {
            launchables.add_procfile(&text)?;
        }
        self.write_outcome(chosen, launchables)
    }

    fn finalize(&self, last: &Buildpack) -> Result<(), StepError> {
        let cache = self.cache.join("final");
        let index = self.index(self.supplying().len());
        let places = self.places(&cache, &index);
        if last.has_finalize() {
            if last.has_supply() {
                last.supply(&places).map_err(|error| StepError::Supply(Box::new(error)))?;
            }
            return last.finalize(&places).map_err(|error| StepError::Finalize(Box::new(error)));
        }
        if !self.supplying().is_empty() {
            console::err(
                "Warning: the last buildpack is not compatible with multi-buildpack apps and cannot make use of any dependencies supplied by the buildpacks specified before it",
            );
        }
        let unused = self.deps.join(&index);
        fs::remove_dir_all(&unused).map_err(|source| StepError::Io { path: unused, source })?;
        last.compile(&places)
    }

    fn write_outcome(&self, chosen: &Chosen<'a>, launchables: Launchables) -> Result<(), StageError> {
        let (processes, sidecars) = launchables.split();
        let outcome = StagingResult {
            lifecycle_metadata: self.metadata(chosen),
            process_types: processes
                .iter()
                .map(|process| (process.process_type.clone(), process.command.clone()))
                .collect(),
            processes,
            sidecars,
            ..StagingResult::default()
        };
        let start_command = outcome.process_types.get("web").cloned().unwrap_or_default();
        if start_command.is_empty() {
            console::err("No start command specified by buildpack or via Procfile.");
            console::err("App will not start unless a command is provided at runtime.");
        }
        let info = StagingInfo {
            detected_buildpack: outcome.lifecycle_metadata.detected_buildpack.clone(),
            start_command,
            config: outcome.lifecycle_metadata.buildpacks.last().and_then(|last| last.config.clone()),
        };
        write_json(&self.contents.path().join("staging_info.yml"), &info)?;
        self.write_result(outcome)
    }

    fn write_result(&self, outcome: StagingResult) -> Result<(), StageError> {
        write_json(&self.options.result, &StagingResult { lifecycle_type: "buildpack".to_owned(), ..outcome })
    }

    fn metadata(&self, chosen: &Chosen<'a>) -> LifecycleMetadata {
        let mut buildpacks: Vec<BuildpackMetadata> = chosen
            .requested
            .iter()
            .enumerate()
            .map(|(position, requested)| self.config_yml(position, &requested.key))
            .collect();
        if let (Some(output), Some(detected)) = (&chosen.detect_output, buildpacks.last_mut())
            && detected.name.is_empty()
        {
            detected.name.clone_from(output);
        }
        let last = buildpacks.last().cloned().unwrap_or_default();
        LifecycleMetadata { buildpack_key: last.key, detected_buildpack: last.name, buildpacks }
    }

    /// What a buildpack wrote of itself; a file that cannot be read says nothing.
    fn config_yml(&self, position: usize, key: &str) -> BuildpackMetadata {
        let text =
            fs::read_to_string(self.deps.join(self.index(position)).join("config.yml")).unwrap_or_default();
        let said: BuildpackMetadata = yaml(&text).ok().flatten().unwrap_or_default();
        BuildpackMetadata { key: key.to_owned(), ..said }
    }

    fn launch_yml(&self, position: usize) -> Result<Option<String>, StageError> {
        read_if_there(&self.deps.join(self.index(position)).join("launch.yml"))
    }

    fn pack(&self) -> Result<(), StageError> {
        let contents = self.contents.path();
        make_dir(&contents.join("tmp"))?;
        make_dir(&contents.join("logs"))?;
        let app = contents.join("app");
        fs::rename(&self.build, &app).map_err(|source| io_error("move the app to", &app, source))?;
        archive::pack(contents, &self.options.droplet)
            .map_err(|source| io_error("write the droplet", &self.options.droplet, source))?;
        archive::pack(&self.cache, &self.options.cache_out)
            .map_err(|source| io_error("write the cache", &self.options.cache_out, source))
    }

    /// The buildpacks before the last; none when buildpacks are detected.
    fn supplying(&self) -> &'a [Requested] {
        match self.options.buildpacks.split_last() {
            Some((_, before)) if self.options.skip_detect => before,
            _ => &[],
        }
    }

    /// The name of a buildpack's folder in `deps`: its position, with as many digits as the number of
    /// buildpacks has.
    fn index(&self, position: usize) -> String {
        let width = (self.supplying().len() + 1).to_string().len();
        format!("{position:0width$}")
    }

    fn supply_cache(&self, requested: &Requested) -> PathBuf {
        self.cache.join(buildpack_dir_name(&requested.key))
    }

    /// Removes what buildpacks left that do not take part any more.
    fn clean_cache(&self) -> Result<(), StageError> {
        let mut needed: Vec<PathBuf> =
            self.supplying().iter().map(|requested| self.supply_cache(requested)).collect();
        needed.push(self.cache.join("final"));
        let clean = || -> io::Result<()> {
            for entry in fs::read_dir(&self.cache)? {
                let path = entry?.path();
                if !needed.contains(&path) {
                    let is_dir = path.symlink_metadata()?.is_dir();
                    if is_dir { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }?;
                }
            }
            Ok(())
        };
        clean().map_err(|source| io_error("clean the cache in", &self.cache, source))
    }

    fn places<'p>(&'p self, cache: &'p Path, index: &'p str) -> Places<'p> {
        Places { build: &self.build, cache, deps: &self.deps, index, profile_d: &self.profile_d }
    }
}

fn unpack_package(package: &Path, build: &Path) -> Result<(), StageError> {
    let file = File::open(package).map_err(|source| io_error("open the package", package, source))?;
    unzip::extract(file, build, &Limits::APP).map_err(StageError::Package)?;
    Ok(())
}

fn fresh_dir(dir: &Path) -> Result<(), StageError> {
    remove_dir(dir)?;
    make_dir(dir)
}

fn remove_dir(dir: &Path) -> Result<(), StageError> {
    match fs::remove_dir_all(dir) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("empty", dir, source)),
        _ => Ok(()),
    }
}

fn make_dir(dir: &Path) -> Result<(), StageError> {
    fs::create_dir_all(dir).map_err(|source| io_error("create", dir, source))
}

fn read_if_there(path: &Path) -> Result<Option<String>, StageError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io_error("read", path, source)),
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), StageError> {
    let text = serde_json::to_vec(value).map_err(io::Error::from);
    text.and_then(|text| fs::write(path, text)).map_err(|source| io_error("write", path, source))
}

fn io_error(doing: &'static str, path: &Path, source: io::Error) -> StageError {
    StageError::Io { doing, path: path.to_owned(), source }
}

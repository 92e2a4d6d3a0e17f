//! One buildpack as a staging runs it: a folder with scripts, or one that is built into this program.

use super::error::StepError;
use super::fetch::Sources;
use super::launch::Release;
use super::options::Requested;
use crate::builtin::Builtin;
use crate::console;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a buildpack's steps are told.
pub(crate) struct Places<'a> {
    /// The app's files.
    pub build: &'a Path,
    /// What this buildpack keeps between stagings.
    pub cache: &'a Path,
    /// Holds a folder for each buildpack.
    pub deps: &'a Path,
    /// The name of this buildpack's folder in `deps`.
    pub index: &'a str,
    /// Scripts that the launcher sources.
    pub profile_d: &'a Path,
}

/// A buildpack that can be run.
pub(crate) enum Buildpack {
    Folder(PathBuf),
    Builtin(Builtin),
}

impl Buildpack {
    /// Finds the buildpack. Its folder may hold a single folder that is the buildpack proper.
    pub(super) fn find(
        position: usize,
        requested: &Requested,
        sources: &Sources<'_>,
    ) -> Result<Self, StepError> {
        if let Some(builtin) = Builtin::from_key(&requested.key) {
            return Ok(Self::Builtin(builtin));
        }
        if requested.is_builtin() {
            return Err(StepError::Unknown(requested.label().to_owned()));
        }
        let folder = sources.folder(position, requested)?;
        if folder.join("bin").exists() {
            return Ok(Self::Folder(folder));
        }
        let malformed = || StepError::Malformed(requested.label().to_owned());
        let mut inner = fs::read_dir(&folder).map_err(|_| malformed())?;
        match (inner.next(), inner.next()) {
            (Some(Ok(only)), None) if only.path().join("bin").exists() => Ok(Self::Folder(only.path())),
            _ => Err(malformed()),
        }
    }

    /// What the buildpack says of the app, none if it does not want it. A script that cannot be run does not
    /// want it.
    pub(crate) fn detect(&self, build: &Path) -> Option<String> {
        let folder = match self {
            Self::Builtin(builtin) => return builtin.detect(build),
            Self::Folder(folder) => folder,
        };
        let script = folder.join("bin/detect");
        match fs::metadata(&script) {
            Ok(meta) if meta.permissions().mode() & 0o111 != 0o111 => {
                console::out("WARNING: buildpack script '/bin/detect' is not executable");
            }
            Ok(_) => {}
            Err(error) => {
                console::err(&format!("{}: {error}", script.display()));
                return None;
            }
        }
        let output = capture(&script, &[build.as_os_str()]).ok()?;
        Some(String::from_utf8_lossy(&output).trim().to_owned())
    }

    pub(crate) fn has_supply(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.join("bin/supply").exists(),
            Self::Builtin(_) => true,
        }
    }

    pub(crate) fn has_finalize(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.join("bin/finalize").exists(),
            Self::Builtin(_) => true,
        }
    }

    /// Runs the supply step of this buildpack.
    pub(crate) fn supply(&self, places: &Places<'_>) -> Result<(), StepError> {
        match self {
            Self::Folder(folder) => run(&folder.join("bin/supply"), &supply_args(places)),
            Self::Builtin(builtin) => builtin.supply(places),
        }
    }

    /// Runs the finalize step of this buildpack.
    pub(crate) fn finalize(&self, places: &Places<'_>) -> Result<(), StepError> {
        match self {
            Self::Folder(folder) => {
                let mut args = supply_args(places);
                args.push(places.profile_d.as_os_str());
                run(&folder.join("bin/finalize"), &args)
            }
            Self::Builtin(builtin) => builtin.finalize(places),
        }
    }

    /// Runs the one step of a buildpack from before supply and finalize.
    pub(crate) fn compile(&self, places: &Places<'_>) -> Result<(), StepError> {
        match self {
            Self::Folder(folder) => {
                run(&folder.join("bin/compile"), &[places.build.as_os_str(), places.cache.as_os_str()])
            }
            Self::Builtin(builtin) => builtin.finalize(places),
        }
    }

    /// Asks for the default process types.
    pub(crate) fn release(&self, build: &Path) -> Result<Release, StepError> {
        match self {
            Self::Folder(folder) => {
                Release::parse(&capture(&folder.join("bin/release"), &[build.as_os_str()])?)
            }
            Self::Builtin(builtin) => Ok(builtin.release()),
        }
    }
}

fn supply_args<'a>(places: &Places<'a>) -> Vec<&'a OsStr> {
    vec![
        places.build.as_os_str(),
        places.cache.as_os_str(),
        places.deps.as_os_str(),
        OsStr::new(places.index),
    ]
}

fn run(program: &Path, args: &[&OsStr]) -> Result<(), StepError> {
    let status = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .status()
        .map_err(|source| start(program, source))?;
    if status.success() { Ok(()) } else { Err(StepError::Exit(status)) }
}

/// Runs a script for what it prints; its stderr is shown.
fn capture(program: &Path, args: &[&OsStr]) -> Result<Vec<u8>, StepError> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| start(program, source))?;
    if output.status.success() { Ok(output.stdout) } else { Err(StepError::Exit(output.status)) }
}

fn start(program: &Path, source: std::io::Error) -> StepError {
    StepError::Start { program: program.to_owned(), source }
}

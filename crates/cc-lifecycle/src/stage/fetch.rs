//! Where buildpacks come from: an unpacked folder, an archive beside it, or a git repository.

use super::error::StepError;
use super::options::Requested;
use crate::buildpack_dir_name;
use crate::unzip;
use cc_domain::archive::Limits;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The ways over which git may fetch a repository and its submodules.
const GIT_PROTOCOLS: &str = "https:http:git:ssh";

/// The places where a staging looks for buildpacks, in this order.
pub(super) struct Sources<'a> {
    /// Holds a folder `<name by key>` or an archive `<position>.zip` for a buildpack; may be read-only.
    pub given: &'a Path,
    /// Where this staging unpacks and clones to, by the same names.
    pub unpacked: PathBuf,
}

impl Sources<'_> {
    /// The folder of a buildpack, unpacked now if only its archive is there. It may turn out to be empty.
    pub(super) fn folder(&self, position: usize, requested: &Requested) -> Result<PathBuf, StepError> {
        let name = buildpack_dir_name(&requested.key);
        let (given, unpacked) = (self.given.join(&name), self.unpacked.join(&name));
        let archive = self.archive(position);
        if given.exists() || unpacked.exists() || !archive.exists() {
            return Ok(if given.exists() { given } else { unpacked });
        }
        let file = File::open(&archive).map_err(|source| StepError::Io { path: archive, source })?;
        fs::create_dir_all(&unpacked).map_err(|source| StepError::Io { path: unpacked.clone(), source })?;
        let unpack = unzip::extract(file, &unpacked, &Limits::BUILDPACK);
        unpack.map_err(|source| StepError::Archive { label: requested.label().to_owned(), source })?;
        Ok(unpacked)
    }

    /// Clones a buildpack whose key is the URL of a repository and that nobody has put here.
    pub(super) fn clone_if_needed(&self, position: usize, requested: &Requested) -> Result<(), StepError> {
        let name = buildpack_dir_name(&requested.key);
        let is_here = self.given.join(&name).exists() || self.archive(position).exists();
        if !requested.is_url() || is_here {
            return Ok(());
        }
        let (repository, branch) = match requested.key.split_once('#') {
            Some((repository, branch)) if !branch.is_empty() => (repository, Some(branch)),
            Some((repository, _)) => (repository, None),
            None => (requested.key.as_str(), None),
        };
        let to = self.unpacked.join(&name);
        if git_clone(repository, branch, &to, true)? {
            return Ok(());
        }
        // Some servers cannot serve a part of the history.
        if to.exists() {
            fs::remove_dir_all(&to).map_err(|source| StepError::Io { path: to.clone(), source })?;
        }
        if git_clone(repository, branch, &to, false)? {
            return Ok(());
        }
        Err(StepError::Clone { repository: without_user(repository) })
    }

    fn archive(&self, position: usize) -> PathBuf {
        self.given.join(format!("{position}.zip"))
    }
}

/// Whether git could clone. What it says of a failure goes to stderr only for the attempt that counts, the
/// last.
fn git_clone(repository: &str, branch: Option<&str>, to: &Path, is_shallow: bool) -> Result<bool, StepError> {
    let mut git = Command::new("git");
    git.args(["clone", "--quiet", "--recursive"]);
    if is_shallow {
        git.args(["--depth", "1"]).stderr(Stdio::null());
    }
    if let Some(branch) = branch {
        git.arg(format!("--branch={branch}"));
    }
    git.arg("--").arg(repository).arg(to);
    git.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ALLOW_PROTOCOL", GIT_PROTOCOLS).stdin(Stdio::null());
    match git.status() {
        Ok(status) => Ok(status.success()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(StepError::NoGit { repository: without_user(repository) })
        }
        Err(source) => Err(StepError::Start { program: "git".into(), source }),
    }
}

/// The URL without the user and password that it may carry.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::without_user;

    #[test]
    fn credentials_of_a_url_are_not_shown() {
        assert_eq!(without_user("https://me:p@ss@git.example/a@b"), "https://git.example/a@b");
        assert_eq!(without_user("https://git.example"), "https://git.example");
    }
}

//! Taking what a build left. Its files were made by strangers: they are moved out of their reach before anything is
//! opened, and only plain files are.

use super::{CACHE_OUT, DROPLET, RESULT, SOURCE, size};
use crate::errand::{Outcome, StoredDigests, StoredErrand};
use crate::runner::Shared;
use crate::runner::report::{Output, Voice};
use cc_domain::guid::Guid;
use cc_domain::runtime::{ArtifactError, BuildId, Digests};
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

const LONGEST_RESULT: u64 = 4 * 1024 * 1024;
const TRIES: u32 = 3;
const FAILED: &str = "staging failed";

/// Hands droplet and cache to the sink and reads the result. The container is over.
pub(crate) async fn collect(
    shared: &Shared,
    errand: &StoredErrand,
    id: &str,
    voice: &Voice,
) -> Result<Outcome, String> {
    let out = shared.depot.work(id).join("out");
    let tmp = shared.depot.work(id).join("tmp");
    let taken = take(&tmp, &out).map_err(|error| {
        voice.say(SOURCE, Output::Err, format!("The result of the build cannot be read: {error}"));
        FAILED.to_owned()
    })?;
    let build = BuildId::new(errand.id.clone()).map_err(|error| error.to_string())?;
    voice.say(SOURCE, Output::Out, "Uploading droplet, build artifacts cache...");
    let sink = &shared.connections.sink;
    let droplet = store("droplet", voice, || sink.store_droplet(&build, &taken.droplet)).await?;
    let cache = match &taken.cache {
        Some(cache) => {
            let app = Guid::from(errand.owner.app.as_str());
            Some(
                store("build artifacts cache", voice, || sink.store_cache(&app, &errand.stack, cache))
                    .await?,
            )
        }
        None => None,
    };
    voice.say(SOURCE, Output::Out, "Uploading complete");
    Ok(Outcome { result: taken.result, droplet: Some(droplet), cache, ..Outcome::succeeded() })
}

async fn store<F>(name: &str, voice: &Voice, mut once: impl FnMut() -> F) -> Result<StoredDigests, String>
where
    F: Future<Output = Result<Digests, ArtifactError>>,
{
    let mut tries = 0;
    voice.say(SOURCE, Output::Out, format!("Uploading {name}..."));
    loop {
        tries += 1;
        match once().await {
            Ok(digests) => {
                voice.say(SOURCE, Output::Out, format!("Uploaded {name} ({})", size(digests.bytes)));
                return Ok(digests.into());
            }
            Err(ArtifactError::Unavailable(_)) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(500) * tries).await;
            }
            Err(error) => {
                voice.say(SOURCE, Output::Err, format!("Uploading failed: {error}"));
                return Err(FAILED.to_owned());
            }
        }
    }
}

struct Taken {
    droplet: PathBuf,
    cache: Option<PathBuf>,
    result: String,
}

/// May be called again after a stop half-way.
fn take(tmp: &Path, out: &Path) -> std::io::Result<Taken> {
    fs::create_dir_all(out)?;
    fs::set_permissions(out, fs::Permissions::from_mode(0o700))?;
    let droplet =
        plain_file(tmp, out, DROPLET)?.ok_or_else(|| std::io::Error::other("there is no droplet"))?;
    let cache = plain_file(tmp, out, CACHE_OUT)?;
    let file = plain_file(tmp, out, RESULT)?.ok_or_else(|| std::io::Error::other("there is no result"))?;
    let mut result = String::new();
    fs::File::open(file)?.take(LONGEST_RESULT).read_to_string(&mut result)?;
    let parsed: serde_json::Value = serde_json::from_str(&result)?;
    if !parsed.is_object() {
        return Err(std::io::Error::other("the result is no object"));
    }
    Ok(Taken { droplet, cache, result })
}

/// Moves a file to `out`, where no other process can touch it, and makes it ours. None: there is none. Links and
/// whatever else has this name is an error.
fn plain_file(tmp: &Path, out: &Path, name: &str) -> std::io::Result<Option<PathBuf>> {
    let target = out.join(name);
    match fs::rename(tmp.join(name), &target) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let known = match fs::symlink_metadata(&target) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    if !known.is_file() || known.nlink() != 1 {
        return Err(std::io::Error::other(format!("{name} is not a plain file")));
    }
    if nix::unistd::geteuid().is_root() {
        chown(&target, Some(0), Some(0))?;
    }
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600))?;
    Ok(Some(target))
}

#[cfg(test)]
mod tests {
    use super::take;
    use std::os::unix::fs::symlink;

    fn folders(result: &str) -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (tmp, out) = (folder.path().join("tmp"), folder.path().join("out"));
        std::fs::create_dir(&tmp).unwrap();
        std::fs::write(tmp.join("result.json"), result).unwrap();
        (folder, tmp, out)
    }

    #[test]
    fn outputs_are_taken_twice_alike() {
        let (_folder, tmp, out) = folders("{}");
        std::fs::write(tmp.join("droplet.tgz"), "bits").unwrap();
        for _ in 0..2 {
            let taken = take(&tmp, &out).unwrap();
            assert_eq!(std::fs::read_to_string(taken.droplet).unwrap(), "bits");
            assert_eq!((taken.cache, taken.result.as_str()), (None, "{}"));
        }
    }

    #[test]
    fn a_link_in_place_of_the_droplet_is_refused() {
        let (_folder, tmp, out) = folders("{}");
        symlink("/etc/shadow", tmp.join("droplet.tgz")).unwrap();
        assert!(take(&tmp, &out).is_err());
        let (folder, tmp, out) = folders("{}");
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        std::fs::hard_link(folder.path().join("secret"), tmp.join("droplet.tgz")).unwrap();
        assert!(take(&tmp, &out).is_err());
    }

    #[test]
    fn a_result_that_is_no_object_is_refused() {
        for result in ["", "[]", "{"] {
            let (_folder, tmp, out) = folders(result);
            std::fs::write(tmp.join("droplet.tgz"), "bits").unwrap();
            assert!(take(&tmp, &out).is_err());
        }
    }
}

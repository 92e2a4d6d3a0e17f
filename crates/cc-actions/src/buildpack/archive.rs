//! The file that a client sent: looked at. All of it blocks.

use cc_domain::app::LifecycleKind;
use cc_domain::archive::{self, Limits, ReadError};
use cc_domain::buildpack::{BuildpackError, MAX_MANIFEST, stack_of_manifest};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zip::ZipArchive;

/// Enough to know an archive by.
const START: u64 = 300;

/// The first bytes of the file.
pub(super) fn start(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(START).read_to_end(&mut start)?;
    Ok(start)
}

/// In hexadecimal digits.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some([]) | None => return Ok(crate::artifacts::hex(&hasher.finalize())),
            Some(bytes) => hasher.update(bytes),
        }
    }
}

/// The stack that the `manifest.yml` at the top of the archive names. Archives of the `cnb` lifecycle say nothing here.
pub(super) fn stack(path: &Path, lifecycle: LifecycleKind) -> Result<Option<String>, BuildpackError> {
    if lifecycle == LifecycleKind::Cnb {
        return Ok(None);
    }
    let broken = || BuildpackError::BadZip("buildpack zipfile is not valid".to_owned());
    let file = File::open(path).map_err(|_| broken())?;
    let bytes = file.metadata().map_err(|_| broken())?.len();
    let mut zip = ZipArchive::new(file).map_err(|_| broken())?;
    // What the stager would refuse is refused here, where its owner sees why.
    archive::read(&mut zip, bytes, &Limits::BUILDPACK).map_err(|error| match error {
        ReadError::Refused(fault) => {
            BuildpackError::BadZip(format!("buildpack zipfile is not valid: {fault}"))
        }
        ReadError::Unreadable(_) => broken(),
    })?;
    let Some(index) = zip.index_for_name("manifest.yml") else { return Ok(None) };
    let entry = zip.by_index(index).map_err(|_| broken())?;
    let too_large = || BuildpackError::BadZip("buildpack manifest is too large".to_owned());
    if entry.size() > MAX_MANIFEST {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    entry.take(MAX_MANIFEST + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_MANIFEST {
        return Err(too_large());
    }
    let invalid = |_| BuildpackError::BadZip("buildpack manifest is not valid".to_owned());
    stack_of_manifest(&String::from_utf8(bytes).map_err(invalid)?)
}

//! What an uploaded buildpack has to look like.

use super::BuildpackError;
use crate::lifecycle::LifecycleKind;
use crate::manifest::yaml;
use serde_json::Value;

/// Bytes of the `manifest.yml` of a buildpack.
pub const MAX_MANIFEST: u64 = 1_048_576;
/// Of a tar: where it says so, and what.
const USTAR: (usize, &[u8]) = (257, b"ustar\x0000");

/// Whether a file may be a buildpack of this lifecycle by its first 300 bytes; all of it if it is shorter. Everything wrong is said at once.
pub fn check_start(start: &[u8], name: &str, lifecycle: LifecycleKind) -> Result<(), Vec<BuildpackError>> {
    let mut wrong = Vec::new();
    if lifecycle == LifecycleKind::Cnb {
        let (at, magic) = USTAR;
        let is_tar = start.get(at..).is_some_and(|rest| rest.starts_with(magic));
        if !start.starts_with(b"\x1f\x8b\x08") && !is_tar {
            wrong.push(BuildpackError::NotAnArchive(name.to_owned()));
        }
    } else if !start.starts_with(b"PK\x03\x04") {
        wrong.push(BuildpackError::NotAZip(name.to_owned()));
    }
    if start.is_empty() {
        wrong.push(BuildpackError::EmptyFile(name.to_owned()));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The stack that a buildpack's `manifest.yml` names.
pub fn stack_of_manifest(text: &str) -> Result<Option<String>, BuildpackError> {
    let invalid = || BuildpackError::BadZip("buildpack manifest is not valid".to_owned());
    match yaml::read(text).map_err(|_| invalid())? {
        Value::Object(mut members) => match members.remove("stack") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(stack)) => Ok(Some(stack).filter(|s| !s.is_empty())),
            Some(_) => Err(invalid()),
        },
        Value::Null => Ok(None),
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_judged_by_how_it_starts() {
        let mut tar = vec![0; 300];
        tar.splice(257..265, *b"ustar\x0000");
        for (start, lifecycle, wrong) in [
            (&b"PK\x03\x04"[..], LifecycleKind::Buildpack, 0),
            (b"PK\x05\x06", LifecycleKind::Buildpack, 1),
            (b"", LifecycleKind::Buildpack, 2),
            (b"\x1f\x8b\x08", LifecycleKind::Cnb, 0),
            (&tar, LifecycleKind::Cnb, 0),
            (b"PK\x03\x04", LifecycleKind::Cnb, 1),
        ] {
            let found = check_start(start, "x", lifecycle).map_or_else(|wrong| wrong.len(), |()| 0);
            assert_eq!(found, wrong, "{start:?}");
        }
    }

    #[test]
    fn the_manifest_names_the_stack() {
        assert_eq!(stack_of_manifest("language: x\nstack: one\n"), Ok(Some("one".to_owned())));
        assert_eq!(stack_of_manifest("language: x\n"), Ok(None));
        assert_eq!(stack_of_manifest(""), Ok(None));
        for bad in ["- a", "stack: [1]", "a: b: c"] {
            assert!(stack_of_manifest(bad).is_err(), "{bad}");
        }
    }
}

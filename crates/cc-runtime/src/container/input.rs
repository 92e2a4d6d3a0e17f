//! The program that brings an artifact into a container: runs inside it as its user, reads standard input.

use flate2::read::GzDecoder;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::ffi::OsString;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// Hidden subcommand.
pub(crate) const WORD: &str = "__input";

/// `unpack|copy TARGET [sha1:HEX|sha256:HEX]`; the exit status is 1 with a reason on standard error if it fails.
pub(crate) fn main(args: &[OsString]) -> i32 {
    let [word, target, rest @ ..] = args else { return 2 };
    let wanted = rest.first().and_then(|text| text.to_str()).and_then(|text| text.split_once(':'));
    let mut input = Hashing::new(io::stdin().lock(), wanted.map(|(algorithm, _)| algorithm));
    let done = match word.to_str() {
        Some("unpack") => unpack(&mut input, Path::new(target)),
        Some("copy") => copy(&mut input, Path::new(target)),
        _ => return 2,
    };
    let checked = done.and_then(|()| io::copy(&mut input, &mut io::sink())).and_then(|_| match wanted {
        Some((_, hex)) if !input.hex().eq_ignore_ascii_case(hex) => {
            Err(io::Error::other("the checksum does not match"))
        }
        _ => Ok(()),
    });
    match checked {
        Ok(()) => 0,
        Err(error) => {
            if word == "copy" {
                // What is wrong must not be found by who comes next.
                let _ = std::fs::remove_file(target);
            }
            let _ = writeln!(io::stderr(), "{error}");
            1
        }
    }
}

/// Entries cannot leave `target`: the archive reader refuses it, and the container holds nothing else anyway.
fn unpack(input: &mut impl Read, target: &Path) -> io::Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::with_capacity(128 * 1024, input)));
    archive.set_preserve_permissions(true);
    archive.set_preserve_ownerships(false);
    archive.unpack(target)
}

fn copy(input: &mut impl Read, target: &Path) -> io::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    io::copy(input, &mut std::fs::File::create(target)?).map(drop)
}

enum Hasher {
    None,
    Sha1(Sha1),
    Sha256(Sha256),
}

struct Hashing<R> {
    inner: R,
    hasher: Hasher,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R, algorithm: Option<&str>) -> Self {
        let hasher = match algorithm {
            Some("sha1") => Hasher::Sha1(Sha1::new()),
            Some("sha256") => Hasher::Sha256(Sha256::new()),
            _ => Hasher::None,
        };
        Self { inner, hasher }
    }

    fn hex(&mut self) -> String {
        match &mut self.hasher {
            Hasher::None => String::new(),
            Hasher::Sha1(hasher) => crate::hex::lower(&hasher.finalize_reset()),
            Hasher::Sha256(hasher) => crate::hex::lower(&hasher.finalize_reset()),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let bytes = buffer.get(..length).unwrap_or_default();
        match &mut self.hasher {
            Hasher::None => {}
            Hasher::Sha1(hasher) => hasher.update(bytes),
            Hasher::Sha256(hasher) => hasher.update(bytes),
        }
        Ok(length)
    }
}

//! Both digests in one pass.

use cc_domain::runtime::Digests;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write;

#[derive(Default)]
pub struct Hashing {
    sha1: Sha1,
    sha256: Sha256,
    bytes: u64,
}

impl Hashing {
    pub fn update(&mut self, chunk: &[u8]) {
        self.sha1.update(chunk);
        self.sha256.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn finish(self) -> Digests {
        Digests { sha1: hex(&self.sha1.finalize()), sha256: hex(&self.sha256.finalize()), bytes: self.bytes }
    }
}

/// Lower case.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

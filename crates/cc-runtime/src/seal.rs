//! Records on disk hold credentials: they are sealed with a key that does not lie with them.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Seals the engine's records. Cannot be printed.
#[derive(Clone)]
pub struct StateKey(Zeroizing<[u8; 32]>);

impl StateKey {
    /// A key of its own for this purpose, made from another one.
    pub fn derived_from(key: &[u8]) -> Self {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(b"records of the runtime");
        Self(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

impl fmt::Debug for StateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateKey")
    }
}

/// Seals and opens; what was sealed for one place opens for no other.
pub(crate) struct Sealer(RandomizedNonceKey);

impl Sealer {
    pub fn new(key: &StateKey) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, key.0.as_slice()).expect("32 bytes are a key"))
    }

    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        // With room for the tag: what grows would leave its plain text behind.
        let mut sealed = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plain);
        let aad = Aad::from(place.as_bytes());
        let nonce = self.0.seal_in_place_append_tag(aad, &mut sealed).expect("shorter than 64 GiB");
        [nonce.as_ref(), sealed.as_slice()].concat()
    }

    /// None: sealed with another key or for another place, or damaged.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(place.as_bytes()), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::{Sealer, StateKey};

    #[test]
    fn what_is_sealed_opens_with_its_key_at_its_place_only() {
        let sealer = |key: &[u8]| Sealer::new(&StateKey::derived_from(key));
        let sealed = sealer(b"a").seal("here", b"text");
        assert_eq!(sealer(b"a").open("here", &sealed).as_deref().map(Vec::as_slice), Some(&b"text"[..]));
        assert!(sealer(b"a").open("there", &sealed).is_none());
        assert!(sealer(b"b").open("here", &sealed).is_none());
        assert!(sealer(b"a").open("here", b"short").is_none());
        assert!(!sealed.windows(4).any(|part| part == b"text"));
    }

    #[test]
    fn what_an_earlier_release_sealed_opens() {
        // `text` as the crate aes-gcm sealed it.
        let sealed = b"\xd7\x72\xd8\xdd\x9b\x67\x80\xc1\x6a\xa6\xad\xd9\x08\x5d\x29\x7f\
            \x70\xdf\xd9\x3c\xdb\x7f\xea\xf6\xf8\x1c\xaa\x9d\xcb\xcd\x0a\x3a";
        let opened = Sealer::new(&StateKey::derived_from(b"a")).open("here", sealed);
        assert_eq!(opened.as_deref().map(Vec::as_slice), Some(&b"text"[..]));
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", StateKey::derived_from(b"a")), "StateKey");
    }
}

//! Records on disk hold credentials: they are sealed with a key that does not lie with them.

use aes_gcm::aead::{Aead, AeadCore, OsRng, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

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
pub(crate) struct Sealer(Aes256Gcm);

impl Sealer {
    pub fn new(key: &StateKey) -> Self {
        Self(Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key.0.as_slice())))
    }

    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = Aes256Gcm::generate_nonce(&mut OsRng);
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&nonce, payload).expect("shorter than 64 GiB");
        [nonce.as_slice(), &sealed].concat()
    }

    /// None: sealed with another key or for another place, or damaged.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(Nonce::from_slice(nonce), payload).ok().map(Zeroizing::new)
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
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", StateKey::derived_from(b"a")), "StateKey");
    }
}

//! Sealed columns: secrets that the database file alone does not give away.
//!
//! A sealed column is a pair, `x_ciphertext` and `x_key_label`. AES-256-GCM with a random nonce before the ciphertext; the place of the
//! value (as in `apps.environment:<guid>`) is authenticated, so a value moved to another row or column does not open.
//!
//! A column of text that was there before it had to be sealed (as `apps.buildpacks`) holds the pair in one, see [`SealingKeys::seal_text`].

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use cc_domain::secret::Secret;
use cc_domain::store::StoreError;
use std::collections::BTreeMap;
use zeroize::{Zeroize, Zeroizing};

/// What a sealed text begins with, and no JSON does.
pub const SEALED_TEXT: &str = "sealed:";

/// The key ring: every key that stored values may need, and which one seals new ones.
pub struct SealingKeys {
    current: String,
    keys: BTreeMap<String, RandomizedNonceKey>,
}

/// The current key's label is not on the ring.
#[derive(Debug, thiserror::Error)]
#[error("there is no key with the label {0:?}")]
pub struct UnknownKeyLabel(pub String);

impl SealingKeys {
    /// `current` seals; all of `keys` open.
    pub fn new(
        current: &str,
        keys: impl IntoIterator<Item = (String, [u8; 32])>,
    ) -> Result<Self, UnknownKeyLabel> {
        let keys: BTreeMap<String, RandomizedNonceKey> = keys
            .into_iter()
            .map(|(label, mut bytes)| {
                let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).expect("32 bytes are a key");
                bytes.zeroize();
                (label, key)
            })
            .collect();
        if !keys.contains_key(current) {
            return Err(UnknownKeyLabel(current.to_owned()));
        }
        Ok(Self { current: current.to_owned(), keys })
    }

    /// Seals `plain` for one place and no other.
    pub fn seal(&self, place: &str, plain: &Secret) -> Sealed {
        let plain = plain.expose().as_bytes();
        // With room for the tag: what grows would leave its plain text behind.
        let mut sealed = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plain);
        let key = self.keys.get(&self.current).expect("the current key is on the ring");
        let aad = Aad::from(place.as_bytes());
        let nonce = key.seal_in_place_append_tag(aad, &mut sealed).expect("shorter than 64 GiB");
        let ciphertext = [nonce.as_ref(), sealed.as_slice()].concat();
        Sealed { ciphertext, key_label: self.current.clone() }
    }

    /// Opens what was sealed for this place; [`StoreError::Sealed`] if the key is missing or the value is not of here.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, StoreError> {
        let key = self.keys.get(&sealed.key_label).ok_or(StoreError::Sealed)?;
        let (nonce, ciphertext) = sealed.ciphertext.split_at_checked(NONCE_LEN).ok_or(StoreError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::Sealed)?;
        let mut ciphertext = Zeroizing::new(ciphertext.to_vec());
        let aad = Aad::from(place.as_bytes());
        let plain = key.open_in_place(nonce, aad, &mut ciphertext).map_err(|_| StoreError::Sealed)?;
        std::str::from_utf8(plain).map(Secret::new).map_err(|_| StoreError::Sealed)
    }

    /// Seals a JSON text into one text: `sealed:<ciphertext>:<key label>`.
    pub fn seal_text(&self, place: &str, plain: &str) -> String {
        let Sealed { ciphertext, key_label } = self.seal(place, &Secret::new(plain));
        format!("{SEALED_TEXT}{}:{key_label}", BASE64.encode(ciphertext))
    }

    /// Opens what [`Self::seal_text`] made. A text from before there was any sealing is taken as it is.
    pub fn open_text(&self, place: &str, stored: &str) -> Result<Secret, StoreError> {
        let Some(sealed) = stored.strip_prefix(SEALED_TEXT) else { return Ok(Secret::new(stored)) };
        let (ciphertext, key_label) = sealed.split_once(':').ok_or(StoreError::Sealed)?;
        let ciphertext = BASE64.decode(ciphertext).map_err(|_| StoreError::Sealed)?;
        self.open(place, &Sealed { ciphertext, key_label: key_label.to_owned() })
    }
}

/// The two columns of a sealed value.
pub struct Sealed {
    pub ciphertext: Vec<u8>,
    pub key_label: String,
}

impl Sealed {
    /// From the two columns; `None` if there is no value.
    pub fn stored(ciphertext: Option<Vec<u8>>, key_label: Option<String>) -> Option<Self> {
        Some(Self { ciphertext: ciphertext?, key_label: key_label? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(current: &str, labels: &[(&str, u8)]) -> SealingKeys {
        SealingKeys::new(current, labels.iter().map(|(l, b)| ((*l).to_owned(), [*b; 32]))).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let keys = ring("a", &[("a", 1)]);
        let sealed = keys.seal("apps.environment:1", &Secret::new("{\"A\":\"b\"}"));
        assert_eq!(keys.open("apps.environment:1", &sealed).unwrap().expose(), "{\"A\":\"b\"}");
        assert!(matches!(keys.open("apps.environment:2", &sealed), Err(StoreError::Sealed)));
    }

    #[test]
    fn a_value_of_an_older_key_opens_while_the_key_is_on_the_ring() {
        let sealed = ring("old", &[("old", 1)]).seal("p", &Secret::new("x"));
        assert_eq!(ring("new", &[("old", 1), ("new", 2)]).open("p", &sealed).unwrap().expose(), "x");
        assert!(matches!(ring("new", &[("new", 2)]).open("p", &sealed), Err(StoreError::Sealed)));
        assert!(matches!(ring("old", &[("old", 9)]).open("p", &sealed), Err(StoreError::Sealed)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let keys = ring("a", &[("a", 1)]);
        let sealed = keys.seal("p", &Secret::new("text"));
        for i in 0..sealed.ciphertext.len() {
            let mut ciphertext = sealed.ciphertext.clone();
            ciphertext[i] ^= 1;
            assert!(keys.open("p", &Sealed { ciphertext, key_label: "a".into() }).is_err(), "byte {i}");
        }
        for n in 0..sealed.ciphertext.len() {
            let ciphertext = sealed.ciphertext[..n].to_vec();
            assert!(keys.open("p", &Sealed { ciphertext, key_label: "a".into() }).is_err(), "{n} bytes");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_the_same() {
        let keys = ring("a", &[("a", 1)]);
        let secret = Secret::new("text");
        assert_ne!(keys.seal("p", &secret).ciphertext, keys.seal("p", &secret).ciphertext);
    }

    #[test]
    fn a_sealed_text_opens_in_its_place_and_an_older_one_is_taken_as_it_is() {
        let keys = ring("a:b", &[("a:b", 1)]);
        let sealed = keys.seal_text("p:1", "[\"x\"]");
        assert_eq!(keys.open_text("p:1", &sealed).unwrap().expose(), "[\"x\"]");
        assert_eq!(keys.open_text("p:1", "[\"x\"]").unwrap().expose(), "[\"x\"]");
        for (place, text) in [("p:2", sealed.as_str()), ("p:1", "sealed:"), ("p:1", "sealed:?:a:b")] {
            assert!(matches!(keys.open_text(place, text), Err(StoreError::Sealed)), "{text}");
        }
    }

    #[test]
    fn what_an_earlier_release_sealed_opens() {
        // By the crate aes-gcm.
        let sealed = "sealed:+opZNU2cp8GJipq1eg5Um9B4Nk7JO+1chyC/Pi/+ywdK:a";
        assert_eq!(ring("a", &[("a", 1)]).open_text("p:1", sealed).unwrap().expose(), "[\"x\"]");
    }

    #[test]
    fn a_ring_without_its_current_key_is_refused() {
        assert!(SealingKeys::new("b", [("a".to_owned(), [0; 32])]).is_err());
    }
}

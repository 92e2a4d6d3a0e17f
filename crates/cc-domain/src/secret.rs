//! Text that must not be seen: no `Debug`, no `Display`, no `Serialize`, wiped when dropped.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret text: a password, a token, a private key, the JSON of environment variables.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Whoever calls this writes it to no log, no error and no response that is not meant for its owner.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True if both are the same text; how long that takes says nothing about where they differ.
    pub fn is_same(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl From<String> for Secret {
    fn from(mut text: String) -> Self {
        let secret = Self::new(text.as_str());
        text.zeroize();
        secret
    }
}

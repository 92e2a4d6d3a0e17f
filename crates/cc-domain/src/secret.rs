//! Text that must not be seen: no `Debug`, no `Display`, no `Serialize`, wiped when dropped.

use secrecy::{ExposeSecret, SecretString};
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
}

impl From<String> for Secret {
    fn from(mut text: String) -> Self {
        let secret = Self::new(text.as_str());
        text.zeroize();
        secret
    }
}

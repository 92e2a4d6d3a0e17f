//! Values that must not reach a log line, an error text or an answer.

use secrecy::{ExposeSecret as _, SecretString};

/// A password, private key, client secret or one-time code in the clear. Wiped when dropped; has no `Debug`,
/// `Display` or `Serialize` on purpose, so a struct that holds one cannot derive them by accident.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Every caller is a place to look at in a review.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True for the empty text (the secret of the `cf` client).
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

/// A password hash in its PHC string form (`$argon2id$…`): safe to store, never to show.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps what the `Passwords` port or the database gave.
    pub fn new(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    /// The PHC string, for the store and for verification.
    pub fn phc(&self) -> &str {
        &self.0
    }
}

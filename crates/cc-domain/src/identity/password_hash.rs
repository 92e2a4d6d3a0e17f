//! Password hashes: kept, never shown.

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

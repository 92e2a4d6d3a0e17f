//! Keys, one-time codes and what is remembered about tokens.

use crate::secret::Secret;
use crate::time::Timestamp;

/// A signing key as the store keeps it (sealed at rest). No `Debug`: it holds a private key.
#[derive(Clone)]
pub struct SigningKey {
    pub kid: String,
    /// PKCS#8 PEM.
    pub private_pem: Secret,
    pub created_at: Timestamp,
    /// Exactly one key signs; the others only verify what they signed before.
    pub is_active: bool,
}

/// The public half of a signing key as it is published; numbers are unpadded base64url, big-endian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub kid: String,
    pub modulus: String,
    pub exponent: String,
    /// SubjectPublicKeyInfo PEM.
    pub pem: String,
}

/// What a one-time code stands for: an authorization code of a client, or a passcode, which is the login pages' and good for any client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    pub client_id: String,
    pub user_guid: String,
    pub scopes: Vec<String>,
    /// The `redirect_uri` of the request for the code, which the exchange must repeat; `None` if it had none.
    pub redirect_uri: Option<String>,
    pub expires_at: Timestamp,
}

/// What decides whether a token that was issued earlier still counts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TokenStanding {
    /// From when the `jti` is refused; `None` if it was not revoked.
    pub revoked_from: Option<Timestamp>,
    /// `None` if the user is gone, or if the token has none.
    pub user: Option<UserStanding>,
    /// Its token epoch; `None` if the client is gone.
    pub client_epoch: Option<i64>,
}

/// The part of a user on which its tokens depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserStanding {
    pub is_active: bool,
    pub token_epoch: i64,
}

/// Lifetimes of tokens and codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPolicy {
    /// Seconds. Clients refresh when less than 60 s remain, so a value near that costs a refresh a call.
    pub access_validity: u32,
    /// Seconds.
    pub refresh_validity: u32,
    /// Seconds.
    pub code_validity: u32,
    pub refresh: RefreshRotation,
}

/// Whether a refresh hands out a new refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshRotation {
    /// The same one comes back, as the reference does by default: several `cf` processes share one config file.
    Keep,
    /// A new one, and the old one is refused after this many seconds (0 = at once).
    Rotate { grace: u32 },
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            access_validity: 20 * 60,
            refresh_validity: 30 * 24 * 3600,
            code_validity: 5 * 60,
            refresh: RefreshRotation::Keep,
        }
    }
}

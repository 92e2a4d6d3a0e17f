//! Logging in and administering who may: the use cases of the embedded login server.
//!
//! Not part of `/v3`: no transaction of the main store, no audit events, and errors of its own
//! ([`IdentityError`]), because they are answered in the words of OAuth and SCIM. Start reading at [`token::issue`].

pub mod authorize;
pub mod bearer;
pub mod client;
pub mod group;
pub mod login;
pub mod revoke;
pub mod session;
pub mod token;
pub mod user;

mod login_gate;

use cc_domain::identity::{
    Accounts, AccountsError, CROWD_GONE_AFTER, GrantError, HashError, Mint, Passwords, Pause, SignError,
    TokenError, TokenPolicy, TokenSigner, TokenVerifier,
};
use cc_domain::ports::{Clock, Ids};
use std::sync::Arc;

use login_gate::Crowded;

pub use login_gate::LoginGate;

/// The ports behind the login server.
pub struct Identity {
    pub accounts: Arc<dyn Accounts>,
    pub signer: Arc<dyn TokenSigner>,
    pub verifier: Arc<dyn TokenVerifier>,
    pub passwords: Arc<dyn Passwords>,
    pub mint: Arc<dyn Mint>,
    pub ids: Arc<dyn Ids>,
    pub clock: Arc<dyn Clock>,
    pub pause: Arc<dyn Pause>,
    pub policy: TokenPolicy,
    /// Stands in `iss`; the verifier must expect the same.
    pub issuer: String,
    pub gate: LoginGate,
}

/// Why the login server refuses. Variants are what clients tell apart; texts for clients are made by the HTTP surface.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("the client is unknown or its secret is wrong")]
    BadClient,
    #[error("the user is unknown or the password is wrong")]
    BadCredentials,
    /// So many attempts wait already that this one is refused unseen; the number of seconds after which to come again.
    #[error("too many attempts wait")]
    TooManyAttempts { retry_after: u32 },
    /// Passwords of users of that origin are not known here.
    #[error("the origin {0} does not serve passwords")]
    UnknownOrigin(String),
    #[error("the grant is refused")]
    Grant(#[from] GrantError),
    #[error("the code is unknown, used, expired or of another client")]
    InvalidCode,
    #[error("the passcode is unknown, used or expired")]
    InvalidPasscode,
    #[error("the redirect address is not one of the client's")]
    InvalidRedirect,
    #[error("there is no bearer token")]
    NoToken,
    #[error("the token is refused")]
    Token(#[source] TokenError),
    /// The token may be shown here, but does not hold one of the scopes.
    #[error("the token lacks a scope")]
    MissingScope(Vec<String>),
    #[error("the token is for other audiences")]
    WrongAudience(&'static str),
    #[error("there is no user {0}")]
    UserNotFound(String),
    #[error("the user name {username} is taken")]
    UsernameTaken { username: String, guid: Option<String> },
    #[error("the user is not valid: {0}")]
    InvalidUser(&'static str),
    #[error("the password is not acceptable: {0}")]
    InvalidPassword(&'static str),
    #[error("the old password is wrong")]
    WrongOldPassword,
    /// Somebody else changed the user since the caller read it.
    #[error("the user was changed meanwhile")]
    StaleUser,
    #[error("there is no group {0}")]
    GroupNotFound(String),
    #[error("there is no client {0}")]
    ClientNotFound(String),
    #[error("the client {0} exists")]
    ClientTaken(String),
    #[error("the client is not valid: {0}")]
    InvalidClient(String),
    #[error("a part of the login server is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<AccountsError> for IdentityError {
    fn from(error: AccountsError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<Crowded> for IdentityError {
    fn from(_: Crowded) -> Self {
        Self::TooManyAttempts { retry_after: CROWD_GONE_AFTER }
    }
}

impl From<HashError> for IdentityError {
    fn from(error: HashError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<SignError> for IdentityError {
    fn from(error: SignError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<TokenError> for IdentityError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable(source) => Self::Unavailable(source),
            refused => Self::Token(refused),
        }
    }
}

//! What the identity rules need from outside: storage, signatures, hashes, randomness, an external UAA.

use super::account::{Account, Client, Group, User};
use super::claims::{Claims, TokenError};
use super::filter::{ClientAttribute, Filter, GroupAttribute, UserAttribute};
use super::password_hash::PasswordHash;
use super::throttle::{FailedLogins, LoginKey};
use super::token::{AuthorizationCode, PublicKey, SigningKey, TokenStanding};
use crate::secret::Secret;
use crate::time::Timestamp;
use async_trait::async_trait;

/// Why storage refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    #[error("the name is taken")]
    Taken,
    #[error("there is no such record")]
    NotFound,
    /// The record changed since it was read.
    #[error("the record was changed meanwhile")]
    Stale,
    #[error("the account store failed")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A piece of a list: `offset` records are skipped, at most `limit` are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub offset: u32,
    pub limit: u32,
}

/// Users, groups, clients, keys and codes of the embedded login server. Each method is one transaction.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The user with its explicit groups.
    async fn find_user(&self, guid: &str) -> Result<Option<Account>, AccountsError>;
    /// By name without regard to case, within one origin.
    async fn find_user_by_name(&self, username: &str, origin: &str)
    -> Result<Option<Account>, AccountsError>;
    /// A page in order of creation, with the total of all that match. No filter means everybody.
    async fn list_users(
        &self,
        filter: Option<Filter<UserAttribute>>,
        window: Window,
    ) -> Result<(Vec<User>, u64), AccountsError>;
    /// `Taken` if the guid, or the name within the origin, exists. Groups that do not exist are `NotFound`.
    async fn insert_user(&self, account: &Account) -> Result<(), AccountsError>;
    /// Replaces everything but guid, creation time, password and groups; `Stale` unless the kept version is the one
    /// before `user.version`. `NotFound`, `Taken`.
    async fn update_user(&self, user: &User) -> Result<(), AccountsError>;
    /// Sets the password, raises the token epoch as `next_token_epoch` says, and the version by one. `NotFound`.
    async fn set_password(
        &self,
        guid: &str,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), AccountsError>;
    /// Removes the user with memberships and codes and gives it back; `None` if there is none.
    async fn delete_user(&self, guid: &str) -> Result<Option<User>, AccountsError>;

    /// A page in order of name, with the total of all that match.
    async fn list_groups(
        &self,
        filter: Option<Filter<GroupAttribute>>,
        window: Window,
    ) -> Result<(Vec<Group>, u64), AccountsError>;
    /// Members are ignored. `Taken` if the name exists.
    async fn insert_group(&self, group: &Group) -> Result<(), AccountsError>;
    /// Adding twice is no error. `NotFound` if the group or user does not exist.
    async fn add_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError>;
    /// `NotFound` if it is no member. Raises no token epoch: scopes of an issued token end with the token.
    async fn remove_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError>;

    /// By id, with regard to case.
    async fn find_client(&self, id: &str) -> Result<Option<Client>, AccountsError>;
    /// A page in order of id, with the total of all that match.
    async fn list_clients(
        &self,
        filter: Option<Filter<ClientAttribute>>,
        window: Window,
    ) -> Result<(Vec<Client>, u64), AccountsError>;
    /// `Taken` if the id exists.
    async fn insert_client(&self, client: &Client) -> Result<(), AccountsError>;
    /// Replaces the client of that id. `NotFound`.
    async fn update_client(&self, client: &Client) -> Result<(), AccountsError>;
    /// Removes the client with its codes and gives it back; `None` if there is none.
    async fn delete_client(&self, id: &str) -> Result<Option<Client>, AccountsError>;

    /// All keys, the newest first.
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, AccountsError>;
    /// Inserts `key` as the only active one if the active one is still `expected` (`None`: there is none);
    /// false if another replica was faster and nothing was written.
    async fn activate_signing_key(
        &self,
        key: &SigningKey,
        expected: Option<String>,
    ) -> Result<bool, AccountsError>;
    /// Forgets a key that is not active, so that what it signed is refused. An unknown or active one is no error.
    async fn remove_signing_key(&self, kid: &str) -> Result<(), AccountsError>;

    /// What an issued token depends on, in one read.
    async fn token_standing(
        &self,
        jti: &str,
        user_guid: Option<String>,
        client_id: &str,
    ) -> Result<TokenStanding, AccountsError>;
    /// Refuses `jti` from `from` on; may be forgotten after `expires_at`. The earlier `from` and the later `expires_at` win. True for the first call.
    async fn revoke_token(
        &self,
        jti: &str,
        from: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, AccountsError>;

    /// Keeps a code under its digest (`Mint::digest`).
    async fn insert_code(&self, digest: &str, code: &AuthorizationCode) -> Result<(), AccountsError>;
    /// Gives the code once and removes it, expired or not; `None` the second time.
    async fn take_code(&self, digest: &str) -> Result<Option<AuthorizationCode>, AccountsError>;

    /// How often this login failed recently; zero for a key that is unknown.
    async fn failed_logins(&self, key: &LoginKey) -> Result<FailedLogins, AccountsError>;
    /// Adds a failure by `FailedLogins::after_failure` and gives the new count.
    async fn record_failed_login(
        &self,
        key: &LoginKey,
        now: Timestamp,
    ) -> Result<FailedLogins, AccountsError>;
    /// Forgets the failures of a key.
    async fn clear_failed_logins(&self, key: &LoginKey) -> Result<(), AccountsError>;

    /// Housekeeping: forgets codes and revocations that expired, and failed logins that no longer count.
    async fn purge_expired(&self, now: Timestamp) -> Result<(), AccountsError>;
}

/// A user that somebody else knows: guid, name, origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUser {
    pub guid: String,
    pub username: String,
    pub origin: String,
}

/// The directory cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("the user directory is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes no more new users for a while.
    #[error("the user directory takes no more requests for now")]
    RateLimited,
}

/// Who is behind a name or a guid: over `Accounts`, or an external UAA (`/ids/Users`).
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Directory: Send + Sync {
    /// Users of that name; without an origin, those of every origin. Inactive ones included.
    async fn users_by_name(
        &self,
        username: &str,
        origin: Option<String>,
    ) -> Result<Vec<KnownUser>, DirectoryError>;
    /// Those of the guids that are known, in any order.
    async fn users_by_guid(&self, guids: &[String]) -> Result<Vec<KnownUser>, DirectoryError>;
    /// [`users_by_name`](Self::users_by_name) of each name, whatever the origin; one question, where the directory can be asked so.
    async fn users_by_names(&self, usernames: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut found = Vec::new();
        for username in usernames {
            found.extend(self.users_by_name(username, None).await?);
        }
        Ok(found)
    }
    /// Whether a client and no user has this guid.
    async fn is_client(&self, guid: &str) -> Result<bool, DirectoryError>;
    /// Users with `part` somewhere in their name, ignoring case, whatever their origin.
    async fn users_by_name_part(&self, part: &str) -> Result<Vec<KnownUser>, DirectoryError> {
        let _ = part;
        Err(DirectoryError::Unavailable("this directory cannot search names".into()))
    }
    /// [`users_by_name_part`](Self::users_by_name_part) of each part; one question, where the directory can be asked so.
    async fn users_by_name_parts(&self, parts: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut found = Vec::new();
        for part in parts {
            found.extend(self.users_by_name_part(part).await?);
        }
        Ok(found)
    }
    /// Makes a user of another identity provider known, without a password; the known one if there is such a user. A directory that
    /// gives out its own guids does not take `guid`.
    async fn add_shadow_user(
        &self,
        guid: &str,
        username: &str,
        origin: &str,
        now: Timestamp,
    ) -> Result<KnownUser, DirectoryError> {
        let _ = (guid, username, origin, now);
        Err(DirectoryError::Unavailable("this directory does not take users".into()))
    }
}

/// Is this token genuine, current and an access token? Which surface it opens is `Claims::opens`.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// `token` without the `bearer` prefix. A refresh token is refused.
    async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError>;
    /// Drops every cached verdict, after a token, user or client was revoked. Other replicas notice within seconds.
    fn forget_all(&self);
}

/// No token can be signed.
#[derive(Debug, thiserror::Error)]
#[error("no token can be signed")]
pub struct SignError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Makes tokens and tells the world how to check them.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait TokenSigner: Send + Sync {
    /// A signed token of these claims, by the active key.
    async fn sign(&self, claims: &Claims) -> Result<String, SignError>;
    /// Reads a refresh token that we signed: genuine, not expired, not revoked, of a present client and an active user.
    async fn open_refresh(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError>;
    /// The keys to publish, the active one first.
    async fn public_keys(&self) -> Result<Vec<PublicKey>, SignError>;
}

/// A hash cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed")]
pub struct HashError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Slow, salted hashes. Both calls may wait for their turn.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Passwords: Send + Sync {
    async fn hash(&self, password: &Secret) -> Result<PasswordHash, HashError>;
    /// Without a hash (unknown user) it works as long and answers false, so that names cannot be probed by time.
    async fn verify(&self, password: &Secret, hash: Option<PasswordHash>) -> Result<bool, HashError>;
}

/// Random values of cryptographic quality.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
pub trait Mint: Send + Sync {
    /// A one-time code or generated secret that can stand in a URL and be typed as an ssh password.
    fn code(&self) -> Secret;
    /// A one-way digest under which a code is stored.
    fn digest(&self, code: &str) -> String;
}

/// Lets a caller wait, for the price of a wrong password.
#[async_trait]
pub trait Pause: Send + Sync {
    async fn pause(&self, milliseconds: u64);
}

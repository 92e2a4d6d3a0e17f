//! The login server's records: users, groups, clients, signing keys, revocations, codes, failed logins. They are apart from everything
//! else in the database; only guids are shared.

mod clients;
mod filter;
mod groups;
mod keys;
mod logins;
mod tokens;
mod users;

use crate::any::{Any, Conn};
use crate::database::Database;
use crate::errors::{corrupt, failed};
use async_trait::async_trait;
use cc_domain::identity::{
    Account, Accounts, AccountsError, AuthorizationCode, Client, ClientAttribute, FailedLogins, Filter,
    Group, GroupAttribute, LoginKey, PasswordHash, SigningKey, TokenStanding, User, UserAttribute, Window,
};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel_async::{AsyncConnection, SimpleAsyncConnection};

/// What goes wrong inside a transaction, before it has the port's words.
enum Refusal {
    Accounts(AccountsError),
    Store(StoreError),
}

type Outcome<T> = Result<T, Refusal>;

impl From<diesel::result::Error> for Refusal {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(failed(error))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AccountsError> for Refusal {
    fn from(error: AccountsError) -> Self {
        Self::Accounts(error)
    }
}

impl From<Refusal> for AccountsError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Accounts(error) => error,
            Refusal::Store(StoreError::Taken(_)) => Self::Taken,
            Refusal::Store(error) => Self::Unavailable(Box::new(error)),
        }
    }
}

/// Zero changed rows mean that there was none to change.
fn found(rows: usize) -> Outcome<()> {
    if rows == 0 { Err(AccountsError::NotFound.into()) } else { Ok(()) }
}

fn count(column: &'static str, value: i64) -> Outcome<u64> {
    u64::try_from(value).map_err(|_| corrupt(column).into())
}

/// Holds a name against other transactions until this one ends, for what no row stands for yet. SQLite has one writer anyway.
async fn hold(conn: &mut Conn, name: &'static str) -> Outcome<()> {
    if conn.flavour() == Any::Postgres {
        conn.batch_execute(&format!("SELECT pg_advisory_xact_lock(hashtext('{name}'))")).await?;
    }
    Ok(())
}

/// `read!(self, |conn| …)` runs on a reader, `write!` in a transaction of its own; both answer in the port's words.
macro_rules! read {
    ($self:ident, |$conn:ident| $body:expr) => {{
        let mut pooled = $self.pools().aside_reader().await.map_err(Refusal::from)?;
        let $conn: &mut Conn = &mut pooled;
        let outcome: Outcome<_> = $body.await;
        Ok(outcome?)
    }};
}
macro_rules! write {
    ($self:ident, |$conn:ident| $body:expr) => {{
        let mut pooled = $self.pools().aside_writer().await.map_err(Refusal::from)?;
        let outcome: Outcome<_> = pooled.transaction(async |$conn| $body.await).await;
        Ok(outcome?)
    }};
}

#[async_trait]
impl Accounts for Database {
    async fn find_user(&self, guid: &str) -> Result<Option<Account>, AccountsError> {
        read!(self, |conn| users::find(conn, guid))
    }

    async fn find_user_by_name(
        &self,
        username: &str,
        origin: &str,
    ) -> Result<Option<Account>, AccountsError> {
        read!(self, |conn| users::find_by_name(conn, username, origin))
    }

    async fn list_users(
        &self,
        filter: Option<Filter<UserAttribute>>,
        window: Window,
    ) -> Result<(Vec<User>, u64), AccountsError> {
        read!(self, |conn| users::list(conn, filter, window))
    }

    async fn insert_user(&self, account: &Account) -> Result<(), AccountsError> {
        write!(self, |conn| users::insert(conn, account))
    }

    async fn update_user(&self, user: &User) -> Result<(), AccountsError> {
        write!(self, |conn| users::update(conn, user))
    }

    async fn set_password(
        &self,
        guid: &str,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        write!(self, |conn| users::set_password(conn, guid, hash, now))
    }

    async fn delete_user(&self, guid: &str) -> Result<Option<User>, AccountsError> {
        write!(self, |conn| users::delete(conn, guid))
    }

    async fn list_groups(
        &self,
        filter: Option<Filter<GroupAttribute>>,
        window: Window,
    ) -> Result<(Vec<Group>, u64), AccountsError> {
        read!(self, |conn| groups::list(conn, filter, window))
    }

    async fn insert_group(&self, group: &Group) -> Result<(), AccountsError> {
        write!(self, |conn| groups::insert(conn, group))
    }

    async fn add_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError> {
        write!(self, |conn| groups::add_member(conn, group_guid, user_guid))
    }

    async fn remove_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError> {
        write!(self, |conn| groups::remove_member(conn, group_guid, user_guid))
    }

    async fn find_client(&self, id: &str) -> Result<Option<Client>, AccountsError> {
        read!(self, |conn| clients::find(conn, id))
    }

    async fn list_clients(
        &self,
        filter: Option<Filter<ClientAttribute>>,
        window: Window,
    ) -> Result<(Vec<Client>, u64), AccountsError> {
        read!(self, |conn| clients::list(conn, filter, window))
    }

    async fn insert_client(&self, client: &Client) -> Result<(), AccountsError> {
        write!(self, |conn| clients::insert(conn, client))
    }

    async fn update_client(&self, client: &Client) -> Result<(), AccountsError> {
        write!(self, |conn| clients::update(conn, client))
    }

    async fn delete_client(&self, id: &str) -> Result<Option<Client>, AccountsError> {
        write!(self, |conn| clients::delete(conn, id))
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, AccountsError> {
        read!(self, |conn| keys::all(conn, self.keys()))
    }

    async fn activate_signing_key(
        &self,
        key: &SigningKey,
        expected: Option<String>,
    ) -> Result<bool, AccountsError> {
        write!(self, |conn| keys::activate(conn, self.keys(), key, expected.as_deref()))
    }

    async fn remove_signing_key(&self, kid: &str) -> Result<(), AccountsError> {
        write!(self, |conn| keys::remove(conn, kid))
    }

    async fn token_standing(
        &self,
        jti: &str,
        user_guid: Option<String>,
        client_id: &str,
    ) -> Result<TokenStanding, AccountsError> {
        read!(self, |conn| tokens::standing(conn, jti, user_guid.as_deref(), client_id))
    }

    async fn revoke_token(
        &self,
        jti: &str,
        from: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, AccountsError> {
        write!(self, |conn| tokens::revoke(conn, jti, from, expires_at))
    }

    async fn insert_code(&self, digest: &str, code: &AuthorizationCode) -> Result<(), AccountsError> {
        write!(self, |conn| tokens::insert_code(conn, digest, code))
    }

    async fn take_code(&self, digest: &str) -> Result<Option<AuthorizationCode>, AccountsError> {
        write!(self, |conn| tokens::take_code(conn, digest))
    }

    async fn failed_logins(&self, key: &LoginKey) -> Result<FailedLogins, AccountsError> {
        read!(self, |conn| logins::failed(conn, key))
    }

    async fn record_failed_login(
        &self,
        key: &LoginKey,
        now: Timestamp,
    ) -> Result<FailedLogins, AccountsError> {
        write!(self, |conn| logins::record(conn, key, now))
    }

    async fn clear_failed_logins(&self, key: &LoginKey) -> Result<(), AccountsError> {
        write!(self, |conn| logins::clear(conn, key))
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<(), AccountsError> {
        write!(self, |conn| async {
            tokens::purge(conn, now).await?;
            logins::purge(conn, now).await
        })
    }
}

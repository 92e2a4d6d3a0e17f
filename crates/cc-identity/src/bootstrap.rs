//! What must exist before anybody can log in.

use crate::rsa_key::{KeyError, generate};
use cc_domain::identity::{
    ADMIN_CLIENT, ADMIN_GROUPS, Account, Accounts, AccountsError, Client, ClientSecret, DEFAULT_USER_GROUPS,
    FURTHER_GROUPS, Group, HashError, Mint, ORIGIN_UAA, PasswordHash, Passwords, SERVER_CLIENT, SSH_CLIENT,
    User, admin_client, cf_client, login_client, next_token_epoch, server_client, ssh_client,
};
use cc_domain::ports::{Clock, Ids};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;

/// The ports and the values of a first start.
#[derive(Clone, Copy)]
pub struct Bootstrap<'a> {
    pub accounts: &'a dyn Accounts,
    pub passwords: &'a dyn Passwords,
    pub ids: &'a dyn Ids,
    pub mint: &'a dyn Mint,
    pub clock: &'a dyn Clock,
    pub admin_name: &'a str,
    /// Used only if the administrator does not exist yet.
    pub admin_password: &'a Secret,
    /// The secret of the `ssh-proxy` client; without one it gets a random one that nobody knows.
    pub ssh_secret: Option<&'a Secret>,
    /// The same for the `cc-server` client.
    pub server_secret: Option<&'a Secret>,
    /// The secret of the `admin` client of operators' tools; without one the client is not made.
    pub admin_client_secret: Option<&'a Secret>,
}

/// What the call had to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootstrapOutcome {
    pub admin_created: bool,
    pub key_created: bool,
}

/// The login server cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("the accounts cannot be kept")]
    Accounts(#[from] AccountsError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the thread that makes keys ended early")]
    Thread,
}

/// Makes the default groups, clients, the administrator and the first signing key, as far as they are missing.
/// Any number of replicas may call it, at once and again; what an operator changed stays, but a configured client
/// secret is the one that counts.
pub async fn bootstrap(with: Bootstrap<'_>) -> Result<BootstrapOutcome, BootstrapError> {
    let now = with.clock.now();
    for name in DEFAULT_USER_GROUPS.iter().chain(ADMIN_GROUPS).chain(FURTHER_GROUPS) {
        let group = Group {
            guid: with.ids.uuid(),
            name: (*name).to_owned(),
            description: String::new(),
            members: Vec::new(),
            created_at: now,
        };
        made(with.accounts.insert_group(&group).await)?;
    }
    for public in [cf_client(now), login_client(now)] {
        if with.accounts.find_client(&public.id).await?.is_none() {
            made(with.accounts.insert_client(&public).await)?;
        }
    }
    client(with, SSH_CLIENT, with.ssh_secret, now, ssh_client).await?;
    client(with, SERVER_CLIENT, with.server_secret, now, server_client).await?;
    if with.admin_client_secret.is_some() {
        client(with, ADMIN_CLIENT, with.admin_client_secret, now, admin_client).await?;
    }
    Ok(BootstrapOutcome { admin_created: admin(with, now).await?, key_created: first_key(with, now).await? })
}

/// False if another was faster.
fn made(result: Result<(), AccountsError>) -> Result<bool, AccountsError> {
    match result {
        Ok(()) => Ok(true),
        Err(AccountsError::Taken) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn client(
    with: Bootstrap<'_>,
    id: &str,
    secret: Option<&Secret>,
    now: Timestamp,
    make: fn(PasswordHash, Timestamp) -> Client,
) -> Result<(), BootstrapError> {
    let Some(existing) = with.accounts.find_client(id).await? else {
        let hash = match secret {
            Some(secret) => with.passwords.hash(secret).await?,
            None => with.passwords.hash(&with.mint.code()).await?,
        };
        made(with.accounts.insert_client(&make(hash, now)).await)?;
        return Ok(());
    };
    let Some(secret) = secret else { return Ok(()) };
    if let ClientSecret::Hashed(hash) = &existing.secret
        && with.passwords.verify(secret, Some(hash.clone())).await?
    {
        return Ok(());
    }
    let hash = with.passwords.hash(secret).await?;
    let token_epoch = next_token_epoch(existing.token_epoch, now);
    let changed = Client { secret: ClientSecret::Hashed(hash), token_epoch, updated_at: now, ..existing };
    Ok(with.accounts.update_client(&changed).await?)
}

async fn admin(with: Bootstrap<'_>, now: Timestamp) -> Result<bool, BootstrapError> {
    if with.accounts.find_user_by_name(with.admin_name, ORIGIN_UAA).await?.is_some() {
        return Ok(false);
    }
    let user = User {
        guid: with.ids.uuid(),
        username: with.admin_name.to_owned(),
        origin: ORIGIN_UAA.to_owned(),
        email: with.admin_name.to_owned(),
        given_name: None,
        family_name: None,
        groups: ADMIN_GROUPS.iter().map(ToString::to_string).collect(),
        is_active: true,
        is_verified: true,
        token_epoch: now.seconds(),
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let password = Some(with.passwords.hash(with.admin_password).await?);
    Ok(made(with.accounts.insert_user(&Account { user, password }).await)?)
}

async fn first_key(with: Bootstrap<'_>, now: Timestamp) -> Result<bool, BootstrapError> {
    if with.accounts.signing_keys().await?.iter().any(|key| key.is_active) {
        return Ok(false);
    }
    let kid = with.ids.uuid();
    let key = tokio::task::spawn_blocking(move || generate(kid, now));
    let key = key.await.map_err(|_| BootstrapError::Thread)??;
    Ok(with.accounts.activate_signing_key(&key, None).await?)
}

//! Whose tokens count: those of the login server inside, or those of an external UAA.

use crate::config::{Config, Uaa};
use crate::data_dir::DataDir;
use crate::problem::Problem;
use cc_actions::identity::{Identity, LoginGate};
use cc_domain::identity::{Accounts, Directory, Mint, ORIGIN_UAA, Passwords, TokenPolicy, TokenVerifier};
use cc_domain::ports::{Clock, Ids};
use cc_domain::secret::Secret;
use cc_http::uaa::UaaState;
use cc_identity::{
    AccountsDirectory, Argon2Passwords, Bootstrap, EmbeddedTokens, ExternalTokens, ExternalUaa,
    HttpKeySource, Pace, RandomMint, TokioPause, UaaAccess, UaaDirectory,
};
use std::path::PathBuf;
use std::sync::Arc;

/// What `aud` must name one of; which surface a token opens is decided by its audiences later.
const AUDIENCES: &[&str] = &["cloud_controller", "doppler", "logs"];
/// Seconds between two fetches of the published keys, whatever key a token names.
const REFETCH_SECONDS: i64 = 30;

/// The checker of tokens, and the login server's own surface if it is ours.
pub struct Login {
    pub verifier: Arc<dyn TokenVerifier>,
    pub router: Option<axum::Router>,
    /// Where the admin's password is kept, if it is still that of the first start.
    pub password_in: Option<PathBuf>,
}

/// The parts that the login server shares with the rest.
pub struct Shared {
    pub accounts: Arc<dyn Accounts>,
    pub ids: Arc<dyn Ids>,
    pub clock: Arc<dyn Clock>,
}

/// `given` is the password of the admin if there is none yet.
pub async fn login(
    config: &Config,
    shared: Shared,
    data: &DataDir,
    given: Option<Secret>,
) -> Result<Login, Problem> {
    match &config.uaa {
        Some(uaa) => external(uaa),
        None => embedded(config, shared, data, given).await,
    }
}

fn external(uaa: &Uaa) -> Result<Login, Problem> {
    let unusable = Problem::internal("the external UAA cannot be used");
    let source = HttpKeySource::new(&format!("{}/token_keys", uaa.url)).map_err(unusable)?;
    let trusted = ExternalUaa {
        issuer: uaa.issuer.clone(),
        audiences: AUDIENCES.iter().map(|a| (*a).to_owned()).collect(),
        refetch_at_most_every: REFETCH_SECONDS,
    };
    Ok(Login {
        verifier: Arc::new(ExternalTokens::new(Arc::new(source), trusted)),
        router: None,
        password_in: None,
    })
}

/// Where users are looked up: where they log in, if we may ask there.
pub fn directory(config: &Config, accounts: Arc<dyn Accounts>) -> Result<Arc<dyn Directory>, Problem> {
    let Some(uaa) = &config.uaa else { return Ok(Arc::new(AccountsDirectory(accounts))) };
    let Some(client) = &uaa.client else {
        tracing::warn!("users of the external UAA are known by guid only, as there is no uaa_client_id");
        return Ok(Arc::new(AccountsDirectory(accounts)));
    };
    let access = UaaAccess {
        url: uaa.url.clone(),
        client_id: client.id.clone(),
        client_secret: client.secret.clone(),
    };
    let unusable = Problem::internal("the external UAA cannot be used");
    Ok(Arc::new(UaaDirectory::new(access, Pace::default()).map_err(unusable)?))
}

const ADMIN: &str = "admin";

/// The password of an admin to be made, and where it is kept unless it was given. For one that is there already nothing is made.
async fn first_password(
    accounts: &dyn Accounts,
    data: &DataDir,
    given: Option<Secret>,
) -> Result<(Secret, Option<PathBuf>), Problem> {
    let failed = Problem::internal("the accounts cannot be read");
    if accounts.find_user_by_name(ADMIN, ORIGIN_UAA).await.map_err(failed)?.is_none() {
        return data.admin_password(given);
    }
    Ok(match data.kept_password() {
        Some((password, path)) => (password, Some(path)),
        None => (RandomMint.code(), None),
    })
}

/// Whether the admin's password is this one: it may have been changed since, or another replica has made the admin.
async fn is_password(
    accounts: &dyn Accounts,
    passwords: &dyn Passwords,
    password: &Secret,
) -> Result<bool, Problem> {
    let failed = Problem::internal("the accounts cannot be read");
    let admin = accounts.find_user_by_name(ADMIN, ORIGIN_UAA).await.map_err(failed)?;
    let hash = admin.and_then(|account| account.password);
    passwords.verify(password, hash).await.map_err(Problem::internal("a password cannot be compared"))
}

async fn embedded(
    config: &Config,
    shared: Shared,
    data: &DataDir,
    given: Option<Secret>,
) -> Result<Login, Problem> {
    let Shared { accounts, ids, clock } = shared;
    let issuer = format!("{}/oauth/token", config.external_url);
    let tokens = Arc::new(EmbeddedTokens::new(accounts.clone(), issuer.as_str()));
    let passwords = Arc::new(Argon2Passwords::new());
    let (password, mut password_in) = first_password(accounts.as_ref(), data, given).await?;
    cc_identity::bootstrap(Bootstrap {
        accounts: accounts.as_ref(),
        passwords: passwords.as_ref(),
        ids: ids.as_ref(),
        mint: &RandomMint,
        clock: clock.as_ref(),
        admin_name: ADMIN,
        admin_password: &password,
        ssh_secret: None,
        server_secret: None,
        admin_client_secret: None,
    })
    .await
    .map_err(Problem::internal("the login server cannot be prepared"))?;
    if password_in.is_some() && !is_password(accounts.as_ref(), passwords.as_ref(), &password).await? {
        password_in = None;
    }
    let router = cc_http::uaa::router(Arc::new(UaaState {
        identity: Identity {
            accounts,
            signer: tokens.clone(),
            verifier: tokens.clone(),
            passwords,
            mint: Arc::new(RandomMint),
            ids,
            clock,
            pause: Arc::new(TokioPause),
            policy: TokenPolicy::default(),
            issuer,
            gate: LoginGate::default(),
        },
        external_url: config.external_url.clone(),
    }));
    Ok(Login { verifier: tokens, router: Some(router), password_in })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;
    use cc_identity::memory_accounts::MemoryAccounts;

    async fn looks_up(options: Options) -> bool {
        let options = Options { data_dir: Some("/tmp/x".into()), ..options };
        let Ok(config) = options.resolve() else { panic!("the options are right") };
        let Ok(directory) = directory(&config, Arc::new(MemoryAccounts::default())) else {
            panic!("a directory")
        };
        directory.users_by_guid(&["g".to_owned()]).await.is_ok()
    }

    #[tokio::test]
    async fn users_are_looked_up_in_an_external_uaa_if_there_is_a_client_of_it() {
        let away = Options { uaa_url: Some("http://127.0.0.1:1".into()), ..Options::default() };
        let named = Options {
            uaa_client_id: Some("names".into()),
            uaa_client_secret: Some(Secret::new("hush")),
            ..away.clone()
        };
        assert!(looks_up(Options::default()).await);
        assert!(looks_up(away).await);
        assert!(!looks_up(named).await);
    }
}

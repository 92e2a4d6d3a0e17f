//! Whose tokens count: those of the login server inside, or those of an external UAA.

use crate::config::{Config, Uaa};
use crate::problem::Problem;
use cc_actions::identity::{Identity, LoginGate};
use cc_domain::identity::{Accounts, TokenPolicy, TokenVerifier};
use cc_domain::ports::{Clock, Ids};
use cc_domain::secret::Secret;
use cc_http::uaa::UaaState;
use cc_identity::{
    Argon2Passwords, Bootstrap, EmbeddedTokens, ExternalTokens, ExternalUaa, HttpKeySource, RandomMint,
    TokioPause,
};
use std::sync::Arc;

/// What `aud` must name one of; which surface a token opens is decided by its audiences later.
const AUDIENCES: &[&str] = &["cloud_controller", "doppler", "logs"];
/// Seconds between two fetches of the published keys, whatever key a token names.
const REFETCH_SECONDS: i64 = 30;

/// The checker of tokens, and the login server's own surface if it is ours.
pub struct Login {
    pub verifier: Arc<dyn TokenVerifier>,
    pub router: Option<axum::Router>,
}

/// The parts that the login server shares with the rest.
pub struct Shared {
    pub accounts: Arc<dyn Accounts>,
    pub ids: Arc<dyn Ids>,
    pub clock: Arc<dyn Clock>,
}

pub async fn login(config: &Config, shared: Shared, password: &Secret) -> Result<Login, Problem> {
    match &config.uaa {
        Some(uaa) => external(uaa),
        None => embedded(config, shared, password).await,
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
    Ok(Login { verifier: Arc::new(ExternalTokens::new(Arc::new(source), trusted)), router: None })
}

async fn embedded(config: &Config, shared: Shared, password: &Secret) -> Result<Login, Problem> {
    let Shared { accounts, ids, clock } = shared;
    let issuer = format!("{}/oauth/token", config.external_url);
    let tokens = Arc::new(EmbeddedTokens::new(accounts.clone(), issuer.as_str()));
    let passwords = Arc::new(Argon2Passwords::new());
    cc_identity::bootstrap(Bootstrap {
        accounts: accounts.as_ref(),
        passwords: passwords.as_ref(),
        ids: ids.as_ref(),
        mint: &RandomMint,
        clock: clock.as_ref(),
        admin_name: "admin",
        admin_password: password,
        ssh_secret: None,
        server_secret: None,
        admin_client_secret: None,
    })
    .await
    .map_err(Problem::internal("the login server cannot be prepared"))?;
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
    Ok(Login { verifier: tokens, router: Some(router) })
}

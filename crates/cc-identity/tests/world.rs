//! A started login server without HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cc_domain::identity::{
    Accounts, Claims, Issue, Mint as _, TokenPolicy, TokenSigner as _, User, user_scopes,
};
use cc_domain::ports::{Clock, Ids};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;
use cc_identity::memory_accounts::MemoryAccounts;
use cc_identity::{Argon2Passwords, Bootstrap, BootstrapOutcome, EmbeddedTokens, RandomMint, bootstrap};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const ISSUER: &str = "http://login.test/oauth/token";

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        at(0)
    }
}

#[derive(Default)]
pub struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn uuid(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub struct World {
    pub accounts: Arc<MemoryAccounts>,
    pub passwords: Argon2Passwords,
    pub tokens: EmbeddedTokens,
    pub ids: CountedIds,
}

impl World {
    /// Nothing in it yet.
    pub fn empty() -> Self {
        let accounts = Arc::new(MemoryAccounts::default());
        let tokens = EmbeddedTokens::new(accounts.clone(), ISSUER);
        Self { accounts, passwords: Argon2Passwords::quick(), tokens, ids: CountedIds::default() }
    }

    pub async fn started() -> Self {
        let world = Self::empty();
        world.bootstrap("first-password", None).await;
        world
    }

    pub async fn bootstrap(&self, password: &str, ssh_secret: Option<&str>) -> BootstrapOutcome {
        let ssh_secret = ssh_secret.map(Secret::new);
        bootstrap(Bootstrap {
            accounts: &*self.accounts,
            passwords: &self.passwords,
            ids: &self.ids,
            mint: &RandomMint,
            clock: &StoppedClock,
            admin_name: "admin",
            admin_password: &Secret::new(password),
            ssh_secret: ssh_secret.as_ref(),
            server_secret: None,
            admin_client_secret: None,
        })
        .await
        .expect("memory does not fail")
    }

    pub async fn admin(&self) -> User {
        self.accounts.find_user_by_name("admin", "uaa").await.expect("memory").expect("bootstrapped").user
    }

    /// The claims of an access and a refresh token of the administrator by the `cf` client.
    pub async fn claims(&self) -> (Claims, Claims) {
        let client = self.accounts.find_client("cf").await.expect("memory").expect("bootstrapped");
        let user = self.admin().await;
        let scopes = user_scopes(&client, &user, &[]).expect("has scopes");
        let policy = TokenPolicy { access_validity: 600, ..TokenPolicy::default() };
        let issue = Issue {
            client: &client,
            user: Some(&user),
            scopes: &scopes,
            grant_type: "password",
            auth_time: Some(at(0)),
            issuer: ISSUER,
            policy: &policy,
            now: at(0),
        };
        let stem = RandomMint.code();
        (issue.access(stem.expose(), None), issue.refresh(stem.expose()).expect("cf may refresh"))
    }

    pub async fn token(&self) -> String {
        self.tokens.sign(&self.claims().await.0).await.expect("signs")
    }
}

/// The claims as they stand in the token, unverified.
pub fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("json")
}

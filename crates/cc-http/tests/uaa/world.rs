//! A started login server behind its router, with a clock that only the tests move.

use async_trait::async_trait;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cc_actions::identity::{Identity, LoginGate};
use cc_domain::identity::{Accounts as _, Pause, RefreshRotation, SigningKey, TokenPolicy};
use cc_domain::ports::{Clock, Ids};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;
use cc_http::uaa::{ClientAddress, UaaState, router};
use cc_identity::memory_accounts::MemoryAccounts;
use cc_identity::{Argon2Passwords, Bootstrap, EmbeddedTokens, RandomMint, bootstrap, generate};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use tokio::sync::watch;
use tower::ServiceExt as _;

pub const URL: &str = "http://login.test";
pub const PASSWORD: &str = "first password & more";
pub const SSH_SECRET: &str = "ssh-secret";
pub const ADMIN_SECRET: &str = "operator-secret";

/// Making a key is slow, so most worlds share one.
static SHARED_KEY: LazyLock<SigningKey> =
    LazyLock::new(|| generate("shared".to_owned(), Timestamp::from_seconds(0)).expect("a key"));

/// Milliseconds since 1970; a pause moves it and is remembered.
pub struct HandClock {
    now_ms: AtomicI64,
    /// Whether pauses end.
    held: watch::Sender<bool>,
    pauses: Mutex<Vec<u64>>,
}

impl HandClock {
    pub fn advance(&self, seconds: i64) {
        self.now_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Whether pauses that begin from now on wait for the end of this.
    pub fn hold_pauses(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// The pauses since the last call.
    pub fn take_pauses(&self) -> Vec<u64> {
        std::mem::take(&mut self.pauses.lock().expect("no panic"))
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now_ms.load(Ordering::SeqCst) * 1000)
    }
}

/// Pauses by moving the clock.
struct MovingPause(Arc<HandClock>);

#[async_trait]
impl Pause for MovingPause {
    async fn pause(&self, milliseconds: u64) {
        self.0.held.subscribe().wait_for(|held| !held).await.expect("the clock is there");
        self.0.pauses.lock().expect("no panic").push(milliseconds);
        self.0.now_ms.fetch_add(i64::try_from(milliseconds).expect("short"), Ordering::SeqCst);
    }
}

#[derive(Default)]
struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn uuid(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub struct World {
    pub state: Arc<UaaState>,
    pub accounts: Arc<MemoryAccounts>,
    pub clock: Arc<HandClock>,
    pub address: &'static str,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header {name}"));
        value.to_str().expect("text")
    }

    pub fn field(&self, name: &str) -> String {
        let body = self.json();
        let value = body.get(name).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {name} in {}", self.text)).to_owned()
    }

    /// Status and the `error` of the body.
    pub fn refusal(&self) -> (u16, String) {
        assert!(!self.field("error_description").is_empty());
        (self.status.as_u16(), self.field("error"))
    }
}

impl World {
    pub async fn new() -> Self {
        Self::at(URL).await
    }

    /// At this address.
    pub async fn at(url: &str) -> Self {
        Self::with(url, TokenPolicy::default(), true).await
    }

    /// With a signing key that no other world has.
    pub async fn with_own_key() -> Self {
        Self::with(URL, TokenPolicy::default(), false).await
    }

    pub async fn rotating(grace: u32) -> Self {
        Self::with(
            URL,
            TokenPolicy { refresh: RefreshRotation::Rotate { grace }, ..TokenPolicy::default() },
            true,
        )
        .await
    }

    async fn with(url: &str, policy: TokenPolicy, share_key: bool) -> Self {
        let accounts = Arc::new(MemoryAccounts::default());
        if share_key {
            let activated = accounts.activate_signing_key(&SHARED_KEY, None).await;
            assert!(activated.expect("memory"));
        }
        let now_ms = AtomicI64::new(1_700_000_000_000);
        let clock = Arc::new(HandClock { now_ms, held: watch::Sender::new(false), pauses: Mutex::default() });
        let issuer = format!("{url}/oauth/token");
        let tokens = Arc::new(EmbeddedTokens::new(accounts.clone(), issuer.as_str()));
        let identity = Identity {
            accounts: accounts.clone(),
            signer: tokens.clone(),
            verifier: tokens,
            passwords: Arc::new(Argon2Passwords::quick()),
            mint: Arc::new(RandomMint),
            ids: Arc::new(CountedIds::default()),
            clock: clock.clone(),
            pause: Arc::new(MovingPause(clock.clone())),
            policy,
            issuer,
            gate: LoginGate::default(),
        };
        bootstrap(Bootstrap {
            accounts: &*accounts,
            passwords: &*identity.passwords,
            ids: &*identity.ids,
            mint: &RandomMint,
            clock: &*clock,
            admin_name: "admin",
            admin_password: &Secret::new(PASSWORD),
            ssh_secret: Some(&Secret::new(SSH_SECRET)),
            server_secret: Some(&Secret::new("server-secret")),
            admin_client_secret: Some(&Secret::new(ADMIN_SECRET)),
        })
        .await
        .expect("memory does not fail");
        let state = Arc::new(UaaState { identity, external_url: url.to_owned() });
        Self { state, accounts, clock, address: "10.0.0.1" }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ClientAddress(self.address.parse().expect("an address")));
        let response = router(self.state.clone()).oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("in memory").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A form to `/oauth/token` with basic authentication.
    pub async fn grant(&self, basic: &str, form: &[(&str, &str)]) -> Answer {
        self.send(form_request("/oauth/token", Some(basic), form)).await
    }

    /// As `cf auth` sends it.
    pub async fn login(&self, username: &str, password: &str) -> Answer {
        let form = [("grant_type", "password"), ("username", username), ("password", password)];
        self.grant("cf:", &form).await
    }

    /// A token of the administrator from the CLI.
    pub async fn admin_token(&self) -> String {
        self.login("admin", PASSWORD).await.field("access_token")
    }

    /// A token of the operator's client.
    pub async fn operator_token(&self) -> String {
        let form = [("grant_type", "client_credentials")];
        self.grant(&format!("admin:{ADMIN_SECRET}"), &form).await.field("access_token")
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, None).await
    }

    /// As the CLI calls: bearer token, JSON content type even without a body.
    pub async fn call(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |value| Body::from(value.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .header("accept", "application/json")
            .header("x-b3-traceid", "0123456789abcdef");
        self.send(request.body(body).expect("a request")).await
    }

    /// As `cf create-user` sends it.
    pub async fn create_user(&self, username: &str, password: &str) -> Answer {
        let body = serde_json::json!({
            "userName": username,
            "password": password,
            "origin": "",
            "name": { "familyName": username, "givenName": username },
            "emails": [{ "value": username, "primary": true }],
        });
        let token = self.admin_token().await;
        self.call(Method::POST, "/Users", &token, Some(body)).await
    }

    pub async fn admin_guid(&self) -> String {
        let admin = self.accounts.find_user_by_name("admin", "uaa").await.expect("memory");
        admin.expect("bootstrapped").user.guid
    }
}

pub fn form_request(path: &str, basic: Option<&str>, form: &[(&str, &str)]) -> Request<Body> {
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(basic) = basic {
        request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)));
    }
    request.body(Body::from(pairs.join("&"))).expect("a request")
}

/// As Go's `url.QueryEscape`.
pub fn encode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        kept if keep(kept) => char::from(kept).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

/// The claims of a token, unverified, as the CLI reads them.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("json")
}

//! Tokens of an external UAA: its published keys are fetched, kept, and fetched again when an unknown one is named.

use crate::jwt;
use crate::verified_cache::{Verified, VerifiedCache};
use arc_swap::ArcSwap;
use async_trait::async_trait;
use cc_domain::identity::{Claims, TokenError, TokenVerifier};
use cc_domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

const CACHED_TOKENS: usize = 4096;
/// Seconds after which the keys are fetched again, so that a withdrawn key stops counting.
const REFETCH_AFTER: i64 = 600;

/// A published key set, as far as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}

/// One published key. Those that are no RSA signing keys are skipped, shared secrets (`MAC`) above all.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Jwk {
    #[serde(default)]
    pub kid: Option<String>,
    #[serde(default)]
    pub kty: String,
    #[serde(default)]
    pub alg: Option<String>,
    #[serde(default, rename = "use")]
    pub usage: Option<String>,
    #[serde(default)]
    pub n: Option<String>,
    #[serde(default)]
    pub e: Option<String>,
}

/// The keys cannot be fetched.
#[derive(Debug, thiserror::Error)]
#[error("the keys of the UAA cannot be fetched: {what}")]
pub struct KeySourceError {
    pub what: &'static str,
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Where the published keys come from.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys as they are now; ends by itself after a bounded time.
    async fn fetch(&self) -> Result<Jwks, KeySourceError>;
}

/// Which UAA is trusted, and for what.
#[derive(Clone, Debug)]
pub struct ExternalUaa {
    /// Exactly what must stand in `iss`.
    pub issuer: String,
    /// One of these must stand in `aud`; which surface it opens is decided by `Claims::opens`.
    pub audiences: Vec<String>,
    /// Seconds between two fetches, whatever keys are named.
    pub refetch_at_most_every: i64,
}

/// Verifies tokens of an external UAA. Revocations are not known here: a token is good until it expires.
pub struct ExternalTokens {
    source: Arc<dyn KeySource>,
    uaa: ExternalUaa,
    keys: ArcSwap<Keys>,
    /// Held while fetching, so that one fetch serves all who wait.
    fetching: Mutex<Option<Timestamp>>,
    cache: VerifiedCache,
}

#[derive(Default)]
struct Keys {
    by_kid: HashMap<String, (Algorithm, DecodingKey)>,
    fetched_at: Option<Timestamp>,
}

impl ExternalTokens {
    /// Fetches nothing yet.
    pub fn new(source: Arc<dyn KeySource>, uaa: ExternalUaa) -> Self {
        let (keys, fetching) = (ArcSwap::default(), Mutex::new(None));
        Self { source, uaa, keys, fetching, cache: VerifiedCache::new(CACHED_TOKENS) }
    }

    async fn key(&self, kid: &str, now: Timestamp) -> Result<(Algorithm, DecodingKey), TokenError> {
        let keys = self.keys.load_full();
        let fresh = keys.fetched_at.is_some_and(|at| now.is_within(REFETCH_AFTER, at));
        let known = keys.by_kid.get(kid).cloned();
        match known {
            Some(known) if fresh => Ok(known),
            known => match (self.refetch(kid, now).await, known) {
                (Ok(keys), _) => keys.by_kid.get(kid).cloned().ok_or(TokenError::UnknownKey),
                (Err(error), Some(known)) => {
                    tracing::warn!(%error, "keeping the known keys of the UAA");
                    Ok(known)
                }
                (Err(error), None) => Err(TokenError::Unavailable(Box::new(error))),
            },
        }
    }

    /// The keys after a fetch, or as they are if one was made too lately.
    async fn refetch(&self, kid: &str, now: Timestamp) -> Result<Arc<Keys>, KeySourceError> {
        let mut tried_at = self.fetching.lock().await;
        let keys = self.keys.load_full();
        let lately = |at: Timestamp| now.is_within(self.uaa.refetch_at_most_every, at);
        let waited_for_it = keys.fetched_at.is_some_and(lately) && keys.by_kid.contains_key(kid);
        if waited_for_it || tried_at.is_some_and(lately) {
            return if keys.fetched_at.is_some() {
                Ok(keys)
            } else {
                Err(KeySourceError { what: "the last attempt failed a moment ago", source: None })
            };
        }
        *tried_at = Some(now);
        let fetched = self.source.fetch().await?;
        let by_kid = fetched.keys.into_iter().filter_map(usable).collect();
        let keys = Arc::new(Keys { by_kid, fetched_at: Some(now) });
        self.keys.store(Arc::clone(&keys));
        self.cache.clear();
        Ok(keys)
    }
}

/// The key with the one algorithm it is for. A key that names none is an RS256 key, as the UAA's are.
fn usable(jwk: Jwk) -> Option<(String, (Algorithm, DecodingKey))> {
    if jwk.kty != "RSA" || jwk.usage.is_some_and(|usage| usage != "sig") {
        return None;
    }
    let algorithm = match jwk.alg.as_deref() {
        None | Some("RS256") => Algorithm::RS256,
        Some("RS384") => Algorithm::RS384,
        Some("RS512") => Algorithm::RS512,
        Some(_) => return None,
    };
    let key = DecodingKey::from_rsa_components(jwk.n.as_deref()?, jwk.e.as_deref()?).ok()?;
    Some((jwk.kid?, (algorithm, key)))
}

#[async_trait]
impl TokenVerifier for ExternalTokens {
    async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let cache_key = VerifiedCache::key(token);
        let generation = self.cache.generation();
        if let Some(known) = self.cache.get(&cache_key)
            && now.is_within(REFETCH_AFTER, known.checked_at)
        {
            let current = known.claims.is_current(now);
            return if current { Ok(Claims::clone(&known.claims)) } else { Err(TokenError::Expired) };
        }
        let (kid, claimed) = jwt::peek(token)?;
        let (algorithm, key) = self.key(&kid, now).await?;
        if claimed != algorithm {
            return Err(TokenError::Algorithm);
        }
        let claims = jwt::open(token, &key, algorithm, &self.uaa.issuer, now)?;
        if claims.is_refresh() {
            return Err(TokenError::Refresh);
        }
        if !claims.audiences.iter().any(|aud| self.uaa.audiences.contains(aud)) {
            return Err(TokenError::Audience);
        }
        let verified = Verified { claims: Arc::new(claims.clone()), checked_at: now };
        self.cache.put(cache_key, verified, generation);
        Ok(claims)
    }

    fn forget_all(&self) {
        self.cache.clear();
    }
}

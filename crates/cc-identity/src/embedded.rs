//! Tokens of our own login server.

use crate::jwt;
use crate::key_ring::{KeyRing, RingError, RotateError};
use crate::verified_cache::{Verified, VerifiedCache};
use async_trait::async_trait;
use cc_domain::identity::{
    Accounts, Claims, PublicKey, SignError, TokenError, TokenSigner, TokenVerifier, stands,
};
use cc_domain::time::Timestamp;
use jsonwebtoken::Algorithm;
use std::sync::Arc;

/// Tokens kept verified: about a kilobyte each.
const CACHED_TOKENS: usize = 4096;
/// Seconds for which a token counts without looking at its signature and the store again. A revocation in this process counts at once,
/// one in another replica after this long.
const STANDING_FOR: i64 = 10;

/// Signs with RS256 by the active key of `Accounts`; verifies what any kept key signed.
pub struct EmbeddedTokens {
    accounts: Arc<dyn Accounts>,
    ring: KeyRing,
    issuer: String,
    cache: VerifiedCache,
}

impl EmbeddedTokens {
    /// `issuer` is the text that stands in `iss`: the external URL of the login server and `/oauth/token`.
    pub fn new(accounts: Arc<dyn Accounts>, issuer: impl Into<String>) -> Self {
        let ring = KeyRing::new(Arc::clone(&accounts));
        Self { accounts, ring, issuer: issuer.into(), cache: VerifiedCache::new(CACHED_TOKENS) }
    }

    /// Signs with a new key from now on. Tokens of the old keys stay good until those are removed from `Accounts`.
    pub async fn rotate(&self, kid: String, now: Timestamp) -> Result<(), RotateError> {
        self.ring.rotate(kid, now).await
    }

    async fn open(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let (kid, algorithm) = jwt::peek(token)?;
        if algorithm != Algorithm::RS256 {
            return Err(TokenError::Algorithm);
        }
        let key = self.ring.named(&kid, now).await?.ok_or(TokenError::UnknownKey)?;
        jwt::open(token, &key.decoding, Algorithm::RS256, &self.issuer, now)
    }

    async fn confirm(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
        let user = claims.user.as_ref().map(|user| user.guid.clone());
        let standing = self.accounts.token_standing(&claims.jti, user, &claims.client_id).await;
        stands(claims, &standing.map_err(|e| TokenError::Unavailable(Box::new(e)))?, now)
    }
}

#[async_trait]
impl TokenVerifier for EmbeddedTokens {
    async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let key = VerifiedCache::key(token);
        let generation = self.cache.generation();
        if let Some(known) = self.cache.get(&key)
            && now.is_within(STANDING_FOR, known.checked_at)
        {
            let current = known.claims.is_current(now);
            return if current { Ok(Claims::clone(&known.claims)) } else { Err(TokenError::Expired) };
        }
        let claims = self.open(token, now).await?;
        if claims.is_refresh() {
            return Err(TokenError::Refresh);
        }
        self.confirm(&claims, now).await?;
        self.cache.put(key, Verified { claims: Arc::new(claims.clone()), checked_at: now }, generation);
        Ok(claims)
    }

    fn forget_all(&self) {
        self.cache.clear();
    }
}

#[async_trait]
impl TokenSigner for EmbeddedTokens {
    async fn sign(&self, claims: &Claims) -> Result<String, SignError> {
        let key = self.ring.active(claims.issued_at).await.map_err(sign_error)?;
        jwt::sign(claims, &key.public.kid, &key.encoding).map_err(|e| SignError(Box::new(e)))
    }

    async fn open_refresh(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let claims = self.open(token, now).await?;
        if !claims.is_refresh() {
            return Err(TokenError::NotRefresh);
        }
        self.confirm(&claims, now).await?;
        Ok(claims)
    }

    async fn public_keys(&self) -> Result<Vec<PublicKey>, SignError> {
        let keys = self.ring.all().await.map_err(sign_error)?;
        Ok(keys.iter().map(|key| key.public.clone()).collect())
    }
}

fn sign_error(error: RingError) -> SignError {
    SignError(Box::new(error))
}

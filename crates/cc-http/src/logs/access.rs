//! Who may read which source, by tokens.

use async_trait::async_trait;
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::identity::{Claims, TokenVerifier};
use cc_domain::ports::Clock;
use cc_domain::store::Store;
use std::sync::Arc;

/// Who may read which source. `token` is what follows `bearer ` in the header, unverified.
#[async_trait]
pub trait LogAccess: Send + Sync {
    /// Whether the source is an app or service instance that the token's owner can see. `false` for a token that is not valid.
    async fn may_read(&self, token: &str, source_id: &str) -> bool;

    /// Whether the token covers every source (`logs.admin`, `doppler.firehose`, `cloud_controller.admin`…).
    async fn may_read_all(&self, token: &str) -> bool;
}

/// What is known of the stagings of apps.
#[async_trait]
pub trait Stagings: Send + Sync {
    /// Whether the staging of this source is just over, and no other is about to begin.
    async fn just_over(&self, source_id: &str) -> bool;
}

/// By verified tokens and the store. What cannot be found out is not so.
pub struct TokenAccess {
    pub verifier: Arc<dyn TokenVerifier>,
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
}

impl TokenAccess {
    async fn claims(&self, token: &str) -> Option<Claims> {
        self.verifier.verify(token, self.clock.now()).await.ok()
    }
}

#[async_trait]
impl LogAccess for TokenAccess {
    async fn may_read(&self, token: &str, source_id: &str) -> bool {
        let Some(claims) = self.claims(token).await else { return false };
        known(cc_actions::log::may_read(self.store.as_ref(), &claims, source_id).await)
    }

    async fn may_read_all(&self, token: &str) -> bool {
        self.claims(token).await.is_some_and(|claims| cc_actions::log::may_read_all(&claims))
    }
}

#[async_trait]
impl Stagings for TokenAccess {
    async fn just_over(&self, source_id: &str) -> bool {
        let app = Guid::new(source_id);
        known(cc_actions::build::just_over(self.store.as_ref(), &app, self.clock.now()).await)
    }
}

fn known(answer: Result<bool, Fault>) -> bool {
    answer.unwrap_or_else(|fault| {
        tracing::error!(?fault, "what is asked of a log cannot be found out");
        false
    })
}

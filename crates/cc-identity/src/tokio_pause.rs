//! Waiting on the runtime's timer.

use async_trait::async_trait;
use cc_domain::identity::Pause;
use std::time::Duration;

/// Sleeps without holding a thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioPause;

#[async_trait]
impl Pause for TokioPause {
    async fn pause(&self, milliseconds: u64) {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

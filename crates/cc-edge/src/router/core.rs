//! What every request needs of the router, beside the table.

use std::sync::Arc;
use std::time::Duration;

use cc_domain::log::LogSink;
use cc_domain::ports::Clock;
use tokio::time::Instant;

use super::config::RouterConfig;
use super::counters::Counters;
use super::dice::Dice;

pub(super) struct Core {
    pub config: RouterConfig,
    pub sink: Arc<dyn LogSink>,
    clock: Arc<dyn Clock>,
    pub counters: Counters,
    pub dice: Dice,
    epoch: Instant,
}

impl Core {
    pub fn new(config: RouterConfig, sink: Arc<dyn LogSink>, clock: Arc<dyn Clock>) -> Self {
        Self { config, sink, clock, counters: Counters::default(), dice: Dice::new(), epoch: Instant::now() }
    }

    /// Wall clock.
    pub fn now_ns(&self) -> i64 {
        self.clock.now().micros().saturating_mul(1000)
    }

    /// Since the router was made; by it endpoints remember how long they are to be avoided. Never 0.
    pub fn uptime_ms(&self, and: Duration) -> u64 {
        u64::try_from((self.epoch.elapsed() + and).as_millis()).unwrap_or(u64::MAX).max(1)
    }
}

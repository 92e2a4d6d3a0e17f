//! Reads of something that is about to change, held until it does.

use std::sync::Arc;
use std::time::Duration;

/// How long a read may be held, and what it lets go of while it only waits.
#[derive(Clone)]
pub struct Hold {
    time: Duration,
    let_go: Arc<dyn Fn() + Send + Sync>,
}

impl Hold {
    /// `let_go` is called when the waiting begins, perhaps more than once.
    pub fn new(time: Duration, let_go: impl Fn() + Send + Sync + 'static) -> Self {
        Self { time, let_go: Arc::new(let_go) }
    }

    /// Answers at once.
    pub fn none() -> Self {
        Duration::ZERO.into()
    }

    pub fn is_none(&self) -> bool {
        self.time.is_zero()
    }

    /// The time there is; from now on the read only waits.
    pub fn begin(&self) -> Duration {
        (self.let_go)();
        self.time
    }
}

impl From<Duration> for Hold {
    /// With nothing to let go of.
    fn from(time: Duration) -> Self {
        Self::new(time, || {})
    }
}

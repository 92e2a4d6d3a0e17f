//! The clock of this machine: an adapter stamps what happens here itself.

use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "the engine stamps what happens on this machine")]
pub(crate) fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

//! How far a container is.

use std::time::Instant;

pub(super) enum Stage {
    /// This input is running.
    Input(usize),
    Running,
    /// SIGTERM was sent; SIGKILL follows at this time.
    Stopping(Instant),
    /// SIGKILL was sent; output is still read until this time.
    Killed(Instant),
    Ended(Instant),
}

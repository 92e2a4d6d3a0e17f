//! Wrong passwords cost time, more each time, and never lock an account.

use crate::time::Timestamp;

/// Seconds after which a failure counts no longer.
pub const FAILURES_FORGOTTEN_AFTER: i64 = 3600;
/// Attempts at one login that has to wait: one whose turn it is, and those behind it. With [`LONGEST_DELAY_MS`] it bounds how long the
/// right password can be kept waiting by wrong ones.
pub const MOST_AT_ONE_LOGIN: usize = 3;
/// Seconds after which an attempt that found no room is worth repeating.
pub const CROWD_GONE_AFTER: u32 = 2;
const FREE_FAILURES: u32 = 3;
const FIRST_DELAY_MS: u64 = 500;
/// Short, because whoever knows the password may share user name and address with whoever guesses it: all apps of a machine and all
/// clients of a proxy have one address. It leaves 43,200 guesses a day.
const LONGEST_DELAY_MS: u64 = 2_000;

/// Who failed, from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoginKey {
    /// `origin/username`, lower case, at most 255 characters.
    pub user: String,
    /// The peer's address without port.
    pub address: String,
}

impl LoginKey {
    /// Folds what names the same login into the same key.
    pub fn new(username: &str, origin: &str, address: &str) -> Self {
        let user = format!("{origin}/{}", username.trim());
        Self {
            user: user.to_lowercase().chars().take(255).collect(),
            address: address.chars().take(64).collect(),
        }
    }
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailedLogins {
    pub count: u32,
    /// `None` exactly if there was none.
    pub last_at: Option<Timestamp>,
}

impl FailedLogins {
    /// The record after one more failure.
    pub fn after_failure(self, now: Timestamp) -> Self {
        let count = if self.counts_at(now) { self.count.saturating_add(1) } else { 1 };
        Self { count, last_at: Some(now) }
    }

    /// False once the failures are too old to matter, or if a clock that ran ahead wrote them down.
    pub fn counts_at(self, now: Timestamp) -> bool {
        self.last_at.is_some_and(|last| now.is_within(FAILURES_FORGOTTEN_AFTER, last))
    }

    /// Whether the next attempt has a price at all.
    pub fn costs_at(self, now: Timestamp) -> bool {
        self.counts_at(now) && delay_ms(self.count) > 0
    }

    /// Milliseconds that the next attempt still has to wait at `now`. The first three failures are free, then
    /// the wait doubles from half a second to two seconds, counted from the last failure.
    pub fn wait_ms(self, now: Timestamp) -> u64 {
        let Some(last) = self.last_at.filter(|_| self.counts_at(now)) else { return 0 };
        let elapsed = u64::try_from(now.micros_since(last)).unwrap_or(0) / 1000;
        delay_ms(self.count).saturating_sub(elapsed)
    }
}

/// Milliseconds between failure number `count` and the next attempt.
pub fn delay_ms(count: u32) -> u64 {
    let Some(step) = count.checked_sub(FREE_FAILURES + 1) else { return 0 };
    FIRST_DELAY_MS.saturating_mul(1_u64 << step.min(16)).min(LONGEST_DELAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    proptest! {
        #[test]
        fn the_delay_never_shrinks_and_never_locks(count in 0_u32..100_000) {
            prop_assert!(delay_ms(count) <= delay_ms(count + 1));
            prop_assert!(delay_ms(count) <= LONGEST_DELAY_MS);
        }

        #[test]
        fn waiting_long_enough_always_opens_the_door(count in 0_u32..1000, last_at in 1_i64..1_000_000) {
            let failed = FailedLogins { count, last_at: Some(at(last_at)) };
            prop_assert_eq!(failed.wait_ms(at(last_at + 3)), 0);
            prop_assert!(failed.wait_ms(at(last_at)) >= failed.wait_ms(at(last_at + 1)));
        }

        #[test]
        fn a_clock_that_goes_back_does_not_lengthen_the_wait(count in 0_u32..1000, back in 0_i64..10_000) {
            let failed = FailedLogins { count, last_at: Some(at(20_000)) };
            prop_assert!(failed.wait_ms(at(20_000 - back)) <= LONGEST_DELAY_MS);
        }
    }

    #[test]
    fn three_failures_are_free_and_the_fourth_costs_half_a_second() {
        let third = (0..3).fold(FailedLogins::default(), |f, _| f.after_failure(at(100)));
        assert_eq!(third.wait_ms(at(100)), 0);
        assert_eq!(third.after_failure(at(100)).wait_ms(at(100)), 500);
        assert_eq!(third.after_failure(at(100)).after_failure(at(100)).wait_ms(at(100)), 1000);
    }

    #[test]
    fn failures_are_forgotten_after_an_hour() {
        let failed = FailedLogins { count: 50, last_at: Some(at(100)) };
        assert_eq!(
            failed.after_failure(at(100 + FAILURES_FORGOTTEN_AFTER)),
            FailedLogins { count: 1, last_at: Some(at(3700)) }
        );
    }

    #[test]
    fn a_failure_that_a_clock_far_ahead_wrote_down_costs_nothing() {
        let failed = FailedLogins { count: 50, last_at: Some(at(1_000_000)) };
        assert!(!failed.costs_at(at(100)));
        assert_eq!(failed.wait_ms(at(100)), 0);
        assert_eq!(failed.after_failure(at(100)), FailedLogins { count: 1, last_at: Some(at(100)) });
    }

    #[test]
    fn the_last_of_a_full_line_waits_a_few_seconds() {
        let longest = u64::try_from(MOST_AT_ONE_LOGIN).expect("small") * delay_ms(u32::MAX);
        assert!(longest <= 6_000, "{longest}");
    }

    #[test]
    fn spelling_a_name_differently_does_not_give_a_fresh_count() {
        assert_eq!(LoginKey::new(" Admin", "uaa", "::1"), LoginKey::new("admin", "uaa", "::1"));
        assert_ne!(LoginKey::new("admin", "uaa", "::1"), LoginKey::new("admin", "uaa", "::2"));
    }
}

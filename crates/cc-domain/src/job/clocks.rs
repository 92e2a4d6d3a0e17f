//! Times that another clock wrote down, which may have been wrong: they hold nothing up for long.

use crate::time::Timestamp;

/// No job is put off for longer than this; a later time is that of a clock which has been set back since.
pub const LONGEST_DELAY_SECONDS: i64 = 24 * 3_600;

/// A lease of `seconds` that lasts longer than until then was given by a clock that went ahead: it counts as over. Twice the lease
/// leaves room for clocks that are a little apart.
pub fn latest_believable(now: Timestamp, seconds: i64) -> Timestamp {
    now.plus_seconds(seconds.saturating_mul(2))
}

/// Whether a lease of `seconds` is over.
pub fn lease_is_over(expires_at: Timestamp, now: Timestamp, seconds: i64) -> bool {
    expires_at <= now || expires_at > latest_believable(now, seconds)
}

/// Whether a waiting job is to be run. One that was made in the future was put off by a clock that is not to be trusted: better early
/// than never.
pub fn is_due(run_at: Timestamp, created_at: Timestamp, now: Timestamp) -> bool {
    run_at <= now || created_at > now || run_at > now.plus_seconds(LONGEST_DELAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_lease_ends_within_twice_its_time_whatever_the_clocks_did(
            expires_at in any::<i32>(), now in any::<i32>(), seconds in 1_i64..4_000,
        ) {
            let at = |seconds: i32| Timestamp::from_seconds(seconds.into());
            let later = at(now).plus_seconds(2 * seconds + 1);
            prop_assert!(lease_is_over(at(expires_at), at(now), seconds) || lease_is_over(at(expires_at), later, seconds));
        }

        #[test]
        fn a_lease_just_given_holds(now in any::<i32>(), seconds in 1_i64..4_000) {
            let now = Timestamp::from_seconds(now.into());
            prop_assert!(!lease_is_over(now.plus_seconds(seconds), now, seconds));
        }

        #[test]
        fn a_job_that_was_put_off_waits_for_its_time(now in any::<i32>(), delay in 1..LONGEST_DELAY_SECONDS) {
            let now = Timestamp::from_seconds(now.into());
            prop_assert!(!is_due(now.plus_seconds(delay), now, now));
            prop_assert!(is_due(now.plus_seconds(delay), now, now.plus_seconds(delay)));
        }

        #[test]
        fn a_clock_that_is_set_back_puts_nothing_off(now in any::<i32>(), ahead in 1_i64..1_000_000_000) {
            let now = Timestamp::from_seconds(now.into());
            let wrong = now.plus_seconds(ahead);
            prop_assert!(is_due(wrong, wrong, now));
        }
    }
}

//! Which old packages and droplets of an app are given up (domain-rules 16 to 18).

use crate::time::Timestamp;

/// Packages of each app that are kept besides those in use, as the platform is released.
pub const KEPT_PACKAGES: usize = 5;
/// Droplets of each app that are kept besides those in use, as the platform is released.
pub const KEPT_DROPLETS: usize = 5;

/// Of `candidates` (all but the one in use), those beyond the newest `keep`, by age and then by their place in the list, which is that of
/// insertion.
pub fn beyond_newest<T>(candidates: &[T], keep: usize, created_at: impl Fn(&T) -> Timestamp) -> Vec<&T> {
    let mut order: Vec<_> = candidates.iter().enumerate().collect();
    order.sort_by_key(|(at, c)| (created_at(c), *at));
    let given_up = order.len().saturating_sub(keep);
    order.into_iter().take(given_up).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_kept_is_older_than_anything_given_up(ages in proptest::collection::vec(0_i64..5, 0..8), keep in 0_usize..6) {
            let all: Vec<_> = ages.into_iter().map(Timestamp::from_seconds).collect();
            let gone = beyond_newest(&all, keep, |t| *t);
            prop_assert_eq!(gone.len(), all.len().saturating_sub(keep));
            let newest_gone = gone.iter().map(|t| **t).max();
            let kept = all.iter().filter(|t| !gone.iter().any(|g| std::ptr::eq(*g, *t)));
            for kept in kept {
                prop_assert!(newest_gone.is_none_or(|gone| *kept >= gone));
            }
        }
    }
}

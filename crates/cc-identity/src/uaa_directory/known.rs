//! Who was behind a guid a moment ago.

use cc_domain::identity::KnownUser;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A bounded memory of answers, those that there is no such user included.
pub(super) struct Known {
    inner: Mutex<Inner>,
    capacity: usize,
    /// How long a user is kept, and that there is none.
    ages: (Duration, Duration),
}

#[derive(Default)]
struct Inner {
    entries: HashMap<String, Entry>,
    /// In order of insertion; the oldest goes first when it is full.
    order: VecDeque<String>,
}

struct Entry {
    user: Option<KnownUser>,
    since: Instant,
}

impl Known {
    pub(super) fn new(capacity: usize, found: Duration, missing: Duration) -> Self {
        Self { inner: Mutex::default(), capacity, ages: (found, missing) }
    }

    /// Those who are known, and the guids that must be asked for: each once, in order.
    pub(super) fn sort_out(&self, guids: &[String]) -> (Vec<KnownUser>, Vec<String>) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wanted: Vec<&String> = guids.iter().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for guid in wanted {
            match inner.entries.get(guid).filter(|entry| self.is_fresh(entry)) {
                Some(entry) => known.extend(entry.user.clone()),
                None => unknown.push(guid.clone()),
            }
        }
        (known, unknown)
    }

    /// Keeps who is behind `guid`, or that nobody is.
    pub(super) fn keep(&self, guid: &str, user: Option<KnownUser>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = Entry { user, since: Instant::now() };
        if inner.entries.insert(guid.to_owned(), entry).is_none() {
            inner.order.push_back(guid.to_owned());
        }
        while inner.order.len() > self.capacity {
            if let Some(oldest) = inner.order.pop_front() {
                inner.entries.remove(&oldest);
            }
        }
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        let age = if entry.user.is_some() { self.ages.0 } else { self.ages.1 };
        entry.since.elapsed() < age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(guid: &str) -> KnownUser {
        KnownUser { guid: guid.to_owned(), username: guid.to_uppercase(), origin: "uaa".to_owned() }
    }

    #[test]
    fn who_is_there_and_who_is_not_are_kept_as_long_as_each_may_be() {
        let known = Known::new(10, Duration::from_secs(60), Duration::ZERO);
        known.keep("a", Some(user("a")));
        known.keep("b", None);
        let guids = ["b", "a", "c", "b"].map(str::to_owned);
        assert_eq!(known.sort_out(&guids), (vec![user("a")], vec!["b".to_owned(), "c".to_owned()]));
        let known = Known::new(10, Duration::ZERO, Duration::from_secs(60));
        known.keep("a", Some(user("a")));
        known.keep("b", None);
        assert_eq!(known.sort_out(&guids), (vec![], vec!["a".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn the_oldest_goes_first() {
        let known = Known::new(2, Duration::from_secs(60), Duration::from_secs(60));
        for guid in ["a", "b", "b", "c"] {
            known.keep(guid, Some(user(guid)));
        }
        let guids = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(known.sort_out(&guids), (vec![user("b"), user("c")], vec!["a".to_owned()]));
    }
}

//! Which blobs nobody owns any more: what a killed process or an unwritable end of a build left.

use super::BlobKey;
use super::ports::StoredBlob;
use crate::time::Timestamp;
use std::collections::{BTreeSet, HashSet};

/// Younger blobs are left alone: the row of an upload or of a build under way may still come.
pub const MIN_AGE_SECONDS: i64 = 24 * 60 * 60;
/// So many blobs without any that has an owner are the blobs of another database.
pub const MOST_WITHOUT_ANY_OWNED: usize = 20;

/// Blobs without an owner, found in one round and removed in the next if they still have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    owned: usize,
    orphans: BTreeSet<BlobKey>,
}

impl Round {
    /// Whether a blob is old enough to be asked about.
    pub fn concerns(blob: &StoredBlob, now: Timestamp) -> bool {
        blob.stored_at.plus_seconds(MIN_AGE_SECONDS) <= now
    }

    /// Sorts blobs of one bucket by whether their owner is among those that are there.
    pub fn sort(&mut self, blobs: &[StoredBlob], owners: &HashSet<String>) {
        for blob in blobs {
            if owners.contains(&blob.key.owner()) {
                self.owned += 1;
            } else {
                self.orphans.insert(blob.key.clone());
            }
        }
    }

    /// Whether the database cannot be the one that these blobs were kept with.
    pub fn is_implausible(&self) -> bool {
        self.owned == 0 && self.orphans.len() > MOST_WITHOUT_ANY_OWNED
    }

    /// Those that the round before found too, and those that are new.
    pub fn after<'a>(&'a self, before: &'a Self) -> (Vec<&'a BlobKey>, Vec<&'a BlobKey>) {
        self.orphans.iter().partition(|key| before.orphans.contains(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guid::Guid;

    fn stored(name: &str) -> StoredBlob {
        StoredBlob {
            key: BlobKey::package(&Guid::from(name)),
            bytes: 1,
            stored_at: Timestamp::from_seconds(1_000_000),
        }
    }

    fn round(blobs: &[&str], owners: &[&str]) -> Round {
        let blobs: Vec<StoredBlob> = blobs.iter().map(|name| stored(name)).collect();
        let mut round = Round::default();
        round.sort(&blobs, &owners.iter().map(|name| (*name).to_owned()).collect());
        round
    }

    #[test]
    fn a_blob_is_young_for_a_day() {
        let at = |seconds| Timestamp::from_seconds(1_000_000 + seconds);
        assert!(!Round::concerns(&stored("a"), at(MIN_AGE_SECONDS - 1)));
        assert!(Round::concerns(&stored("a"), at(MIN_AGE_SECONDS)));
        assert!(!Round::concerns(&stored("a"), at(-5)));
    }

    #[test]
    fn only_what_two_rounds_found_goes() {
        let (first, second) = (round(&["a", "b", "c"], &["c"]), round(&["a", "c", "d"], &["c"]));
        let names = |keys: Vec<&BlobKey>| keys.into_iter().map(BlobKey::owner).collect::<Vec<_>>();
        let (remove, found) = second.after(&first);
        assert_eq!((names(remove), names(found)), (vec!["a".to_owned()], vec!["d".to_owned()]));
    }

    #[test]
    fn a_database_that_knows_none_of_many_blobs_is_another_one() {
        let names: Vec<String> = (0..=MOST_WITHOUT_ANY_OWNED).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(round(&names, &[]).is_implausible());
        assert!(!round(&names, &["1"]).is_implausible());
        assert!(!round(&["a"], &[]).is_implausible());
    }
}

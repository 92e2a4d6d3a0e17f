//! How many rows whole tables have, kept between changes: an exact count walks the table, and the first page of an unfiltered list asks
//! for it each time.
//!
//! A number is kept until this process commits anything; on a database that other replicas write to, also for at most [`LONGEST`].
//! So a client sees what it has just changed, and what another replica changed a moment later.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;

/// How old a number may be that another replica could have changed.
const LONGEST: Duration = Duration::from_secs(1);

/// The numbers of one store, shared by its connections.
#[derive(Clone, Debug, Default)]
pub struct Totals(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Grows with each change, so that a count that began before one is not kept after it.
    generation: u64,
    by_table: HashMap<TypeId, i64>,
}

/// The moment before a count.
#[derive(Clone, Copy, Debug)]
pub struct Before(u64);

impl Totals {
    /// The kept number of rows of the table `T`, or else the moment before they are counted.
    pub fn of<T: 'static>(&self) -> Result<i64, Before> {
        let kept = self.lock();
        kept.by_table.get(&TypeId::of::<T>()).copied().ok_or(Before(kept.generation))
    }

    /// Keeps a count, unless something was changed since.
    pub fn keep<T: 'static>(&self, before: Before, total: i64) {
        let mut kept = self.lock();
        if kept.generation == before.0 {
            kept.by_table.insert(TypeId::of::<T>(), total);
        }
    }

    /// Something was changed.
    pub fn forget(&self) {
        let mut kept = self.lock();
        kept.generation = kept.generation.wrapping_add(1);
        kept.by_table.clear();
    }

    /// Forgets again and again, for a database that others change too. The task ends when it is aborted.
    pub fn spawn_forgetting(&self) -> AbortHandle {
        let totals = self.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LONGEST).await;
                totals.forget();
            }
        });
        task.abort_handle()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Apps;
    struct Spaces;

    #[test]
    fn a_number_is_kept_until_something_changes() {
        let totals = Totals::default();
        let before = totals.of::<Apps>().unwrap_err();
        totals.keep::<Apps>(before, 3);
        assert!(matches!(totals.of::<Apps>(), Ok(3)));
        assert!(totals.of::<Spaces>().is_err());
        totals.forget();
        assert!(totals.of::<Apps>().is_err());
    }

    #[test]
    fn a_count_that_a_change_overtook_is_not_kept() {
        let totals = Totals::default();
        let before = totals.of::<Apps>().unwrap_err();
        totals.forget();
        totals.keep::<Apps>(before, 3);
        assert!(totals.of::<Apps>().is_err());
    }
}

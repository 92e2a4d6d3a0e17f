//! Places of containers: each has host ids and addresses of its own.

use crate::isolation::SLOTS;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Those that are taken.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<BTreeSet<u16>>>);

/// A place for a container that is to be made. Dropped, it is free again.
pub(crate) struct Seat {
    slot: u16,
    seats: Seats,
    is_kept: bool,
}

impl Seats {
    /// The lowest that is free.
    pub fn take(&self) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = (0..SLOTS).find(|slot| !taken.contains(slot))?;
        taken.insert(slot);
        Some(Seat { slot, seats: self.clone(), is_kept: false })
    }

    /// A container was found that has it.
    pub fn restore(&self, slot: u16) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(slot);
    }

    pub fn free(&self, slot: u16) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&slot);
    }
}

impl Seat {
    pub fn slot(&self) -> u16 {
        self.slot
    }

    /// A container has it now.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.is_kept {
            self.seats.free(self.slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seats;

    #[test]
    fn a_place_is_free_again_unless_a_container_keeps_it() {
        let seats = Seats::default();
        let first = seats.take().unwrap();
        let second = seats.take().unwrap();
        assert_eq!((first.slot(), second.slot()), (0, 1));
        drop(first);
        second.keep();
        assert_eq!(seats.take().unwrap().slot(), 0);
        seats.free(1);
        seats.restore(0);
        assert_eq!(seats.take().unwrap().slot(), 1);
    }
}

//! How many connections there may be: in all, and of one address. Those beyond are only told about health.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts open connections, of all listeners together.
pub struct Gate {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one connection, free again when dropped.
pub struct Place {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_address, open: Mutex::default() })
    }

    /// A place for a connection from there; `None` if its address, or everybody, has as many as may be.
    pub fn enter(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let address = counted_as(from);
        let mut open = self.open();
        let of_address = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.most || of_address >= self.most_per_address {
            return None;
        }
        open.all += 1;
        open.by_address.insert(address, of_address + 1);
        Some(Place { gate: Arc::clone(self), address })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.gate.open();
        open.all = open.all.saturating_sub(1);
        if let Entry::Occupied(mut entry) = open.by_address.entry(self.address) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

/// A network of 64 bits is one client in IPv6: whoever has one address there has them all.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_leaves_room_for_others_and_all_end_at_the_limit() {
        let gate = Gate::new(3, 2);
        let first = gate.enter(ip("10.0.0.1")).unwrap();
        let _second = gate.enter(ip("::ffff:10.0.0.1")).unwrap();
        assert!(gate.enter(ip("10.0.0.1")).is_none());
        let _other = gate.enter(ip("10.0.0.2")).unwrap();
        assert!(gate.enter(ip("10.0.0.3")).is_none());
        drop(first);
        let _again = gate.enter(ip("10.0.0.1")).unwrap();
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let gate = Gate::new(9, 1);
        let place = gate.enter(ip("2001:db8:0:1::1")).unwrap();
        assert!(gate.enter(ip("2001:db8:0:1:ffff::2")).is_none());
        assert!(gate.enter(ip("2001:db8:0:2::1")).is_some());
        drop(place);
        assert!(gate.open().by_address.is_empty());
    }
}

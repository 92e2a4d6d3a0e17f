//! What instances share and may run out of: memory and host ports.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A port is not given out again for this time after its instance ended.
const REST: Duration = Duration::from_mins(1);

/// Everything that is given out, by the guid of who has it.
pub(crate) struct Resources {
    books: Mutex<Books>,
    memory_mb: u64,
    range: RangeInclusive<u16>,
}

#[derive(Default)]
struct Books {
    memory_mb: BTreeMap<String, u32>,
    ports: BTreeMap<u16, String>,
    resting: BTreeMap<u16, Instant>,
}

/// As Diego words it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRoom {
    #[error("insufficient resources: memory")]
    Memory,
    #[error("insufficient resources: ports")]
    Ports,
}

impl Resources {
    pub fn new(memory_mb: u64, range: RangeInclusive<u16>) -> Self {
        Self { books: Mutex::default(), memory_mb, range }
    }

    /// Takes memory and one host port for each container port, the lowest free ones, or nothing.
    pub fn take(&self, guid: &str, memory_mb: u32, ports: &[u16]) -> Result<Vec<(u16, u16)>, NoRoom> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let used: u64 = books.memory_mb.values().map(|mb| u64::from(*mb)).sum();
        if used + u64::from(memory_mb) > self.memory_mb {
            return Err(NoRoom::Memory);
        }
        let now = Instant::now();
        books.resting.retain(|_, until| *until > now);
        let mut taken: Vec<(u16, u16)> = Vec::new();
        let mut tried = BTreeSet::new();
        for port in ports {
            let free = self.range.clone().find(|host| {
                !books.ports.contains_key(host)
                    && !books.resting.contains_key(host)
                    && tried.insert(*host)
                    && TcpListener::bind(("0.0.0.0", *host)).is_ok()
            });
            taken.push((*port, free.ok_or(NoRoom::Ports)?));
        }
        books.ports.extend(taken.iter().map(|(_, host)| (*host, guid.to_owned())));
        books.memory_mb.insert(guid.to_owned(), memory_mb);
        Ok(taken)
    }

    /// Books what an instance found on disk already has.
    pub fn restore(&self, guid: &str, memory_mb: u32, ports: &[(u16, u16)]) {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.ports.extend(ports.iter().map(|(_, host)| (*host, guid.to_owned())));
        books.memory_mb.insert(guid.to_owned(), memory_mb);
    }

    pub fn free(&self, guid: &str) {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.memory_mb.remove(guid);
        let until = Instant::now() + REST;
        let Books { ports, resting, .. } = &mut *books;
        ports.retain(|host, owner| {
            if owner == guid {
                resting.insert(*host, until);
            }
            owner != guid
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{NoRoom, Resources};

    #[test]
    fn memory_is_given_up_to_the_limit_and_comes_back() {
        let all = Resources::new(100, 27_800..=27_800);
        all.take("a", 60, &[]).unwrap();
        assert_eq!(all.take("b", 41, &[]), Err(NoRoom::Memory));
        all.free("a");
        assert_eq!(all.take("b", 100, &[]), Ok(vec![]));
    }

    #[test]
    fn ports_are_distinct_and_rest_after_use() {
        let all = Resources::new(100, 27_900..=27_999);
        let first = all.take("a", 1, &[8080, 9090]).unwrap();
        let second = all.take("b", 1, &[8080]).unwrap();
        assert_eq!(first.iter().map(|(port, _)| *port).collect::<Vec<_>>(), [8080, 9090]);
        assert!(!first.iter().any(|(_, host)| second.iter().any(|(_, other)| host == other)));
        all.free("a");
        let third = all.take("c", 1, &[8080]).unwrap();
        assert!(!first.iter().any(|(_, host)| third.iter().any(|(_, other)| host == other)));
    }

    #[test]
    fn a_port_in_use_by_a_stranger_is_passed_over() {
        let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = stranger.local_addr().unwrap().port();
        assert_eq!(Resources::new(100, port..=port).take("a", 1, &[8080]), Err(NoRoom::Ports));
    }
}

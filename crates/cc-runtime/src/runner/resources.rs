//! What instances share and may run out of: memory, host ports and places for containers.

use crate::isolation::SLOTS;
use nix::errno::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A port is not given out again for this time after its instance ended.
const REST: Duration = Duration::from_mins(1);
/// Least that is booked for a container: its supervisor and first process are there whatever the app asks for.
const LEAST_MB: u32 = 16;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRoom {
    #[error("insufficient resources: memory")]
    Memory,
    #[error("insufficient resources: ports")]
    Ports,
    #[error("insufficient resources: containers")]
    Containers,
}

impl Resources {
    pub fn new(memory_mb: u64, range: RangeInclusive<u16>) -> Self {
        Self { books: Mutex::default(), memory_mb, range }
    }

    /// Of all containers together.
    pub fn memory_mb(&self) -> u64 {
        self.memory_mb
    }

    /// How many containers of this kind there could be if nothing else ran, and what one more would lack.
    pub fn most(&self, memory_mb: u32, ports: usize) -> (u32, NoRoom) {
        let memory = self.memory_mb / u64::from(memory_mb.max(LEAST_MB));
        let by_ports = self.range.len().checked_div(ports).unwrap_or(usize::MAX);
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let bounds = [
            (u32::try_from(memory).unwrap_or(u32::MAX), NoRoom::Memory),
            (count(by_ports), NoRoom::Ports),
            (u32::from(SLOTS), NoRoom::Containers),
        ];
        bounds.into_iter().min_by_key(|(most, _)| *most).unwrap_or((0, NoRoom::Memory))
    }

    /// Takes a place, memory and one host port for each container port, the lowest free ones, or nothing.
    pub fn take(&self, guid: &str, memory_mb: u32, ports: &[u16]) -> Result<Vec<(u16, u16)>, NoRoom> {
        let memory_mb = memory_mb.max(LEAST_MB);
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let used: u64 = books.memory_mb.values().map(|mb| u64::from(*mb)).sum();
        if used.saturating_add(u64::from(memory_mb)) > self.memory_mb {
            return Err(NoRoom::Memory);
        }
        if books.memory_mb.len() >= usize::from(SLOTS) {
            return Err(NoRoom::Containers);
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
                    && is_free(*host)
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
        books.memory_mb.insert(guid.to_owned(), memory_mb.max(LEAST_MB));
    }

    /// Whether an instance has this host port.
    pub fn is_taken(&self, port: u16) -> bool {
        self.books.lock().unwrap_or_else(PoisonError::into_inner).ports.contains_key(&port)
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

/// Whether nobody listens on this port, at any address of either kind.
fn is_free(port: u16) -> bool {
    let four = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    if !says_free(&four) {
        return false;
    }
    drop(four);
    says_free(&TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)))
}

/// An error that concerns this process or this machine says nothing about the port: with no descriptor left, every port would look
/// taken.
fn says_free(bound: &io::Result<TcpListener>) -> bool {
    let Err(error) = bound else { return true };
    let errno = error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw);
    let beside = [Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS, Errno::ENOMEM];
    let no_such_kind = [Errno::EAFNOSUPPORT, Errno::EADDRNOTAVAIL];
    beside.contains(&errno) || no_such_kind.contains(&errno)
}

#[cfg(test)]
mod tests {
    use super::{NoRoom, Resources, says_free};
    use crate::isolation::SLOTS;
    use nix::errno::Errno;

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

    #[test]
    fn a_stranger_on_one_kind_of_address_is_enough() {
        for address in ["127.0.0.1:0", "[::1]:0", "[::]:0"] {
            let stranger = std::net::TcpListener::bind(address).unwrap();
            let port = stranger.local_addr().unwrap().port();
            let all = Resources::new(100, port..=port);
            assert_eq!(all.take("a", 1, &[8080]), Err(NoRoom::Ports), "{address}");
            drop(stranger);
            assert_eq!(all.take("a", 1, &[8080]), Ok(vec![(8080, port)]), "{address}");
        }
    }

    #[test]
    fn only_errors_about_the_port_pass_it_over() {
        let failed = |errno: Errno| Err(std::io::Error::from_raw_os_error(errno as i32));
        assert!(says_free(&failed(Errno::EMFILE)) && says_free(&failed(Errno::ENOBUFS)));
        assert!(!says_free(&failed(Errno::EADDRINUSE)) && !says_free(&failed(Errno::EACCES)));
    }

    #[test]
    fn what_could_ever_fit_is_known_beforehand() {
        let all = Resources::new(1000, 27_000..=27_009);
        assert_eq!(all.most(1001, 0), (0, NoRoom::Memory));
        assert_eq!(all.most(100, 1), (10, NoRoom::Memory));
        assert_eq!(all.most(100, 4), (2, NoRoom::Ports));
        assert_eq!(all.most(1, 0), (62, NoRoom::Memory));
        assert_eq!(Resources::new(u64::MAX, 1..=9).most(1, 0), (u32::from(SLOTS), NoRoom::Containers));
    }

    #[test]
    fn places_are_counted_too() {
        let all = Resources::new(u64::MAX, 1..=9);
        for number in 0..SLOTS {
            all.restore(&number.to_string(), 1, &[]);
        }
        assert_eq!(all.take("more", 1, &[]), Err(NoRoom::Containers));
        all.free("7");
        assert_eq!(all.take("more", 1, &[]), Ok(vec![]));
    }
}

//! Who listens on TCP ports of this machine: asked of the kernel by NETLINK_SOCK_DIAG, read from `/proc/net` where that is not to be had.

mod diag;
mod holder;
mod table;

pub(crate) use holder::{Hold, Holder, sockets_of};

use std::io;
use std::net::IpAddr;

/// A socket that holds a TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listener {
    pub port: u16,
    pub address: IpAddr,
    /// Takes connections to addresses of IPv6 only.
    pub only_v6: bool,
    /// False: bound, and may listen at any time. Told by kernels from 6.8 only.
    pub is_listening: bool,
    /// Number by which descriptors of processes name it.
    pub inode: u64,
}

impl Listener {
    /// Whether connections to `host` may come to it.
    pub fn takes(&self, host: IpAddr) -> bool {
        match (self.address.to_canonical(), host) {
            (IpAddr::V6(own), IpAddr::V4(_)) => own.is_unspecified() && !self.only_v6,
            (own, host) => own.is_unspecified() || own == host,
        }
    }
}

/// All sockets that hold this port, or any. Blocking: below a millisecond.
pub(crate) fn find(port: Option<u16>) -> io::Result<Vec<Listener>> {
    diag::find(port).or_else(|_| table::find(port))
}

#[cfg(test)]
mod tests {
    use super::{Listener, diag, table};
    use std::net::{IpAddr, TcpListener};

    fn listener(address: &str, only_v6: bool) -> Listener {
        let address = address.parse().unwrap();
        Listener { port: 1, address, only_v6, is_listening: true, inode: 1 }
    }

    #[test]
    fn a_listener_takes_what_comes_to_its_address() {
        let host: IpAddr = "127.0.0.1".parse().unwrap();
        let all = [
            ("127.0.0.1", false, true),
            ("0.0.0.0", false, true),
            ("::", false, true),
            ("::ffff:127.0.0.1", false, true),
            ("::ffff:0.0.0.0", false, true),
            ("::", true, false),
            ("127.0.0.2", false, false),
            ("::1", false, false),
        ];
        for (address, only_v6, expected) in all {
            assert_eq!(listener(address, only_v6).takes(host), expected, "{address} {only_v6}");
        }
    }

    #[test]
    fn both_sources_find_the_same_listeners() {
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
            let own = TcpListener::bind(address).unwrap();
            let at = own.local_addr().unwrap();
            let asked = diag::find(Some(at.port())).unwrap();
            let read = table::find(Some(at.port())).unwrap();
            let [found] = asked.as_slice() else { panic!("{address}: {asked:?}") };
            assert_eq!((found.port, found.address), (at.port(), at.ip()));
            // The table does not say what else a socket of IPv6 takes.
            assert_eq!(read, [Listener { only_v6: false, ..*found }]);
            assert!(diag::find(None).unwrap().contains(found));
        }
    }
}

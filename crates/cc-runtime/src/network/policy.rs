//! Where an app may connect to: a pure function of the destination, the rules and this host's own addresses.
//!
//! The rules are those of the platform's default security groups, `public_networks` and `dns`, and what the operator opens. Nobody hands
//! the engine security groups yet: the rules of a specification are always empty. [`Policy::open`] is where they would come in.

use cc_domain::runtime::{EgressRule, Ports};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Transport {
    Tcp,
    Udp,
}

/// What is allowed. Everything else is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Where this host itself answers the public over TCP: the platform's own router.
    pub doors: Vec<SocketAddr>,
    pub rules: Vec<Rule>,
}

/// Destinations from `first` to `last` on ports from `from` to `to`, all included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// None: both.
    pub transport: Option<Transport>,
    pub first: Ipv4Addr,
    pub last: Ipv4Addr,
    pub from: u16,
    pub to: u16,
}

/// Networks that no rule opens, by their first address and the length of the prefix.
const NEVER: &[([u8; 4], u32)] = &[
    // "This" network, and loopback.
    ([0, 0, 0, 0], 8),
    ([127, 0, 0, 0], 8),
    // Shared address space: providers' own networks, and metadata at 100.100.100.200.
    ([100, 64, 0, 0], 10),
    // Link-local, and metadata at 169.254.169.254.
    ([169, 254, 0, 0], 16),
    // Protocol assignments, and metadata at 192.0.0.192.
    ([192, 0, 0, 0], 24),
    // Metadata under a public address.
    ([168, 63, 129, 16], 32),
    // Multicast, reserved, broadcast.
    ([224, 0, 0, 0], 3),
];

impl Policy {
    /// The platform's default groups.
    pub fn of_default_groups(doors: Vec<SocketAddr>) -> Self {
        let public = |first, last| Rule {
            transport: None,
            first: Ipv4Addr::from(first),
            last: Ipv4Addr::from(last),
            from: 1,
            to: u16::MAX,
        };
        Self {
            doors,
            rules: vec![
                public([0, 0, 0, 0], [9, 255, 255, 255]),
                public([11, 0, 0, 0], [169, 253, 255, 255]),
                public([169, 255, 0, 0], [172, 15, 255, 255]),
                public([172, 32, 0, 0], [192, 167, 255, 255]),
                public([192, 169, 0, 0], [255, 255, 255, 255]),
                Rule { from: 53, to: 53, ..public([0, 0, 0, 0], [255, 255, 255, 255]) },
            ],
        }
    }

    /// Opens what these rules name. What is no range of IPv4 addresses, or is about ICMP, opens nothing.
    pub fn open(mut self, rules: &[EgressRule]) -> Self {
        self.rules.extend(rules.iter().flat_map(Rule::all_of));
        self
    }

    /// Whether an app may send to `to`; `own` are this host's addresses.
    pub fn allows(&self, transport: Transport, to: SocketAddrV4, own: &[IpAddr]) -> bool {
        if is_never(*to.ip()) || super::Subnet::contains(*to.ip()) {
            return false;
        }
        if own.contains(&IpAddr::V4(*to.ip())) {
            return transport == Transport::Tcp && self.doors.iter().any(|door| leads_to(door, to));
        }
        self.rules.iter().any(|rule| rule.covers(transport, to))
    }
}

impl Rule {
    fn all_of(from: &EgressRule) -> Vec<Self> {
        let transport = match from.protocol.as_str() {
            "tcp" => Some(Transport::Tcp),
            "udp" => Some(Transport::Udp),
            "all" => None,
            _ => return Vec::new(),
        };
        let ports = match &from.ports {
            Ports::None => vec![(1, u16::MAX)],
            Ports::List(all) => all.iter().map(|port| (*port, *port)).collect(),
            Ports::Range(first, last) => vec![(*first, *last)],
        };
        let ranges = from.destinations.iter().filter_map(|text| range(text));
        let rule = |(first, last)| {
            ports.iter().map(move |(from, to)| Self { transport, first, last, from: *from, to: *to })
        };
        ranges.flat_map(rule).collect()
    }

    fn covers(&self, transport: Transport, to: SocketAddrV4) -> bool {
        self.transport.is_none_or(|own| own == transport)
            && (self.first..=self.last).contains(to.ip())
            && (self.from..=self.to).contains(&to.port())
    }
}

/// First and last address of `10.0.0.0/8`, `10.0.0.1-10.0.0.9` or `10.0.0.1`; None: it is none of them.
pub(crate) fn range(text: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        return (first <= last).then_some((first, last));
    }
    let (network, length) = text.split_once('/').unwrap_or((text, "32"));
    let (network, length): (Ipv4Addr, u32) = (network.parse().ok()?, length.parse().ok()?);
    let rest = u32::MAX.checked_shr(length).filter(|_| length < 32).unwrap_or(0);
    let first = network.to_bits() & !rest;
    (length <= 32).then(|| (Ipv4Addr::from_bits(first), Ipv4Addr::from_bits(first | rest)))
}

fn leads_to(door: &SocketAddr, to: SocketAddrV4) -> bool {
    let takes = door.ip().is_unspecified() || door.ip().to_canonical() == IpAddr::V4(*to.ip());
    takes && door.port() == to.port()
}

fn is_never(ip: Ipv4Addr) -> bool {
    NEVER.iter().any(|(network, length)| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        ip.to_bits() & mask == u32::from_be_bytes(*network) & mask
    })
}

#[cfg(test)]
mod tests {
    use super::{Policy, Transport, is_never, range};
    use crate::network::Subnet;
    use cc_domain::runtime::{EgressRule, Ports};
    use proptest::prelude::*;
    use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

    fn judged(transport: Transport, to: &str, doors: &[&str]) -> bool {
        let doors = doors.iter().map(|door| door.parse().unwrap()).collect();
        let own = ["127.0.0.1", "203.0.113.7", "::1"].map(|ip| ip.parse().unwrap());
        Policy::of_default_groups(doors).allows(transport, to.parse().unwrap(), &own)
    }

    #[test]
    fn the_public_internet_and_name_servers_are_open() {
        for to in [
            "1.1.1.1:443",
            "9.255.255.255:1",
            "11.0.0.0:25",
            "172.15.0.1:80",
            "172.32.0.1:80",
            "223.0.0.1:65535",
        ] {
            assert!(judged(Transport::Tcp, to, &[]) && judged(Transport::Udp, to, &[]), "{to}");
        }
        for to in ["10.0.0.2:53", "192.168.1.1:53", "172.16.0.1:53"] {
            assert!(judged(Transport::Udp, to, &[]) && judged(Transport::Tcp, to, &[]), "{to}");
        }
    }

    #[test]
    fn ranges_are_read_as_security_groups_write_them() {
        let all = [
            ("10.1.2.3/8", Some(("10.0.0.0", "10.255.255.255"))),
            ("0.0.0.0/0", Some(("0.0.0.0", "255.255.255.255"))),
            ("1.2.3.4", Some(("1.2.3.4", "1.2.3.4"))),
            ("1.2.3.4/32", Some(("1.2.3.4", "1.2.3.4"))),
            ("1.2.3.4-1.2.4.0", Some(("1.2.3.4", "1.2.4.0"))),
            ("1.2.4.0-1.2.3.4", None),
            ("1.2.3.4/33", None),
            ("fd00::/8", None),
            ("", None),
        ];
        for (text, expected) in all {
            let found = range(text).map(|(first, last)| (first.to_string(), last.to_string()));
            assert_eq!(found, expected.map(|(first, last)| (first.to_owned(), last.to_owned())), "{text}");
        }
    }

    #[test]
    fn rules_open_what_they_name_and_no_more() {
        let rule = |protocol: &str, destination: &str, ports| EgressRule {
            protocol: protocol.to_owned(),
            destinations: vec![destination.to_owned()],
            ports,
            icmp: None,
            log: false,
            groups: Vec::new(),
        };
        let policy = Policy::of_default_groups(Vec::new()).open(&[
            rule("tcp", "10.0.0.0/24", Ports::Range(5432, 5433)),
            rule("all", "192.168.1.5", Ports::None),
            rule("icmp", "172.16.0.0/12", Ports::None),
            rule("all", "127.0.0.0/8", Ports::None),
            rule("udp", "10.9.0.1-10.9.0.2", Ports::List(vec![514])),
        ]);
        let allows = |transport, to: &str| {
            policy.allows(transport, to.parse().unwrap(), &["192.168.1.6".parse().unwrap()])
        };
        assert!(allows(Transport::Tcp, "10.0.0.255:5433") && !allows(Transport::Udp, "10.0.0.255:5433"));
        assert!(!allows(Transport::Tcp, "10.0.0.255:5434") && !allows(Transport::Tcp, "10.0.1.0:5432"));
        assert!(allows(Transport::Tcp, "192.168.1.5:1") && allows(Transport::Udp, "192.168.1.5:65535"));
        assert!(allows(Transport::Udp, "10.9.0.2:514") && !allows(Transport::Udp, "10.9.0.3:514"));
        for to in ["172.16.0.1:80", "127.0.0.1:80", "192.168.1.6:80"] {
            assert!(!allows(Transport::Tcp, to), "{to}");
        }
    }

    #[test]
    fn private_networks_are_closed() {
        for to in
            ["10.0.0.2:80", "10.255.255.255:443", "172.16.0.1:80", "172.31.255.255:80", "192.168.0.1:80"]
        {
            assert!(!judged(Transport::Tcp, to, &[]), "{to}");
        }
    }

    #[test]
    fn some_places_are_closed_even_to_name_servers() {
        let all = [
            "127.0.0.1:53",
            "127.255.0.53:53",
            "0.0.0.0:53",
            "169.254.169.254:53",
            "169.254.169.254:80",
            "100.100.100.200:80",
            "192.0.0.192:80",
            "168.63.129.16:80",
            "224.0.0.1:53",
            "240.0.0.1:53",
            "255.255.255.255:53",
            "10.255.0.1:53",
            "10.255.63.254:80",
            "203.0.113.7:53",
            "203.0.113.7:22",
        ];
        for to in all {
            assert!(!judged(Transport::Tcp, to, &[]) && !judged(Transport::Udp, to, &[]), "{to}");
        }
    }

    #[test]
    fn of_this_host_only_the_public_door_is_open() {
        for door in ["0.0.0.0:8080", "[::]:8080", "203.0.113.7:8080"] {
            assert!(judged(Transport::Tcp, "203.0.113.7:8080", &[door]), "{door}");
            assert!(!judged(Transport::Udp, "203.0.113.7:8080", &[door]), "{door}");
            assert!(!judged(Transport::Tcp, "203.0.113.7:8081", &[door]), "{door}");
            assert!(!judged(Transport::Tcp, "127.0.0.1:8080", &[door]), "{door}");
        }
        assert!(!judged(Transport::Tcp, "203.0.113.7:8080", &["127.0.0.1:8080"]));
        assert!(
            !judged(Transport::Tcp, "10.0.0.9:8080", &["0.0.0.0:8080"]),
            "another host has no door of ours"
        );
    }

    proptest! {
        #[test]
        fn no_rule_and_no_door_opens_what_is_never_open(ip: u32, port: u16, door: u16) {
            let ip = Ipv4Addr::from_bits(ip);
            let to = SocketAddrV4::new(ip, port);
            let policy = Policy::of_default_groups(vec![(Ipv4Addr::UNSPECIFIED, door).into()]);
            let is_closed = is_never(ip) || Subnet::contains(ip);
            for transport in [Transport::Tcp, Transport::Udp] {
                let allowed = policy.allows(transport, to, &[]);
                prop_assert!(!(is_closed && allowed));
                prop_assert!(!(ip.is_private() && port != 53 && allowed));
                let as_own = policy.allows(transport, to, &[IpAddr::V4(ip)]);
                prop_assert_eq!(as_own, !is_closed && transport == Transport::Tcp && port == door);
            }
        }

        #[test]
        fn what_the_standard_library_knows_as_special_is_never_open(ip: u32, port: u16) {
            let ip = Ipv4Addr::from_bits(ip);
            let is_special = ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast();
            let policy = Policy::of_default_groups(Vec::new());
            prop_assert!(!(is_special && policy.allows(Transport::Tcp, SocketAddrV4::new(ip, port), &[])));
        }
    }
}

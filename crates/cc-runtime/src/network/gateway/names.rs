//! The host's name servers, and what a container's `resolv.conf` and `hosts` say.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(super) const PORT: u16 = 53;
const FILE: &str = "/etc/resolv.conf";

/// As the host's programs ask them, in that order.
pub(super) fn servers() -> Vec<SocketAddr> {
    let mut found = parse(&fs::read_to_string(FILE).unwrap_or_default());
    if found.is_empty() {
        found.push(Ipv4Addr::LOCALHOST.into());
    }
    found.into_iter().map(|ip| SocketAddr::new(ip, PORT)).collect()
}

fn parse(text: &str) -> Vec<IpAddr> {
    let server = |line: &str| {
        let (word, rest) = line.trim().split_once(char::is_whitespace)?;
        (word == "nameserver").then(|| rest.trim().parse().ok())?
    };
    text.lines().filter_map(server).collect()
}

/// The host's, but that the gateway is the only name server.
pub(crate) fn resolv_conf(gateway: Ipv4Addr) -> String {
    rewritten(&fs::read_to_string(FILE).unwrap_or_default(), gateway)
}

fn rewritten(host: &str, gateway: Ipv4Addr) -> String {
    let is_kept = |line: &&str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        ["search", "domain", "options"].contains(&word)
    };
    let own = format!("nameserver {gateway}");
    let lines: Vec<&str> = std::iter::once(own.as_str()).chain(host.lines().filter(is_kept)).collect();
    lines.join("\n") + "\n"
}

/// The host's, but for those of its own loopback, which the container has too and means another by.
pub(crate) fn hosts(container: Ipv4Addr) -> String {
    known(&fs::read_to_string("/etc/hosts").unwrap_or_default(), container)
}

fn known(host: &str, container: Ipv4Addr) -> String {
    let is_elsewhere = |line: &&str| {
        let address = line.split_whitespace().next().and_then(|word| word.parse::<IpAddr>().ok());
        address.is_some_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
    };
    let own = format!("127.0.0.1 localhost\n::1 localhost\n{container} app");
    let lines: Vec<&str> = std::iter::once(own.as_str()).chain(host.lines().filter(is_elsewhere)).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{known, parse, rewritten};

    const TEXT: &str = "# a\nsearch a.test b.test\nnameserver 127.0.0.53\n nameserver\tfd00::1 \nnameserver x\noptions ndots:2\n";

    #[test]
    fn the_hosts_servers_are_found() {
        assert_eq!(
            parse(TEXT),
            ["127.0.0.53".parse::<std::net::IpAddr>().unwrap(), "fd00::1".parse().unwrap()]
        );
    }

    #[test]
    fn names_of_the_hosts_loopback_are_the_containers_own() {
        let host = "127.0.0.1 localhost\n127.0.1.1 host.test host\n# 10.0.0.4 no\n10.0.0.5 db.test\n::1 ip6-localhost\nx y\n";
        let expected = "127.0.0.1 localhost\n::1 localhost\n10.255.0.2 app\n10.0.0.5 db.test\n";
        assert_eq!(known(host, [10, 255, 0, 2].into()), expected);
    }

    #[test]
    fn a_container_asks_its_gateway_only() {
        let expected = "nameserver 10.255.0.1\nsearch a.test b.test\noptions ndots:2\n";
        assert_eq!(rewritten(TEXT, [10, 255, 0, 1].into()), expected);
    }
}

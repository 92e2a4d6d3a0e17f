//! Where a login comes from.

use axum::extract::ConnectInfo;
use http::Extensions;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The peer's address, put into the request's extensions by whoever accepts connections or trusts a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The text under which failed logins are counted. All of an IPv6 /64 counts as one: who has one address has them all.
pub(super) fn text(extensions: &Extensions) -> String {
    let given = extensions.get::<ClientAddress>().map(|address| address.0);
    let peer = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    match given.or_else(peer).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).to_string(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ip: &str) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ClientAddress(ip.parse().expect("an address")));
        text(&extensions)
    }

    #[test]
    fn neighbours_in_an_ipv6_network_count_as_one_and_ipv4_addresses_do_not() {
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }

    #[test]
    fn without_an_address_all_count_together() {
        assert_eq!(text(&Extensions::new()), "unknown");
    }
}

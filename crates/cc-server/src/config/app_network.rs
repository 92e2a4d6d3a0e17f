//! Settings of the network of apps.

use super::Config;
use cc_domain::runtime::{EgressRule, Ports};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

/// Below them a port is for services of the machine.
const LEAST_PORT: u16 = 1024;

/// Two ports with a hyphen between them, both included; what is wrong with it otherwise.
pub(super) fn parse_ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let parsed = text.split_once('-').and_then(|(first, last)| {
        let (first, last) = (first.trim().parse::<u16>().ok()?, last.trim().parse::<u16>().ok()?);
        (LEAST_PORT <= first && first <= last).then_some(first..=last)
    });
    parsed.ok_or_else(|| {
        format!("'{text}' are no ports for apps; give the first and the last of them, as in 20000-27999, none below {LEAST_PORT}")
    })
}

/// Networks with commas between them, each perhaps with a port or two with a hyphen between them. What is wrong is added to `wrong`.
pub(super) fn parse_egress(list: &str, wrong: &mut Vec<String>) -> Vec<EgressRule> {
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let rule = |entry: &str| {
        let rule = parse_opening(entry);
        if rule.is_none() {
            wrong.push(format!(
                "'{entry}' is no network for app_egress; give one of IPv4 with or without ports, as in 10.0.0.0/8 or 10.1.2.3:5432 or \
                 10.1.0.0/16:8000-8999"
            ));
        }
        rule
    };
    entries.filter_map(rule).collect()
}

fn parse_opening(entry: &str) -> Option<EgressRule> {
    let (network, ports) = match entry.split_once(':') {
        Some((network, ports)) => (network, Some(ports)),
        None => (entry, None),
    };
    let (address, length) = network.split_once('/').unwrap_or((network, "32"));
    let is_network =
        address.parse::<Ipv4Addr>().is_ok() && length.parse::<u8>().is_ok_and(|length| length <= 32);
    let ports = match ports.map(|ports| ports.split_once('-').unwrap_or((ports, ports))) {
        None => Ports::None,
        Some((first, last)) => {
            let (first, last) = (first.parse::<u16>().ok()?, last.parse::<u16>().ok()?);
            (first <= last).then_some(Ports::Range(first, last))?
        }
    };
    is_network.then(|| EgressRule {
        protocol: "all".to_owned(),
        destinations: vec![network.to_owned()],
        ports,
        icmp: None,
        log: false,
        groups: Vec::new(),
    })
}

impl Config {
    /// Where this machine itself answers the public over TCP, as far as the settings say: where it listens for others than itself, and
    /// the port of the external URL, at which a proxy stands.
    pub fn doors(&self) -> Vec<SocketAddr> {
        let own = Some(self.listen).filter(|listen| !listen.ip().is_loopback());
        let uri = self.external_url.parse::<http::Uri>().unwrap_or_default();
        let host = uri.host().unwrap_or("localhost").trim_start_matches('[').trim_end_matches(']');
        let is_here_only =
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let proxy = (!is_here_only).then(|| ([0, 0, 0, 0], uri.port_u16().unwrap_or(default)).into());
        own.into_iter().chain(proxy).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_egress, parse_ports};
    use crate::config::Options;
    use cc_domain::runtime::Ports;

    #[test]
    fn ports_are_a_first_and_a_last_one() {
        assert_eq!(parse_ports("20000-27999"), Ok(20_000..=27_999));
        assert_eq!(parse_ports(" 1024 - 1024 "), Ok(1024..=1024));
        for text in ["", "-", "20000", "2-1", "80-90", "30000-20000", "20000-70000", "a-b"] {
            assert!(parse_ports(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_are_opened_one_by_one_and_what_is_none_is_named() {
        let mut wrong = Vec::new();
        let all = parse_egress(" 10.0.0.0/8, 10.1.2.3:5432 ,192.168.0.0/16:8000-8999,", &mut wrong);
        let shown: Vec<_> =
            all.iter().map(|rule| (rule.destinations.join(" "), rule.ports.clone())).collect();
        let expected = [
            ("10.0.0.0/8", Ports::None),
            ("10.1.2.3", Ports::Range(5432, 5432)),
            ("192.168.0.0/16", Ports::Range(8000, 8999)),
        ];
        assert_eq!(shown, expected.map(|(network, ports)| (network.to_owned(), ports)));
        assert_eq!(wrong, Vec::<String>::new());
        for entry in ["10.0.0.0/33", "example.org", "10.0.0.1:", "10.0.0.1:9-8", "10.0.0.1:70000", "fd00::1"]
        {
            let mut wrong = Vec::new();
            assert_eq!(parse_egress(entry, &mut wrong), []);
            assert_eq!(wrong.len(), 1, "{entry}");
        }
    }

    fn doors(listen: &str, url: &str) -> Vec<String> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let options = Options {
            listen: given(listen),
            external_url: given(url),
            data_dir: Some("/nonexistent".into()),
            ..Options::default()
        };
        options.resolve().unwrap().doors().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_public_is_answered_where_we_or_a_proxy_listen_for_it() {
        assert_eq!(doors("", ""), Vec::<String>::new());
        assert_eq!(doors("0.0.0.0:8080", ""), ["0.0.0.0:8080"]);
        assert_eq!(doors("", "https://cf.example.org"), ["0.0.0.0:443"]);
        assert_eq!(doors("", "http://cf.example.org:81"), ["0.0.0.0:81"]);
        assert_eq!(doors("10.1.2.3:80", "http://cf.example.org"), ["10.1.2.3:80", "0.0.0.0:80"]);
        assert_eq!(doors("", "http://127.0.0.1:8080"), Vec::<String>::new());
    }
}

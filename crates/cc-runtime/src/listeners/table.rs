//! Listening sockets as `/proc/net` shows them. It does not say which of those of IPv6 take connections of IPv4 too.

use super::Listener;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const LISTEN: &str = "0A";

pub(super) fn find(port: Option<u16>) -> io::Result<Vec<Listener>> {
    let mut all = parse(&fs::read_to_string("/proc/net/tcp")?);
    // Not there without IPv6.
    all.extend(parse(&fs::read_to_string("/proc/net/tcp6").unwrap_or_default()));
    all.retain(|listener| port.is_none_or(|port| port == listener.port));
    Ok(all)
}

fn parse(text: &str) -> Vec<Listener> {
    text.lines().skip(1).filter_map(line).collect()
}

fn line(text: &str) -> Option<Listener> {
    let mut fields = text.split_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?.parse().ok()?;
    let listener = Listener {
        port: u16::from_str_radix(port, 16).ok()?,
        address: parse_address(address)?,
        only_v6: false,
        is_listening: true,
        inode,
    };
    (state == LISTEN).then_some(listener)
}

/// Words of 32 bits in the machine's order, in hexadecimal.
fn parse_address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = hex.get(8 * at..8 * (at + 1))?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            Some(IpAddr::V6(Ipv6Addr::from(*words.first_chunk::<16>()?)))
        }
        _ => None,
    }
}

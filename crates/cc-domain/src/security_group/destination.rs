//! Where a rule lets traffic go: an address, a network, a range of addresses, or a list of these where the operator allows lists.

use super::rule::{Protocol, RuleProblem, RuleSettings};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const MAX_ITEMS: usize = 6_000;

/// What is wrong with the text. That it is empty is not said here.
pub fn complaints(text: &str, protocol: Option<Protocol>, settings: RuleSettings) -> Vec<RuleProblem> {
    if text.contains([' ', '\t', '\r', '\n', '\u{b}', '\u{c}']) {
        return vec![RuleProblem::DestinationWhitespace];
    }
    if text.contains(',') && !settings.lists {
        return vec![RuleProblem::Destination];
    }
    if text.is_empty() {
        return Vec::new();
    }
    let items: Vec<_> = text.split(',').collect();
    let mut found = Vec::new();
    if items.len() > MAX_ITEMS {
        found.push(RuleProblem::TooManyDestinations);
    }
    for item in items {
        of_item(item, protocol, settings, &mut found);
    }
    found
}

fn of_item(item: &str, protocol: Option<Protocol>, settings: RuleSettings, found: &mut Vec<RuleProblem>) {
    if item.is_empty() {
        found.push(RuleProblem::EmptyDestination);
    }
    let mut ends: Vec<_> = item.split('-').collect();
    // Nothing behind the last dash is as good as no dash.
    while ends.last().is_some_and(|end| end.is_empty()) {
        ends.pop();
    }
    let has_leading_zeros = ends.iter().any(|end| has_leading_zeros(end));
    if has_leading_zeros {
        found.push(RuleProblem::LeadingZeros);
    }
    let invalid = if settings.lists { RuleProblem::ListedDestination } else { RuleProblem::Destination };
    match *ends.as_slice() {
        [one] => match network(one, settings) {
            Some(address) => of_family(address, protocol, found),
            None if has_leading_zeros => {}
            None => found.push(invalid),
        },
        [low, high] => match (address(low, settings), address(high, settings)) {
            (Some(low), Some(high)) if low.is_ipv4() == high.is_ipv4() => {
                if low > high {
                    found.push(RuleProblem::InvertedRange);
                }
                of_family(low, protocol, found);
            }
            _ => found.push(RuleProblem::Range),
        },
        _ => found.push(invalid),
    }
}

fn of_family(address: IpAddr, protocol: Option<Protocol>, found: &mut Vec<RuleProblem>) {
    let Some(protocol @ (Protocol::Icmp | Protocol::Icmpv6)) = protocol else { return };
    let version = if address.is_ipv4() { 4 } else { 6 };
    if version != if protocol == Protocol::Icmp { 4 } else { 6 } {
        found.push(RuleProblem::Family { protocol, version });
    }
}

/// Of octets with dots between them; the first part of one with a prefix length behind it.
fn has_leading_zeros(address: &str) -> bool {
    let is_padded = |text: &str| text.len() > 1 && text.starts_with('0');
    address.contains('.')
        && address.split('.').filter(|octet| is_padded(octet)).any(|octet| match octet.split_once('/') {
            Some((number, length)) => length.trim_matches('/').is_empty() || is_padded(number),
            None => true,
        })
}

/// An address with or without a prefix length or a mask behind it.
fn network(text: &str, settings: RuleSettings) -> Option<IpAddr> {
    let Some((prefix, mask)) = text.split_once('/') else { return address(text, settings) };
    let address = address(prefix, settings)?;
    let is_number = mask == "0" || (!mask.starts_with('0') && mask.bytes().all(|b| b.is_ascii_digit()));
    let is_fine = if is_number && !mask.is_empty() {
        let most = if address.is_ipv4() { 32 } else { 128 };
        mask.parse::<u32>().is_ok_and(|length| length <= most)
    } else {
        is_mask(mask, address.is_ipv4())
    };
    is_fine.then_some(address)
}

fn is_mask(text: &str, is_v4: bool) -> bool {
    if is_v4 {
        text.parse::<Ipv4Addr>()
            .is_ok_and(|mask| mask.to_bits().count_zeros() == mask.to_bits().trailing_zeros())
    } else {
        text.parse::<Ipv6Addr>()
            .is_ok_and(|mask| mask.to_bits().count_zeros() == mask.to_bits().trailing_zeros())
    }
}

fn address(text: &str, settings: RuleSettings) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    if !settings.ipv6 {
        return None;
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().map(IpAddr::V6)
}

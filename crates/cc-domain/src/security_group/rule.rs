//! The grammar of rules. What is wrong is said in two steps, as the reference does: first all that a request shows, then, if that was
//! nothing, what does not fit together.

use super::destination;
use crate::ruby::inspected;
use serde_json::{Map, Value};

text_enum! {
    pub enum Protocol {
        Tcp = "tcp",
        Udp = "udp",
        Icmp = "icmp",
        Icmpv6 = "icmpv6",
        All = "all",
    }
}

/// What containers may send, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub protocol: Protocol,
    /// As it was given: an address, a network, a range `a-b`, or several of them with commas between.
    pub destination: String,
    /// Of TCP and UDP alone, as they were given: a port, several with commas between, or a range `low-high`.
    pub ports: Option<String>,
    /// Of ICMP alone.
    pub icmp: Option<Icmp>,
    pub description: Option<String>,
    /// Whether what passes is to be written down.
    pub log: Option<bool>,
}

/// A message of ICMP; -1 is any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    pub kind: i16,
    pub code: i16,
}

/// What the operator takes in rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Addresses of IPv6, and with them `icmpv6`.
    pub ipv6: bool,
    /// Several destinations in one rule, with commas between.
    pub lists: bool,
}

/// Rules in which nothing was found wrong at once.
#[derive(Clone, Debug, Default)]
pub struct RuleDrafts(Vec<Map<String, Value>>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    #[error("must be an object")]
    NoObject,
    #[error("unknown field(s): {0}")]
    UnknownFields(String),
    #[error("protocol must be 'tcp', 'udp', 'icmp', 'icmpv6' or 'all'")]
    Protocol,
    #[error("destination must be a valid CIDR, IP address, or IP address range")]
    Destination,
    /// The same where lists are taken.
    #[error("destination must contain valid CIDR(s), IP address(es), or IP address range(s)")]
    ListedDestination,
    #[error(
        "nil destination; destination must be a comma-delimited list of valid CIDRs, IP addresses, or IP address ranges"
    )]
    NoListedDestination,
    #[error("destination must be a string")]
    DestinationType,
    #[error("destination must not contain whitespace")]
    DestinationWhitespace,
    #[error("maximum destinations per rule exceeded - must be under 6000")]
    TooManyDestinations,
    #[error("empty destination specified in comma-delimited list")]
    EmptyDestination,
    #[error("destination octets cannot contain leading zeros")]
    LeadingZeros,
    #[error("destination IP address range is invalid")]
    Range,
    #[error(
        "beginning of IP address range is numerically greater than the end of its range (range endpoints are inverted)"
    )]
    InvertedRange,
    #[error("for protocol \"{protocol}\" you cannot use IPv{version} addresses")]
    Family { protocol: Protocol, version: u8 },
    #[error("description must be a string")]
    Description,
    #[error("log must be a boolean")]
    Log,
    #[error("ports are required for protocols of type TCP and UDP")]
    NoPorts,
    #[error(
        "ports must be a valid single port, comma separated list of ports, or range or ports, formatted as a string"
    )]
    Ports,
    #[error("ports are not allowed for protocols of type all")]
    PortsOfAll,
    #[error("icmpv6 cannot be used if enable_ipv6 is false")]
    NoIpv6,
    #[error("{0} is required for protocols of type ICMP")]
    NoIcmp(&'static str),
    #[error("{0} must be an integer between -1 and 255 (inclusive)")]
    Icmp(&'static str),
    #[error("contains the invalid field '{0}'")]
    InvalidField(String),
    #[error("contains invalid destination")]
    InvalidDestination,
    #[error("contains invalid log value")]
    InvalidLog,
    #[error("contains invalid description")]
    InvalidDescription,
}

const KNOWN: [&str; 7] = ["code", "description", "destination", "log", "ports", "protocol", "type"];

impl RuleDrafts {
    /// Takes rules that nothing is wrong with at once; otherwise what is, each with the place of its rule, from 0.
    pub fn read(rules: Vec<Value>, settings: RuleSettings) -> Result<Self, Vec<(usize, RuleProblem)>> {
        let (mut drafts, mut problems) = (Vec::new(), Vec::new());
        for (at, rule) in rules.into_iter().enumerate() {
            match rule {
                Value::Object(rule) => {
                    problems.extend(shown_by(&rule, settings).into_iter().map(|problem| (at, problem)));
                    drafts.push(rule);
                }
                _ => problems.push((at, RuleProblem::NoObject)),
            }
        }
        if problems.is_empty() { Ok(Self(drafts)) } else { Err(problems) }
    }

    /// The rules, or what is still wrong with them, each with the place of its rule, from 0.
    pub(super) fn finish(self) -> Result<Vec<Rule>, Vec<(usize, RuleProblem)>> {
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        for (at, draft) in self.0.iter().enumerate() {
            match finished(draft) {
                Ok(rule) => rules.push(rule),
                Err(found) => problems.extend(found.into_iter().map(|problem| (at, problem))),
            }
        }
        if problems.is_empty() { Ok(rules) } else { Err(problems) }
    }
}

fn member<'a>(rule: &'a Map<String, Value>, name: &str) -> &'a Value {
    rule.get(name).unwrap_or(&Value::Null)
}

/// Whether the reference takes a member for one that is there.
fn is_given(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn protocol(rule: &Map<String, Value>) -> Option<Protocol> {
    member(rule, "protocol").as_str()?.parse().ok()
}

/// The first step: everything that is wrong with the members, each by itself.
fn shown_by(rule: &Map<String, Value>, settings: RuleSettings) -> Vec<RuleProblem> {
    let mut found = Vec::new();
    let unknown: Vec<_> = rule.keys().filter(|name| !KNOWN.contains(&name.as_str())).cloned().collect();
    if !unknown.is_empty() {
        found.push(RuleProblem::UnknownFields(inspected(&unknown.into())));
    }
    let protocol = protocol(rule);
    if protocol.is_none() {
        found.push(RuleProblem::Protocol);
    }
    match member(rule, "destination") {
        Value::Null if settings.lists => found.push(RuleProblem::NoListedDestination),
        Value::Null => found.push(RuleProblem::Destination),
        Value::String(text) => found.extend(destination::complaints(text, protocol, settings)),
        _ => found.push(RuleProblem::DestinationType),
    }
    let (description, log) = (member(rule, "description"), member(rule, "log"));
    if is_given(description) && !description.is_string() {
        found.push(RuleProblem::Description);
    }
    if is_given(log) && !log.is_boolean() {
        found.push(RuleProblem::Log);
    }
    of_protocol(rule, protocol, settings, &mut found);
    found
}

fn of_protocol(
    rule: &Map<String, Value>,
    protocol: Option<Protocol>,
    settings: RuleSettings,
    found: &mut Vec<RuleProblem>,
) {
    let ports = member(rule, "ports");
    match protocol {
        Some(Protocol::Tcp | Protocol::Udp) => {
            if !is_given(ports) {
                found.push(RuleProblem::NoPorts);
            }
            if !ports.as_str().is_some_and(are_ports) {
                found.push(RuleProblem::Ports);
            }
        }
        Some(protocol @ (Protocol::Icmp | Protocol::Icmpv6)) => {
            if protocol == Protocol::Icmpv6 && !settings.ipv6 {
                found.push(RuleProblem::NoIpv6);
            }
            for name in ["code", "type"] {
                let value = member(rule, name);
                if !is_given(value) {
                    found.push(RuleProblem::NoIcmp(name));
                }
                if icmp_number(value).is_none() {
                    found.push(RuleProblem::Icmp(name));
                }
            }
        }
        Some(Protocol::All) if is_given(ports) => found.push(RuleProblem::PortsOfAll),
        Some(Protocol::All) | None => {}
    }
}

/// The second step: members that do not belong to the protocol; then, what is left of the others.
fn finished(draft: &Map<String, Value>) -> Result<Rule, Vec<RuleProblem>> {
    let Some(protocol) = protocol(draft) else { return Err(vec![RuleProblem::Protocol]) };
    let own: &[&str] = match protocol {
        Protocol::Tcp | Protocol::Udp => &["ports"],
        Protocol::Icmp | Protocol::Icmpv6 => &["code", "type"],
        Protocol::All => &[],
    };
    let belongs =
        |name: &str| own.contains(&name) || ["protocol", "destination", "log", "description"].contains(&name);
    let strange = draft.keys().filter(|name| !belongs(name));
    let mut found: Vec<_> = strange.map(|name| RuleProblem::InvalidField(name.clone())).collect();
    if !found.is_empty() {
        return Err(found);
    }
    let text = |name: &str| member(draft, name).as_str().map(str::to_owned);
    let destination = text("destination").filter(|text| !text.is_empty());
    if destination.is_none() {
        found.push(RuleProblem::InvalidDestination);
    }
    let log = member(draft, "log").as_bool();
    if draft.contains_key("log") && log.is_none() {
        found.push(RuleProblem::InvalidLog);
    }
    let description = text("description");
    if draft.contains_key("description") && description.is_none() {
        found.push(RuleProblem::InvalidDescription);
    }
    let numbers = (icmp_number(member(draft, "type")), icmp_number(member(draft, "code")));
    let icmp = if let (Some(kind), Some(code)) = numbers { Some(Icmp { kind, code }) } else { None };
    match destination {
        Some(destination) if found.is_empty() => {
            Ok(Rule { protocol, destination, ports: text("ports"), icmp, description, log })
        }
        _ => Err(found),
    }
}

fn icmp_number(value: &Value) -> Option<i16> {
    value.as_i64().and_then(|number| i16::try_from(number).ok()).filter(|number| (-1..=255).contains(number))
}

/// A range, or one or several ports with commas between; spaces around each do not count, nor do commas behind the last.
fn are_ports(text: &str) -> bool {
    let port = |text: &str| {
        let digits = text.trim_matches(is_space);
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.trim_start_matches('0').parse::<u16>().ok()).flatten()
    };
    if let Some((low, high)) = text.split_once('-') {
        return matches!((port(low), port(high)), (Some(low), Some(high)) if low < high);
    }
    let listed = text.trim_end_matches(',');
    !listed.is_empty() && listed.split(',').all(|item| port(item).is_some())
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}')
}

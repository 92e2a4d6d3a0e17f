//! The grammar of rules, and groups as a whole.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::net::Ipv4Addr;

const PLAIN: RuleSettings = RuleSettings { ipv6: false, lists: false };
const ALL: RuleSettings = RuleSettings { ipv6: true, lists: true };

/// What is said of one rule in the first step.
fn said(rule: Value, settings: RuleSettings) -> Vec<String> {
    match RuleDrafts::read(vec![rule], settings) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|(_, problem)| problem.to_string()).collect(),
    }
}

fn of_ports(ports: &str) -> bool {
    said(json!({ "protocol": "tcp", "destination": "10.0.0.1", "ports": ports }), PLAIN).is_empty()
}

fn to(destination: &str, settings: RuleSettings) -> Vec<String> {
    said(json!({ "protocol": "all", "destination": destination }), settings)
}

fn group(rules: Value) -> Result<SecurityGroup, String> {
    let Value::Array(rules) = rules else { panic!("rules are a list") };
    let drafts = RuleDrafts::read(rules, PLAIN).map_err(|problems| format!("{problems:?}"))?;
    SecurityGroup::new(Guid::new("g"), "name", drafts, ByPhase::default(), Timestamp::from_seconds(1))
        .map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn ports_are_lists_or_rising_ranges(list in proptest::collection::vec(0_u32..70_000, 1..6), pad in " {0,2}") {
        let is_port = |port: u32| (1..=65_535).contains(&port);
        let texts: Vec<_> = list.iter().map(|port| format!("{pad}{port}{pad}")).collect();
        prop_assert_eq!(of_ports(&texts.join(",")), list.iter().all(|port| is_port(*port)));
        if let [low, high] = list[..] {
            let rises = low < high && is_port(low) && is_port(high);
            prop_assert_eq!(of_ports(&texts.join("-")), rises);
            let both = format!("{},{low}", texts.join("-"));
            prop_assert!(!of_ports(&both), "a range is in no list");
        }
    }

    #[test]
    fn any_text_is_answered(text in "[-0-9a-f.,:/ ]{0,30}|\\PC{0,10}") {
        for settings in [PLAIN, ALL] {
            to(&text, settings);
            of_ports(&text);
        }
    }

    #[test]
    fn an_address_may_have_a_prefix_length(bits in any::<u32>(), length in 0_u32..40) {
        let address = Ipv4Addr::from_bits(bits);
        prop_assert!(to(&address.to_string(), PLAIN).is_empty());
        let network = format!("{address}/{length}");
        prop_assert_eq!(to(&network, PLAIN).is_empty(), length <= 32);
    }

    #[test]
    fn a_range_goes_up(one in any::<u32>(), other in any::<u32>()) {
        let [low, high] = [one, other].map(Ipv4Addr::from_bits);
        let range = format!("{low}-{high}");
        prop_assert_eq!(to(&range, PLAIN).is_empty(), low <= high);
        let of_network = format!("{low}/8-{high}");
        prop_assert!(!to(&of_network, PLAIN).is_empty());
    }

    #[test]
    fn several_destinations_are_an_operators_choice(bits in proptest::collection::vec(any::<u32>(), 2..5)) {
        let texts: Vec<_> = bits.into_iter().map(|bits| Ipv4Addr::from_bits(bits).to_string()).collect();
        prop_assert!(!to(&texts.join(","), PLAIN).is_empty());
        prop_assert!(to(&texts.join(","), ALL).is_empty());
        let with_an_empty_one = texts.join(",") + ",";
        prop_assert!(!to(&with_an_empty_one, ALL).is_empty());
    }

    #[test]
    fn numbers_of_icmp_are_bytes_or_any(kind in -400_i64..400, code in -400_i64..400) {
        let rule = json!({ "protocol": "icmp", "destination": "10.0.0.1", "type": kind, "code": code });
        let is_number = |number: i64| (-1..=255).contains(&number);
        prop_assert_eq!(said(rule, PLAIN).is_empty(), is_number(kind) && is_number(code));
    }

    #[test]
    fn every_rule_is_looked_at(bad in proptest::collection::vec(any::<bool>(), 0..8)) {
        let rules = bad.iter().map(|bad| json!({ "protocol": if *bad { "x" } else { "all" }, "destination": "0.0.0.0/0" }));
        let places: Vec<_> = bad.iter().enumerate().filter(|(_, bad)| **bad).map(|(at, _)| at).collect();
        match RuleDrafts::read(rules.collect(), PLAIN) {
            Ok(drafts) => prop_assert_eq!(drafts.finish().map(|rules| rules.len()), Ok(bad.len())),
            Err(problems) => prop_assert_eq!(problems.into_iter().map(|(at, _)| at).collect::<Vec<_>>(), places),
        }
    }
}

#[test]
fn what_is_wrong_with_a_destination_is_said() {
    let (invalid, range) = (
        "destination must be a valid CIDR, IP address, or IP address range",
        "destination IP address range is invalid",
    );
    let zeros = "destination octets cannot contain leading zeros";
    for (text, wanted) in [
        ("10.0.0.1-", vec![]),
        ("10.0.0.0/255.255.0.0", vec![]),
        ("10.0.0.0/255.0.255.0", vec![invalid]),
        ("10.0.0.0/024", vec![invalid]),
        ("10.0.0.1/24/8", vec![invalid]),
        ("1", vec![invalid]),
        ("::1", vec![invalid]),
        (",", vec![invalid]),
        ("10.0.0.1-10.0.0.2-10.0.0.3", vec![invalid]),
        ("-10.0.0.1", vec![range]),
        ("::1-::2", vec![range]),
        ("010.0.0.1", vec![zeros]),
        ("10.0.0.0/-1", vec![zeros, range]),
        ("10.0.0.01-10.0.0.2", vec![zeros, range]),
        ("10.0.0.1, 10.0.0.2", vec!["destination must not contain whitespace"]),
    ] {
        assert_eq!(to(text, PLAIN), wanted, "{text}");
    }
}

#[test]
fn ipv6_is_an_operators_choice() {
    let icmpv6 = |destination: &str, settings| {
        said(json!({ "protocol": "icmpv6", "destination": destination, "type": 0, "code": 0 }), settings)
    };
    for good in ["::1", "2001:db8::/32", "::1-::2", "[::1]", "::ffff:10.0.0.1", "::1,10.0.0.1"] {
        assert!(to(good, ALL).is_empty(), "{good}");
    }
    for bad in ["::/129", "::1-10.0.0.1", "::2-::1"] {
        assert!(!to(bad, ALL).is_empty(), "{bad}");
    }
    assert!(icmpv6("::1", ALL).is_empty());
    assert_eq!(icmpv6("10.0.0.1", ALL), [r#"for protocol "icmpv6" you cannot use IPv4 addresses"#]);
    assert_eq!(
        icmpv6("10.0.0.1", PLAIN),
        [
            r#"for protocol "icmpv6" you cannot use IPv4 addresses"#,
            "icmpv6 cannot be used if enable_ipv6 is false"
        ]
    );
    let icmp = json!({ "protocol": "icmp", "destination": "::1", "type": 0, "code": 0 });
    assert_eq!(said(icmp, ALL), [r#"for protocol "icmp" you cannot use IPv6 addresses"#]);
}

#[test]
fn a_list_of_destinations_has_an_end() {
    let of = |count: usize| to(&vec!["10.0.0.1"; count].join(","), ALL);
    assert!(of(6_000).is_empty());
    assert_eq!(of(6_001), ["maximum destinations per rule exceeded - must be under 6000"]);
    let invalid = "destination must contain valid CIDR(s), IP address(es), or IP address range(s)";
    assert_eq!(to("10.0.0.1,", ALL), ["empty destination specified in comma-delimited list", invalid]);
}

#[test]
fn what_does_not_belong_to_the_protocol_is_said_last() {
    let rule = |more: Value| {
        let mut rule = json!({ "protocol": "tcp", "destination": "10.0.0.1", "ports": "080" });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    assert_eq!(group(json!([rule(json!({ "log": false, "description": "" }))])).unwrap().rules.len(), 1);
    let refused = group(json!([
        rule(json!({ "type": null, "code": 1 })),
        rule(json!({})),
        rule(json!({ "log": null, "description": null, "destination": "" })),
    ]));
    assert_eq!(
        refused.unwrap_err(),
        "rules rule number 1 contains the invalid field 'type', rules rule number 1 contains the invalid field 'code', \
         rules rule number 3 contains invalid destination, rules rule number 3 contains invalid log value, \
         rules rule number 3 contains invalid description"
    );
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let rules =
        json!([{ "protocol": "icmp", "destination": "10.0.0.1", "type": 8, "code": -1, "log": true }]);
    let before = group(rules).unwrap();
    let now = Timestamp::from_seconds(2);
    let enabled = ByPhase { running: Some(true), staging: None };
    let change = UpdateSecurityGroup { globally_enabled: enabled, ..UpdateSecurityGroup::default() };
    let after = before.clone().updated(change, now).unwrap();
    assert_eq!((&after.name, &after.rules), (&before.name, &before.rules));
    assert_eq!(after.globally_enabled, ByPhase { running: true, staging: false });
    let change = UpdateSecurityGroup { name: Some(" \t".to_owned()), ..UpdateSecurityGroup::default() };
    assert_eq!(before.updated(change, now).unwrap_err().to_string(), "name presence, name format");
}

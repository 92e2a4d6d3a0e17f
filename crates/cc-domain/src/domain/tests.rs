use super::*;
use proptest::prelude::*;

fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}

fn shared() -> DomainKind {
    DomainKind::Shared { is_internal: false, router_group: None }
}

fn private(owner: &str) -> DomainKind {
    DomainKind::Private { owner: Guid::new(owner), shared_with: Vec::new() }
}

fn domain(text: &str, kind: DomainKind) -> Domain {
    let now = Timestamp::from_seconds(0);
    Domain {
        guid: Guid::new(text),
        name: name(text),
        kind,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    }
}

fn create(text: &str, kind: DomainKind, existing: &[Domain], routes: &[&str]) -> Result<Domain, DomainError> {
    let wanted = name(text);
    let suffixes = wanted.suffixes();
    let neighbours = Neighbours {
        above: existing.iter().filter(|d| suffixes.contains(&d.name.key())).cloned().collect(),
        below: existing.iter().filter(|d| d.name.is_below(&wanted)).cloned().collect(),
        routes: routes.iter().map(|r| (*r).to_owned()).collect(),
        system_hosts: vec!["api.sys.io".into()],
    };
    let command = CreateDomain { name: wanted, kind, metadata: MetadataPatch::default() };
    Domain::new(Guid::new("new"), command, &neighbours, Metadata::default(), Timestamp::from_seconds(0))
}

#[test]
fn a_subdomain_of_another_organizations_domain_is_refused_of_ones_own_or_a_shared_one_it_is_not() {
    let existing = [domain("Theirs.io", private("them")), domain("all.io", shared())];
    let refusal = create("a.theirs.io", private("us"), &existing, &[]).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "The domain name \"a.theirs.io\" cannot be created because \"Theirs.io\" is already reserved by another domain"
    );
    assert!(create("a.theirs.io", private("them"), &existing, &[]).is_ok());
    assert!(create("a.all.io", private("us"), &existing, &[]).is_ok());
    assert!(matches!(create("ALL.io", shared(), &existing, &[]), Err(DomainError::Taken(_))));
}

#[test]
fn a_private_domain_cannot_be_put_above_what_others_have() {
    let existing = [domain("a.b.io", private("them")), domain("c.io", shared())];
    assert!(matches!(
        create("b.io", private("us"), &existing, &[]),
        Err(DomainError::ReservedByDomain { .. })
    ));
    assert!(create("b.io", private("them"), &existing, &[]).is_ok());
}

#[test]
fn a_route_or_the_system_holds_its_name() {
    assert!(matches!(
        create("x.all.io", shared(), &[], &["X.all.io"]),
        Err(DomainError::ReservedByRoute { .. })
    ));
    assert!(matches!(create("API.sys.io", private("us"), &[], &[]), Err(DomainError::ReservedBySystem(_))));
}

#[test]
fn the_default_domain_is_the_oldest_public_one() {
    let internal = DomainKind::Shared { is_internal: true, router_group: None };
    let tcp = DomainKind::Shared { is_internal: false, router_group: Some("g".into()) };
    let all = [
        domain("i.io", internal),
        domain("t.io", tcp),
        domain("own.io", private("us")),
        domain("one.io", shared()),
    ];
    assert_eq!(default_for(&all, &Guid::new("us")).map(|d| d.name.as_str()), Some("one.io"));
    assert_eq!(default_for(&all[..3], &Guid::new("us")).map(|d| d.name.as_str()), Some("own.io"));
    assert_eq!(default_for(&all[..3], &Guid::new("them")), None);
}

#[test]
fn names_follow_rfc_1035() {
    for good in ["a.io", "apps.internal", "xn--a.example.com", "1a.b2"] {
        assert!(DomainName::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "a",
        "ab",
        "abc",
        ".io.x",
        "a..b",
        "-a.io",
        "a-.io",
        "a_b.io",
        "a.io.",
        &format!("{}.io", "a".repeat(64)),
    ] {
        assert!(DomainName::parse(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn sharing_and_unsharing_gives_the_domain_back(organization in "[a-c]") {
        let start = domain("x.io", private("a"));
        let target = Guid::new(organization.as_str());
        match start.clone().shared_with(&target) {
            Err(refusal) => {
                prop_assert_eq!(refusal, DomainError::SharedWithOwner);
                prop_assert_eq!(organization.as_str(), "a");
            }
            Ok(after) => {
                prop_assert!(after.is_usable_by(&target));
                prop_assert!(after.check_delete().is_err());
                prop_assert_eq!(after.clone().shared_with(&target).unwrap(), after.clone());
                prop_assert_eq!(after.unshared_from(&target, "n", false).unwrap(), start);
            }
        }
    }
}

use super::*;
use crate::app::App;
use crate::domain::DomainKind;
use crate::lifecycle::LifecycleKind;
use crate::process::process_type::ProcessType;
use proptest::prelude::*;

fn domain(kind: DomainKind) -> Domain {
    let now = Timestamp::from_seconds(0);
    let name = DomainName::parse("x.io").unwrap();
    Domain {
        guid: Guid::new("d"),
        name,
        kind,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    }
}

fn shared() -> Domain {
    domain(DomainKind::Shared { is_internal: false, router_group: None })
}

fn tcp() -> Domain {
    domain(DomainKind::Shared { is_internal: false, router_group: Some("g".into()) })
}

fn around() -> RouteSurroundings {
    RouteSurroundings {
        is_domain_usable: true,
        organization: Name::parse("o").unwrap(),
        is_taken: false,
        is_host_in_other_space: false,
        is_domain_name: false,
        system_hosts: vec!["api.x.io".into()],
        ports: Some(RouterGroupPorts { reservable: vec![(1024, 1026)], taken: [1024].into() }),
        max_options_bytes: 1_024,
    }
}

fn create(
    host: &str,
    path: &str,
    port: PortRequest,
    domain: &Domain,
    around: &RouteSurroundings,
) -> Result<Route, RouteError> {
    let command = CreateRoute {
        host: Host::parse(host).unwrap(),
        path: RoutePath::parse(path).unwrap(),
        port,
        space: Guid::new("s"),
        domain: domain.guid.clone(),
        options: OptionsPatch::default(),
        metadata: MetadataPatch::default(),
    };
    Route::new(Guid::new("r"), command, domain, around, 7, Metadata::default(), Timestamp::from_seconds(0))
}

fn refusal(host: &str, path: &str, port: PortRequest, domain: &Domain, around: &RouteSurroundings) -> String {
    create(host, path, port, domain, around).unwrap_err().to_string()
}

#[test]
fn a_url_is_host_domain_port_and_path() {
    let route = create("h", "/p", PortRequest::Absent, &shared(), &around()).unwrap();
    assert_eq!(route.url(), "h.x.io/p");
    let route = create("", "", PortRequest::Given(1026), &tcp(), &around()).unwrap();
    assert_eq!(route.url(), "x.io:1026");
}

#[test]
fn the_words_for_an_existing_route_name_what_it_has() {
    let taken = RouteSurroundings { is_taken: true, ..around() };
    let private = domain(DomainKind::Private { owner: Guid::new("o"), shared_with: Vec::new() });
    let (no, port) = (PortRequest::Absent, PortRequest::Given(1025));
    assert_eq!(
        refusal("h", "", no, &shared(), &taken),
        "Route already exists with host 'h' for domain 'x.io'."
    );
    assert_eq!(
        refusal("h", "/p", no, &shared(), &taken),
        "Route already exists with host 'h' and path '/p' for domain 'x.io'."
    );
    assert_eq!(
        refusal("", "/p", no, &private, &taken),
        "Route already exists with path '/p' for domain 'x.io'."
    );
    assert_eq!(refusal("", "", no, &private, &taken), "Route already exists for domain 'x.io'.");
    assert_eq!(
        refusal("", "", port, &tcp(), &taken),
        "Route already exists with port '1025' for domain 'x.io'."
    );
}

#[test]
fn each_rule_has_its_words() {
    let internal = domain(DomainKind::Shared { is_internal: true, router_group: None });
    let no = PortRequest::Absent;
    for (text, outcome) in [
        (
            "Missing host. Routes in shared domains must have a host defined.",
            create("", "", no, &shared(), &around()),
        ),
        (
            "Routes with protocol 'http' do not support ports.",
            create("h", "", PortRequest::Given(80), &shared(), &around()),
        ),
        ("Route conflicts with a reserved system route.", create("API", "", no, &shared(), &around())),
        ("Paths are not supported for internal domains.", create("h", "/p", no, &internal, &around())),
        ("Wildcard hosts are not supported for internal domains.", create("*", "", no, &internal, &around())),
        ("Hosts are not supported for TCP routes.", create("h", "", no, &tcp(), &around())),
        (
            "Routes with protocol 'tcp' must specify a port.",
            create("", "", PortRequest::None, &tcp(), &around()),
        ),
        (
            "Port '1024' is not available. Try a different port or use a different domain.",
            create("", "", PortRequest::Given(1024), &tcp(), &around()),
        ),
    ] {
        assert_eq!(outcome.unwrap_err().to_string(), text);
    }
}

#[test]
fn transferring_there_and_back_restores_the_owner_and_leaves_the_other_shared() {
    let route = create("h", "", PortRequest::Absent, &shared(), &around()).unwrap();
    let now = Timestamp::from_seconds(1);
    let (there, spaces) = route.transferred(&Guid::new("b"), &[], true, now).unwrap();
    let (back, spaces) = there.transferred(&Guid::new("s"), &spaces, true, now).unwrap();
    assert_eq!(back.space, Guid::new("s"));
    assert_eq!(spaces, vec![Guid::new("b")]);
}

fn wanted(app: u8, port: Option<u16>, weight: Option<u8>) -> NewDestination {
    NewDestination {
        app: Guid::new(format!("a{app}")),
        lifecycle: LifecycleKind::Buildpack,
        process_type: ProcessType::web(),
        port,
        protocol: None,
        weight,
    }
}

fn with_destinations(all: Vec<Destination>) -> Route {
    Route { destinations: all, ..create("h", "", PortRequest::Absent, &shared(), &around()).unwrap() }
}

fn ids() -> impl FnMut() -> Guid<Destination> {
    let mut next = 0;
    move || {
        next += 1;
        Guid::new(format!("new-{next}"))
    }
}

prop_compose! {
    fn destinations()(list in proptest::collection::vec((0_u8..4, proptest::option::of(8080_u16..8083), proptest::option::of(20_u8..60)), 0..6)) -> Vec<NewDestination> {
        list.into_iter().map(|(app, port, weight)| wanted(app, port, weight)).collect()
    }
}

proptest! {
    #[test]
    fn weights_are_all_absent_or_sum_to_100(lists in proptest::collection::vec((any::<bool>(), destinations()), 0..6)) {
        let mut route = with_destinations(Vec::new());
        for (insert, list) in lists {
            let now = Timestamp::from_seconds(1);
            let list = if insert { list.into_iter().map(|d| NewDestination { weight: None, ..d }).collect() } else { list };
            let outcome = if insert { route.insert_destinations(list, ids(), now) } else { route.replace_destinations(list, ids(), now) };
            if let Ok(change) = outcome {
                route.destinations = change.all;
            }
            let weights: Vec<u32> = route.destinations.iter().filter_map(|d| d.weight).map(u32::from).collect();
            prop_assert!(weights.is_empty() || (weights.len() == route.destinations.len() && weights.iter().sum::<u32>() == 100));
        }
    }

    #[test]
    fn inserting_keeps_what_is_there_and_twice_is_once(first in destinations(), second in destinations()) {
        let now = Timestamp::from_seconds(1);
        let plain = |l: Vec<NewDestination>| l.into_iter().map(|d| NewDestination { weight: None, ..d }).collect::<Vec<_>>();
        let Ok(start) = with_destinations(Vec::new()).insert_destinations(plain(first), ids(), now) else { return Ok(()) };
        let route = with_destinations(start.all);
        let Ok(once) = route.insert_destinations(plain(second.clone()), || Guid::new("x"), now) else { return Ok(()) };
        prop_assert!(once.all.starts_with(&route.destinations));
        let again = with_destinations(once.all.clone()).insert_destinations(plain(second), || Guid::new("y"), now).unwrap();
        prop_assert!(again.added.is_empty() && again.removed.is_empty());
    }

    #[test]
    fn replacing_twice_is_once_and_keeps_guids(first in destinations(), second in destinations()) {
        let now = Timestamp::from_seconds(1);
        let Ok(start) = with_destinations(Vec::new()).replace_destinations(first, ids(), now) else { return Ok(()) };
        let route = with_destinations(start.all);
        let mut fresh = 100;
        let Ok(once) = route.replace_destinations(second.clone(), || { fresh += 1; Guid::new(format!("n{fresh}")) }, now) else { return Ok(()) };
        prop_assert_eq!(once.all.len(), second.len());
        let again = with_destinations(once.all.clone()).replace_destinations(second, ids(), now).unwrap();
        prop_assert_eq!(&again.all, &once.all);
        prop_assert!(again.added.is_empty() && again.removed.is_empty());
        for kept in &once.all {
            prop_assert!(once.added.contains(kept) || route.destinations.contains(kept));
        }
    }
}

#[test]
fn ports_of_a_process_are_those_its_destinations_name() {
    let now = Timestamp::from_seconds(0);
    let list = vec![wanted(1, Some(9000), None), wanted(1, None, None), wanted(2, Some(7000), None)];
    let change = with_destinations(Vec::new()).insert_destinations(list, ids(), now).unwrap();
    let app: Guid<App> = Guid::new("a1");
    assert_eq!(destination::ports_of(&change.all, &app, &ProcessType::web()), vec![9000, 8080]);
    let gone = with_destinations(change.all).remove_app(&app);
    assert_eq!((gone.removed.len(), gone.all.len()), (2, 1));
}

#[test]
fn mapping_an_app_keeps_the_others_and_changes_a_protocol_only_if_one_is_said() {
    let now = Timestamp::from_seconds(0);
    let start = vec![wanted(1, None, None), wanted(2, None, None)];
    let route =
        with_destinations(with_destinations(Vec::new()).insert_destinations(start, ids(), now).unwrap().all);
    let again = route.map_app(wanted(1, None, None), ids(), now).unwrap();
    assert!(again.added.is_empty() && again.removed.is_empty());
    let http2 = NewDestination { protocol: Some(DestinationProtocol::Http2), ..wanted(1, None, None) };
    let changed = route.map_app(http2.clone(), || Guid::new("x"), now).unwrap();
    assert_eq!((changed.removed.len(), changed.added.len(), changed.all.len()), (1, 1, 2));
    let settled = with_destinations(changed.all).map_app(http2, ids(), now).unwrap();
    assert!(settled.added.is_empty() && settled.removed.is_empty());
    let unsaid = with_destinations(settled.all).map_app(wanted(1, None, None), ids(), now).unwrap();
    assert!(unsaid.added.is_empty() && unsaid.removed.is_empty());
}

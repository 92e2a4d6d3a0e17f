mod told;

use super::*;
use crate::app::App;
use crate::domain::{Domain, DomainKind, DomainName};
use crate::feature_flag::FeatureFlags;
use crate::lifecycle::Lifecycle;
use crate::metadata::{Metadata, MetadataLimits};
use crate::process::{Process, ProcessSettings, current};
use crate::quantity::{InstanceCount, Megabytes};
use crate::quota::Quotas;
use crate::route::{CreateRoute, DestinationProtocol, NewDestination, Route, RouteSurroundings};
use crate::sidecar::Sidecar;
use crate::time::Timestamp;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_seconds(5);

fn parse(text: &str) -> Result<Manifest, ManifestError> {
    Manifest::parse(&yaml::read(text)?, &FeatureFlags::default())
}

fn only(text: &str) -> AppManifest {
    parse(text)
        .map(|m| m.applications.into_iter().next().unwrap())
        .map_err(|e| e.to_string())
        .unwrap_or_else(|e| panic!("{e}"))
}

fn complaints(text: &str) -> Vec<String> {
    match parse(text) {
        Err(ManifestError::Invalid(messages)) => messages,
        Err(other) => vec![other.to_string()],
        Ok(_) => Vec::new(),
    }
}

fn domain() -> Domain {
    Domain {
        guid: Guid::new("d"),
        name: DomainName::parse("x.io").unwrap(),
        kind: DomainKind::Shared { is_internal: false, router_group: None },
        metadata: Metadata::default(),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn new_app() -> CurrentApp {
    let lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
    let name = Name::parse("a").unwrap();
    let app = App::new(Guid::new("app"), name, Guid::new("s"), lifecycle, Metadata::default(), NOW);
    CurrentApp {
        processes: vec![Process::new_web(&app, Guid::new("v"), &ProcessSettings::default(), NOW)],
        environment: EnvironmentVariables::default(),
        sidecars: Vec::new(),
        routes: Vec::new(),
        docker: None,
        app,
    }
}

struct Fixed;

impl Words for Fixed {
    fn words(&self) -> String {
        "fluffy-fox".to_owned()
    }
}

/// What a use case does with a plan, without a store.
fn apply(plan: AppPlan, mut current_app: CurrentApp) -> CurrentApp {
    let settings = ProcessSettings::default();
    current_app.app.features = plan.features.unwrap_or(current_app.app.features);
    for kind in plan.new_processes {
        let guid = Guid::new(format!("p-{kind}"));
        let new = Process::new(guid, &current_app.app, kind, Guid::new("v"), &settings, NOW);
        current_app.processes.push(new);
    }
    for change in plan.processes {
        let guid = current(&current_app.processes, &change.kind).unwrap().guid.clone();
        let process = current_app.processes.iter_mut().find(|p| p.guid == guid).unwrap();
        let updated = process
            .clone()
            .updated(&change.update, false, &settings, &Quotas::default(), Metadata::default(), NOW)
            .unwrap();
        *process = updated.scaled(&change.scale, false, &settings, &[], &Quotas::default(), NOW).unwrap();
    }
    for new in plan.new_sidecars {
        let guid = Guid::new(new.name.as_str());
        let sidecar =
            Sidecar::new(guid, &current_app.app.guid, new, &current_app.sidecars, &[], NOW).unwrap();
        current_app.sidecars.push(sidecar);
    }
    for (guid, change) in plan.updated_sidecars {
        let at = current_app.sidecars.iter().position(|s| s.guid == guid).unwrap();
        let updated = current_app.sidecars[at].clone().updated(change, &[], &[], NOW).unwrap();
        current_app.sidecars[at] = updated;
    }
    if let Some(change) = plan.app {
        if let Some(request) = change.lifecycle {
            current_app.app.lifecycle = current_app.app.lifecycle.requested(&request).unwrap();
        }
        let metadata = current_app.app.metadata.patched(&change.metadata, MetadataLimits::default()).unwrap();
        current_app.app.metadata = metadata;
    }
    current_app.routes.retain(|r| !plan.unmapped.contains(&r.guid));
    for wanted in plan.mapped {
        let target = wanted.resolve(&current_app.app.name, &[domain()]).unwrap();
        map(&mut current_app, target, &wanted.options, wanted.protocol);
    }
    if let Some(fallback) = plan.fallback {
        let words: Option<&dyn Words> = if fallback == FallbackRoute::Random { Some(&Fixed) } else { None };
        let host = fallback_host(&current_app.app.name, words).unwrap();
        let target = RouteTarget {
            host,
            domain: domain(),
            path: crate::route::RoutePath::default(),
            port: crate::route::PortRequest::Absent,
        };
        map(&mut current_app, target, &crate::route::OptionsPatch::default(), None);
    }
    let set = plan.environment.into_iter().map(|(k, v)| (k, Some(v))).collect();
    current_app.environment = current_app.environment.patched(&set);
    current_app
}

fn map(
    app: &mut CurrentApp,
    target: RouteTarget,
    options: &crate::route::OptionsPatch,
    protocol: Option<DestinationProtocol>,
) {
    let command = CreateRoute {
        host: target.host,
        path: target.path,
        port: target.port,
        space: Guid::new("s"),
        domain: target.domain.guid.clone(),
        options: crate::route::OptionsPatch::default(),
        metadata: MetadataPatch::default(),
    };
    let around = RouteSurroundings {
        is_domain_usable: true,
        organization: Name::parse("o").unwrap(),
        is_taken: false,
        is_host_in_other_space: false,
        is_domain_name: false,
        system_hosts: Vec::new(),
        ports: None,
        max_options_bytes: 1_024,
    };
    let wanted =
        Route::new(Guid::new("new"), command, &target.domain, &around, 0, Metadata::default(), NOW).unwrap();
    let at = app.routes.iter().position(|r| r.key() == wanted.key());
    let mut route = at.map_or(wanted, |at| app.routes.remove(at));
    route.guid = Guid::new(format!("r-{}", route.url()));
    route.options = route.options.patched(options, 1_024).unwrap();
    let destination = NewDestination {
        app: app.app.guid.clone(),
        lifecycle: app.app.lifecycle.kind(),
        process_type: ProcessType::web(),
        port: None,
        protocol,
        weight: None,
    };
    let change = route.map_app(destination, || Guid::new("dest"), NOW).unwrap();
    route.destinations = change.all;
    app.routes.push(route);
}

const RICH: &str = r"
version: 1
applications:
- name: a
  buildpacks: [ruby_buildpack]
  stack: one
  memory: 256M
  disk-quota: 1G
  instances: 2
  log-rate-limit-per-second: 16K
  command: run it
  health-check-type: http
  health-check-http-endpoint: /up
  timeout: 90
  env: { A: one, N: 1, B: true, E: }
  metadata: { labels: { tier: gold }, annotations: { who: me } }
  features: { ssh: false }
  processes:
  - type: worker
    instances: 1
    memory: 128mb
    readiness-health-check-type: port
  sidecars:
  - { name: m, process_types: [web], command: ./m, memory: 16M }
  routes:
  - route: https://h.x.io/p
    protocol: http2
    options: { loadbalancing: least-connection }
  - route: other.x.io
";

#[test]
fn a_rich_manifest_is_read_and_applied() {
    let manifest = only(RICH);
    let applied = apply(plan(&manifest, &new_app()).ok().unwrap(), new_app());
    let web = current(&applied.processes, &ProcessType::web()).unwrap();
    assert_eq!((web.instances, web.memory), (InstanceCount::new(2).unwrap(), Megabytes::new(256).unwrap()));
    assert_eq!(web.command.as_deref(), Some("run it"));
    assert_eq!(applied.processes.len(), 2);
    assert!(!applied.app.features.ssh);
    let urls: Vec<_> = applied.routes.iter().map(Route::url).collect();
    assert_eq!(urls, vec!["h.x.io/p", "other.x.io"]);
    let env: Vec<_> = applied.environment.iter().collect();
    assert_eq!(env, [("A", "one"), ("N", "1"), ("B", "true"), ("E", "")].map(|(n, v)| (n, v.into())));
    assert!(plan(&manifest, &applied).ok().unwrap().is_empty());
}

#[test]
fn the_generated_manifest_of_an_applied_one_shows_no_difference_and_changes_nothing() {
    let applied = apply(plan(&only(RICH), &new_app()).ok().unwrap(), new_app());
    let generated = generate(&applied);
    assert_eq!(diff(&generated, |_| Some(generated.clone())), Vec::new());
    let text = yaml::print(&generated);
    assert_eq!(yaml::read(&text).unwrap(), generated, "{text}");
    assert!(plan(&only(&text), &applied).ok().unwrap().is_empty(), "{text}");
}

#[test]
fn a_new_app_differs_in_everything_it_has() {
    let document = yaml::read("applications: [{name: a, memory: 1G, instances: 2}]").unwrap();
    let differences = diff(&document, |_| None);
    let shown: Vec<_> = differences.iter().map(|d| (d.op.as_str(), d.path.as_str())).collect();
    assert_eq!(shown, vec![("add", "/applications/0/name"), ("add", "/applications/0/instances")]);
}

#[test]
fn a_difference_says_what_was() {
    let generated = generate(&new_app());
    let text =
        "applications: [{name: a, instances: 3, processes: [{type: web, memory: 1024M, disk_quota: 512M}]}]";
    let document = yaml::read(text).unwrap();
    let differences = diff(&document, |_| Some(generated.clone()));
    let shown: Vec<_> = differences
        .iter()
        .map(|d| (d.op.as_str(), d.path.as_str(), d.was.clone().unwrap(), d.value.clone().unwrap()))
        .collect();
    assert_eq!(
        shown,
        vec![
            ("replace", "/applications/0/instances", 1.into(), 3.into()),
            ("replace", "/applications/0/processes/0/disk_quota", "1024M".into(), "512M".into()),
        ]
    );
}

#[test]
fn a_size_that_no_process_can_have_is_told_for_what_it_is() {
    for (memory, told) in [("9999999G", "is too large"), ("0M", "must be greater than 0MB")] {
        let text = format!("applications: [{{name: a, memory: {memory}}}]");
        assert_eq!(complaints(&text), [format!("For application 'a': Process \"web\": Memory {told}")]);
    }
}

#[test]
fn credentials_of_buildpacks_make_no_difference_and_are_not_told() {
    let text = "applications: [{name: a, buildpacks: ['https://me:hush@h.io/b']}]";
    let applied = apply(plan(&only(text), &new_app()).ok().unwrap(), new_app());
    let generated = generate(&applied);
    assert_eq!(diff(&yaml::read(text).unwrap(), |_| Some(generated.clone())), Vec::new());
    let added = diff(&yaml::read(text).unwrap(), |_| None);
    assert!(!format!("{added:?}").contains("hush"), "{added:?}");
}

#[test]
fn texts_that_are_no_manifest_are_refused() {
    for (text, refusal) in [
        ("a: *x", "Manifest does not support Anchors and Aliases"),
        ("x: &x 1\napplications: [{name: *x}]", "Manifest does not support Anchors and Aliases"),
        ("[", "invalid request body"),
        ("- a", "invalid request body"),
        (
            "version: 2\napplications: [{name: a}]",
            "Unsupported manifest schema version. Currently supported versions: [1].",
        ),
        ("{}", "Cannot parse manifest with no 'applications' field."),
        ("applications: []", "Cannot parse manifest with no 'applications' field."),
    ] {
        assert_eq!(complaints(text), vec![refusal.to_owned()], "{text}");
    }
    let big = format!("applications: [{{name: {}}}]", "a".repeat(yaml::MAX_BYTES));
    assert_eq!(yaml::read(&big).err(), Some(ManifestError::TooLarge));
    assert_eq!(yaml::read(&"[".repeat(5_000)).err(), Some(ManifestError::Syntax));
}

#[test]
fn web_attributes_of_the_app_are_dropped_if_a_web_process_is_listed() {
    let manifest = only("applications: [{name: a, instances: 5, processes: [{type: web, memory: 64M}]}]");
    let web = manifest.processes.first().unwrap();
    assert_eq!((manifest.processes.len(), web.scale.instances), (1, None));
}

#[test]
fn an_app_without_routes_gets_one_and_no_second() {
    let routes = |text: &str| {
        let manifest = only(&format!("applications: [{{name: a, {text}: true}}]"));
        let applied = apply(plan(&manifest, &new_app()).ok().unwrap(), new_app());
        assert!(plan(&manifest, &applied).ok().unwrap().is_empty());
        applied.routes.iter().map(Route::url).collect::<Vec<_>>()
    };
    assert_eq!(routes("default-route"), vec!["a.x.io"]);
    assert_eq!(routes("random-route"), vec!["a-fluffy-fox.x.io"]);
    assert_eq!(routes("no-route"), Vec::<String>::new());
    let long = Name::parse(&"a".repeat(64)).unwrap();
    assert!(
        fallback_host(&long, None).unwrap_err().to_string().ends_with("Host cannot exceed 63 characters")
    );
    let dotted = Name::parse("a.b").unwrap();
    assert_eq!(
        fallback_host(&dotted, None).unwrap_err().to_string(),
        "For application 'a.b': Failed to create default route from app name: Host must be either \"*\" or contain only \
         alphanumeric characters, \"_\", or \"-\""
    );
}

#[test]
fn no_route_unmaps_what_is_there() {
    let applied = apply(plan(&only(RICH), &new_app()).ok().unwrap(), new_app());
    let unmapped =
        apply(plan(&only("applications: [{name: a, no-route: true}]"), &applied).ok().unwrap(), applied);
    assert!(unmapped.routes.is_empty());
}

#[test]
fn a_service_cannot_be_found() {
    let refusal = plan(&only("applications: [{name: a, services: [db]}]"), &new_app()).err().unwrap();
    assert_eq!(refusal.to_string(), "For application 'a': Service instance 'db' not found");
}

#[test]
fn an_app_keeps_its_kind() {
    let mut docker = new_app();
    docker.app.lifecycle = Lifecycle::Docker;
    for (key, shown) in [("buildpack: b", "Buildpack"), ("buildpacks: [b]", "Buildpacks")] {
        let refusal = plan(&only(&format!("applications: [{{name: a, {key}}}]")), &docker).err().unwrap();
        assert_eq!(
            refusal.to_string(),
            format!("For application 'a': {shown} cannot be configured for a docker lifecycle app.")
        );
    }
}

#[test]
fn a_route_goes_to_the_first_candidate_whose_domain_exists() {
    let resolve = |text: &str| {
        let manifest = only(&format!("applications: [{{name: a, routes: [{{route: '{text}'}}]}}]"));
        let Routing::Listed(routes) = manifest.routing else { panic!("{text}") };
        let target = routes.first().unwrap().resolve(&manifest.name, &[domain()]);
        target.map(|t| format!("{}|{}|{}", t.host, t.domain.name, t.path)).map_err(|e| e.to_string())
    };
    assert_eq!(resolve("X.io/p"), Ok("|x.io|/p".to_owned()));
    assert_eq!(resolve("*.x.io"), Ok("*|x.io|".to_owned()));
    assert_eq!(
        resolve("a.b.x.io"),
        Err("For application 'a': No domains exist for route a.b.x.io".to_owned())
    );
}

prop_compose! {
    fn manifests()(
        instances in proptest::option::of(0_u32..4),
        memory in proptest::option::of(1_u32..2_000),
        check in proptest::option::of(proptest::sample::select(vec!["port", "process", "http"])),
        command in proptest::option::of("[a-z: #'\"]{1,8}"),
        env in proptest::collection::btree_map("[A-Z]{1,3}", "\\PC{0,6}", 0..3),
        label in proptest::option::of("[a-z]{1,4}"),
        host in proptest::option::of("[a-z]{1,4}"),
        routing in 0_u8..4,
        worker in any::<bool>(),
        sidecar in any::<bool>(),
        ssh in proptest::option::of(any::<bool>()),
        buildpack in proptest::option::of("[a-z]{1,4}"),
    ) -> serde_json::Value {
        let mut app = serde_json::Map::new();
        let mut put = |key: &str, value: serde_json::Value| app.insert(key.to_owned(), value);
        put("name", "a".into());
        if let Some(n) = instances { put("instances", n.into()); }
        if let Some(n) = memory { put("memory", format!("{n}M").into()); }
        if let Some(check) = check {
            put("health-check-type", check.into());
            if check == "http" { put("health-check-http-endpoint", "/up".into()); }
        }
        if let Some(command) = command { put("command", command.into()); }
        put("env", env.into_iter().map(|(k, v)| (format!("E{k}"), v.into())).collect::<serde_json::Map<_, _>>().into());
        if let Some(label) = label { put("metadata", serde_json::json!({"labels": {"l": label}})); }
        match (routing, host) {
            (0, Some(host)) => { put("routes", serde_json::json!([{"route": format!("{host}.x.io")}])); }
            (1, _) => { put("random-route", true.into()); }
            (2, _) => { put("default-route", true.into()); }
            _ => {}
        }
        if worker { put("processes", serde_json::json!([{"type": "worker", "instances": 1}])); }
        if sidecar { put("sidecars", serde_json::json!([{"name": "s", "command": "c", "process_types": ["web"]}])); }
        if let Some(ssh) = ssh { put("features", serde_json::json!({"ssh": ssh})); }
        if let Some(buildpack) = buildpack { put("buildpacks", serde_json::json!([buildpack])); }
        serde_json::json!({"applications": [app]})
    }
}

#[test]
fn audit_events_keep_no_variables() {
    let text = "applications: [{name: a, memory: 1M, env: {P: hush}, docker: {image: i, password: hush}, cnb-credentials: {h: {token: hush}}}]";
    let kept = redacted(&yaml::read(text).unwrap());
    let (name, yaml) = kept.first().unwrap();
    assert_eq!(name, "a");
    assert!(
        yaml.contains("memory: 1M") && yaml.contains("[PRIVATE DATA HIDDEN]") && !yaml.contains("hush"),
        "{yaml}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn applying_twice_changes_nothing_the_second_time(first in manifests(), second in manifests()) {
        let mut app = new_app();
        for document in [first, second] {
            let manifest = Manifest::parse(&document, &FeatureFlags::default()).unwrap().applications.remove(0);
            app = apply(plan(&manifest, &app).ok().unwrap(), app);
            prop_assert!(plan(&manifest, &app).ok().unwrap().is_empty());
        }
    }

    #[test]
    fn what_is_generated_is_read_back_and_is_no_change(document in manifests()) {
        let manifest = Manifest::parse(&document, &FeatureFlags::default()).unwrap().applications.remove(0);
        let app = apply(plan(&manifest, &new_app()).ok().unwrap(), new_app());
        let generated = generate(&app);
        let text = yaml::print(&generated);
        let read = yaml::read(&text).unwrap();
        prop_assert_eq!(&read, &generated, "{}", text);
        let again = Manifest::parse(&read, &FeatureFlags::default()).unwrap().applications.remove(0);
        prop_assert!(plan(&again, &app).ok().unwrap().is_empty(), "{}", text);
        prop_assert_eq!(diff(&read, |_| Some(generated.clone())), Vec::new());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}|[-{}:,&*\\[\\] \\na-c]{0,40}") {
        if let Ok(document) = yaml::read(&text) {
            let _ = Manifest::parse(&document, &FeatureFlags::default()).is_ok();
            let _ = diff(&document, |_| None);
        }
    }
}

use super::*;
use crate::access::SpaceStatus;
use crate::app::{App, DesiredState, EnvironmentVariables};
use crate::domain::{Domain, DomainKind, DomainName};
use crate::droplet::{CreateDroplet, DropletState};
use crate::guid::Guid;
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
use crate::organization::Organization;
use crate::route::{Host, NewDestination, RouteDomain, RouteOptions, RoutePath};
use crate::sidecar::{CreateSidecar, Sidecar};
use crate::space::Space;
use crate::time::Timestamp;

const VERSION: &str = "7c4b0a3e-55cf-4c0f-8a3b-2f0d6d4a9e10";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) space: Space,
    pub(crate) organization: Organization,
    pub(crate) process: Process,
    pub(crate) droplet: Droplet,
    pub(crate) routes: Vec<Route>,
    pub(crate) sidecars: Vec<Sidecar>,
    pub(crate) variables: EnvironmentVariables,
    pub(crate) group: EnvironmentVariables,
}

pub(crate) fn variables(pairs: &[(&str, &str)]) -> EnvironmentVariables {
    EnvironmentVariables::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
}

pub(crate) fn world() -> World {
    let now = Timestamp::from_seconds(0);
    let name = |text| Name::parse(text).unwrap();
    let lifecycle = crate::app::Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
    let app = App {
        state: DesiredState::Started,
        ..App::new(
            Guid::new("app"),
            name("a"),
            Guid::new("space"),
            lifecycle.clone(),
            Metadata::default(),
            now,
        )
    };
    let command =
        CreateDroplet { app: Guid::new("app"), process_types: None, metadata: MetadataPatch::default() };
    let droplet = Droplet::new(Guid::new("drop"), command, &lifecycle, Metadata::default(), now).unwrap();
    let mut droplet = Droplet { state: DropletState::Staged, ..droplet };
    droplet.process_types = std::iter::once((crate::process::ProcessType::web(), "found".into())).collect();
    let domain = Domain {
        guid: Guid::new("d"),
        name: DomainName::parse("x.io").unwrap(),
        kind: DomainKind::Shared { is_internal: false, router_group: None },
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    };
    let mut route = Route {
        guid: Guid::new("r"),
        host: Host::parse("h").unwrap(),
        path: RoutePath::parse("/p").unwrap(),
        port: None,
        domain: RouteDomain::from(&domain),
        space: Guid::new("space"),
        options: RouteOptions::default(),
        destinations: Vec::new(),
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    };
    let wanted = NewDestination {
        app: Guid::new("app"),
        lifecycle: LifecycleKind::Buildpack,
        process_type: crate::process::ProcessType::web(),
        port: Some(9_000),
        protocol: None,
        weight: None,
    };
    route.destinations = route.insert_destinations(vec![wanted], || Guid::new("x"), now).unwrap().all;
    let sidecar = CreateSidecar {
        name: "m".into(),
        command: "./m".into(),
        process_types: vec!["web".into()],
        memory: Megabytes::new(24),
    };
    World {
        process: Process::new_web(&app, Guid::new(VERSION), &ProcessSettings::default(), now),
        space: Space {
            guid: Guid::new("space"),
            name: name("s"),
            organization: Guid::new("org"),
            status: SpaceStatus::Active,
            quota: None,
            is_ssh_allowed: true,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        },
        organization: Organization {
            guid: Guid::new("org"),
            name: name("o"),
            status: SpaceStatus::Active,
            quota: Guid::new("q"),
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        },
        sidecars: vec![Sidecar::new(Guid::new("sc"), &app.guid, sidecar, &[], &[], now).unwrap()],
        app,
        droplet,
        routes: vec![route],
        variables: variables(&[("A", "app"), ("B", "app")]),
        group: variables(&[("A", "group"), ("Z", "group")]),
    }
}

impl World {
    pub(crate) fn context(&self) -> AppContext<'_> {
        AppContext {
            app: &self.app,
            space: &self.space,
            organization: &self.organization,
            routes: &self.routes,
            sidecars: &self.sidecars,
            variables: &self.variables,
            group: &self.group,
            api_url: "https://api.x.io",
            fds: 16_384,
        }
    }

    fn spec(&self) -> ProcessSpec {
        let (settings, engine) = (ProcessSettings::default(), EngineSettings::default());
        self.process.spec(&self.context(), &self.droplet, &settings, &engine).unwrap()
    }
}

pub(crate) fn value<'a>(env: &'a Env, name: &str) -> Option<&'a str> {
    env.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

#[test]
fn the_apps_variables_win_over_the_group_and_the_platform_over_both() {
    let spec = world().spec();
    let env = &spec.commands.first().unwrap().env;
    assert_eq!(
        (value(env, "A"), value(env, "Z"), value(env, "B")),
        (Some("app"), Some("group"), Some("app"))
    );
    assert_eq!(value(env, "MEMORY_LIMIT"), Some("1000m"), "the sidecar's 24 of 1024 MB are not the app's");
    assert_eq!(value(env, "VCAP_SERVICES"), Some("{}"));
    let vcap: serde_json::Value = serde_json::from_str(value(env, "VCAP_APPLICATION").unwrap()).unwrap();
    assert_eq!(vcap["application_uris"], serde_json::json!(["h.x.io/p"]));
    assert_eq!(vcap["limits"], serde_json::json!({"fds": 16_384, "mem": 1024, "disk": 1024}));
    assert_eq!(vcap["process_type"], "web");
    let names: std::collections::BTreeSet<_> = env.0.iter().map(|(n, _)| n).collect();
    assert_eq!(names.len(), env.0.len());
}

#[test]
fn a_sidecar_gets_its_own_memory_limit() {
    let spec = world().spec();
    let sidecar = spec.commands.get(1).unwrap();
    assert_eq!(sidecar.log_source, "APP/PROC/WEB/SIDECAR/M");
    assert_eq!(value(&sidecar.env, "MEMORY_LIMIT"), Some("24m"));
}

#[test]
fn ports_checks_and_routes_follow_the_destinations() {
    let spec = world().spec();
    assert_eq!(spec.ports, vec![9_000]);
    assert_eq!(spec.liveness.iter().map(|c| c.port).collect::<Vec<_>>(), vec![9_000]);
    assert!(spec.readiness.is_empty());
    let route = spec.routes.http.first().unwrap();
    assert_eq!((route.hostname.as_str(), route.port, route.protocol.as_str()), ("h.x.io/p", 9_000, "http1"));
    let without = World { routes: Vec::new(), ..world() }.spec();
    assert_eq!(without.ports, vec![8_080]);
}

#[test]
fn the_fingerprint_changes_with_what_changes_in_place_and_only_with_that() {
    let base = world();
    assert_eq!(base.spec().fingerprint, base.spec().fingerprint);
    let mut scaled = world();
    scaled.process.instances = crate::quantity::InstanceCount::new(2).unwrap();
    assert_ne!(scaled.spec().fingerprint, base.spec().fingerprint);
    let unmapped = World { routes: Vec::new(), ..world() };
    assert_ne!(unmapped.spec().fingerprint, base.spec().fingerprint);
    let other_env = World { variables: variables(&[("A", "other")]), ..world() };
    assert_eq!(other_env.spec().fingerprint, base.spec().fingerprint);
}

#[test]
fn a_stopped_process_has_no_instances() {
    let mut stopped = world();
    stopped.process.state = DesiredState::Stopped;
    assert_eq!(stopped.spec().instances, 0);
}

#[test]
fn the_command_is_the_users_or_the_one_found() {
    let mut world = world();
    let start = |world: &World| world.spec().commands.first().unwrap().start.clone();
    assert_eq!(start(&world), "found");
    world.process.command = Some("mine".into());
    assert_eq!(start(&world), "mine");
}

#[test]
fn docker_images_bring_their_ports() {
    let mut world = World { routes: Vec::new(), ..world() };
    world.droplet.lifecycle = LifecycleKind::Docker;
    world.droplet.image = Some("nginx".into());
    world.droplet.execution_metadata =
        r#"{"ports":[{"Port":80,"Protocol":"tcp"},{"Port":53,"Protocol":"udp"}]}"#.into();
    let spec = world.spec();
    assert_eq!(spec.ports, vec![80]);
    assert_eq!((spec.image, spec.droplet), (Image::Docker { reference: "nginx".into() }, None));
}

use super::*;
use crate::droplet::{CreateDroplet, DropletSidecar, DropletState};
use crate::process::process_type::ProcessType;
use crate::process::{Process, ProcessSettings};
use crate::quantity::{InstanceCount, Megabytes};
use crate::quota::{Bounds, Limits, Quotas, Usage};
use crate::sidecar::{CreateSidecar, Sidecar};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_seconds(1)
}

fn lifecycle() -> Lifecycle {
    Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None }
}

fn app() -> App {
    App::new(
        Guid::new("a"),
        Name::parse("a").unwrap(),
        Guid::new("s"),
        lifecycle(),
        Metadata::default(),
        now(),
    )
}

fn kind(text: &str) -> ProcessType {
    ProcessType::parse(text).unwrap()
}

fn droplet(types: &[&str]) -> Droplet {
    let process_types = types.iter().map(|t| (kind(t), "run".to_owned())).collect();
    let command = CreateDroplet {
        app: Guid::new("a"),
        process_types: Some(process_types),
        metadata: MetadataPatch::default(),
    };
    let droplet = Droplet::new(Guid::new("d"), command, &lifecycle(), Metadata::default(), now()).unwrap();
    Droplet { state: DropletState::Staged, ..droplet }
}

fn process(text: &str) -> Process {
    Process::new(Guid::new(text), &app(), kind(text), Guid::new("v"), &ProcessSettings::default(), now())
}

fn memory() -> Megabytes {
    Megabytes::new(64).unwrap()
}

fn sidecar(name: &str, mb: i64) -> DropletSidecar {
    let memory = Megabytes::new(mb);
    DropletSidecar { name: name.into(), command: "c".into(), process_types: vec![ProcessType::web()], memory }
}

#[test]
fn a_droplet_brings_the_processes_that_are_missing() {
    let plan = assign(&app(), &droplet(&["web", "worker"]), &[process("web")], &[], memory()).unwrap();
    assert_eq!(plan.new_processes, vec![kind("worker")]);
}

#[test]
fn only_a_staged_droplet_of_the_app_with_process_types_is_assigned() {
    let of_other = Droplet { app: Guid::new("b"), ..droplet(&["web"]) };
    assert_eq!(assign(&app(), &of_other, &[], &[], memory()), Err(AppError::DropletNotOfApp));
    let failed = Droplet { state: DropletState::Failed, ..droplet(&["web"]) };
    assert_eq!(
        assign(&app(), &failed, &[], &[], memory()).unwrap_err().to_string(),
        "droplet must be in staged state"
    );
    assert_eq!(assign(&app(), &droplet(&[]), &[], &[], memory()), Err(AppError::DropletWithoutProcessTypes));
}

#[test]
fn sidecars_of_the_last_droplet_go_and_those_of_the_user_stay() {
    let user = CreateSidecar {
        name: "u".into(),
        command: "c".into(),
        process_types: vec!["web".into()],
        memory: None,
    };
    let user = Sidecar::new(Guid::new("1"), &Guid::new("a"), user, &[], &[], now()).unwrap();
    let old = Sidecar::of_droplet(Guid::new("2"), &Guid::new("a"), &sidecar("b", 8), now());
    let new = Droplet { sidecars: vec![sidecar("b", 8)], ..droplet(&["web"]) };
    let plan = assign(&app(), &new, &[], &[user.clone(), old.clone()], memory()).unwrap();
    assert_eq!((plan.removed_sidecars, plan.new_sidecars), (vec![old], vec![sidecar("b", 8)]));
    let clash = Droplet { sidecars: vec![sidecar("u", 8)], ..droplet(&["web"]) };
    assert_eq!(assign(&app(), &clash, &[], &[user], memory()), Err(AppError::SidecarConflict("u".into())));
    let big = Droplet { sidecars: vec![sidecar("b", 64)], ..droplet(&["web"]) };
    assert_eq!(assign(&app(), &big, &[], &[], memory()), Err(AppError::SidecarTooBig(kind("web"))));
}

#[test]
fn an_app_without_a_droplet_does_not_start() {
    assert_eq!(transition::start(app(), &[], || Guid::new("v"), now()), Err(AppError::NoDroplet));
}

/// 1,500 MB in the space, of which so many are used.
fn quotas(used: u64) -> Quotas {
    let limits = Limits { total_memory: Some(1_500), ..Limits::default() };
    let usage = Usage { memory: used, ..Usage::default() };
    Quotas { space: Some(Bounds { name: "s".into(), limits, usage }), organization: None }
}

#[test]
fn processes_that_fit_alone_may_not_fit_together() {
    let (one, two) = ([process("web")], [process("web"), process("worker")]);
    let two = two.map(|p| Process { instances: InstanceCount::ONE, ..p });
    let started = |processes: &[Process]| {
        let app = App { droplet: Some(Guid::new("d")), ..app() };
        transition::start(app, processes, || Guid::new("v"), now()).unwrap()
    };
    assert!(started(&one).check_quotas(&one, &quotas(0)).is_ok());
    let refusal = started(&two).check_quotas(&two, &quotas(0)).unwrap_err();
    assert_eq!(refusal.to_string(), "memory space_quota_exceeded");
}

#[test]
fn what_runs_already_needs_no_room_but_to_restart() {
    let app = App { droplet: Some(Guid::new("d")), state: DesiredState::Started, ..app() };
    let running = [process("web").in_state(DesiredState::Started, Guid::new("v"), now())];
    let again = transition::start(app.clone(), &running, || Guid::new("v"), now()).unwrap();
    assert!(again.check_quotas(&running, &quotas(9_999)).is_ok());
    let restarted = transition::restart(app, &running, || Guid::new("v"), now()).unwrap();
    assert!(restarted.check_quotas(&running, &quotas(1_024)).is_ok(), "its own memory is given back first");
    assert!(restarted.check_quotas(&running, &quotas(1_501)).is_err());
}

proptest! {
    #[test]
    fn processes_follow_their_app_and_starting_twice_changes_nothing(steps in proptest::collection::vec(0_u8..3, 1..8)) {
        let mut app = App { droplet: Some(Guid::new("d")), ..app() };
        let mut processes = vec![process("web"), process("worker")];
        let mut next = 0;
        for step in steps {
            let mut version = || { next += 1; Guid::new(format!("v{next}")) };
            let done = match step {
                0 => transition::start(app.clone(), &processes, &mut version, now()).unwrap(),
                1 => transition::stop(app.clone(), &processes, now()),
                _ => transition::restart(app.clone(), &processes, &mut version, now()).unwrap(),
            };
            app = done.app;
            for changed in done.processes {
                let at = processes.iter().position(|p| p.guid == changed.guid).unwrap();
                processes[at] = changed;
            }
            prop_assert!(processes.iter().all(|p| p.state == app.state && !p.version.as_str().is_empty()));
            prop_assert_eq!(app.is_started(), step != 1);
            if step == 0 {
                let again = transition::start(app.clone(), &processes, || Guid::new("x"), now()).unwrap();
                prop_assert!(again.processes.is_empty());
            }
        }
    }
}

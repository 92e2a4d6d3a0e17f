use super::*;
use crate::lifecycle::Lifecycle;
use crate::name::Name;
use crate::patch::Patch;
use crate::quota::{Bounds, Limits, Quotas, Usage};
use proptest::prelude::*;

fn app(state: DesiredState) -> App {
    let lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
    let (name, now) = (Name::parse("a").unwrap(), Timestamp::from_seconds(0));
    App { state, ..App::new(Guid::new("app"), name, Guid::new("space"), lifecycle, Metadata::default(), now) }
}

fn web(state: DesiredState) -> Process {
    Process::new_web(&app(state), Guid::new("v1"), &ProcessSettings::default(), Timestamp::from_seconds(0))
}

fn updated(change: &UpdateProcess) -> Result<Process, ProcessError> {
    let now = Timestamp::from_seconds(1);
    let (settings, quotas) = (ProcessSettings::default(), Quotas::default());
    web(DesiredState::Stopped).updated(change, false, &settings, &quotas, Metadata::default(), now)
}

#[test]
fn the_first_web_process_has_the_guid_of_its_app() {
    let web = web(DesiredState::Stopped);
    assert_eq!(web.guid.as_str(), "app");
    assert_eq!((web.instances, web.health_check.kind), (InstanceCount::ONE, HealthCheckKind::Port));
}

#[test]
fn problems_of_an_update_are_reported_together_in_the_words_of_the_reference() {
    let change = UpdateProcess {
        user: Patch::Value("root".into()),
        health_check: HealthCheckUpdate {
            kind: Some(HealthCheckKind::Http),
            timeout: Patch::Value(Seconds::new(181).unwrap()),
            ..HealthCheckUpdate::default()
        },
        ..UpdateProcess::default()
    };
    assert_eq!(
        updated(&change).unwrap_err().to_string(),
        "health_check_timeout Maximum exceeded: max 180s, health_check_http_endpoint HTTP health check endpoint is not a valid URI \
         path: , user invalid (requested user 'root' not allowed, permitted users are: 'vcap')"
    );
}

#[test]
fn a_check_that_is_not_http_forgets_its_endpoint() {
    let http = HealthCheckUpdate {
        kind: Some(HealthCheckKind::Http),
        endpoint: Patch::Value(Endpoint::parse("/health").unwrap()),
        ..HealthCheckUpdate::default()
    };
    let check = HealthCheck::of(HealthCheckKind::Port).updated(&http);
    assert!(!check.lacks_endpoint());
    let port = HealthCheckUpdate { kind: Some(HealthCheckKind::Port), ..HealthCheckUpdate::default() };
    assert_eq!(check.updated(&port).endpoint, None);
}

#[test]
fn the_web_process_is_left_alone_while_deploying() {
    let (settings, now) = (ProcessSettings::default(), Timestamp::from_seconds(1));
    let scaled = web(DesiredState::Started).scaled(
        &ScaleProcess::default(),
        true,
        &settings,
        &[],
        &Quotas::default(),
        now,
    );
    assert_eq!(scaled, Err(ProcessError::ScaleWhileDeploying));
}

#[test]
fn as_much_disk_as_the_maximum_is_allowed() {
    let (settings, now) = (ProcessSettings::default(), Timestamp::from_seconds(1));
    let scale = |mb| ScaleProcess { disk: Megabytes::new(mb), ..ScaleProcess::default() };
    let scaled =
        |mb| web(DesiredState::Stopped).scaled(&scale(mb), false, &settings, &[], &Quotas::default(), now);
    assert!(scaled(2_048).is_ok());
    assert_eq!(
        scaled(2_049).unwrap_err().to_string(),
        "disk_quota too much disk requested (requested 2049 MB - must be less than 2048 MB)"
    );
}

/// An organization with so much memory in all, of which `used` are used.
fn memory(limit: u64, used: u64) -> Quotas {
    let limits = Limits { total_memory: Some(limit), ..Limits::default() };
    let usage = Usage { memory: used, ..Usage::default() };
    Quotas { space: None, organization: Some(Bounds { name: "o".into(), limits, usage }) }
}

#[test]
fn a_started_process_over_its_quota_takes_no_change_at_all() {
    let (settings, now) = (ProcessSettings::default(), Timestamp::from_seconds(1));
    let change = UpdateProcess { user: Patch::Value("root".into()), ..UpdateProcess::default() };
    let updated = |state, limit| {
        let process = web(state);
        process
            .updated(&change, false, &settings, &memory(limit, 1_024), Metadata::default(), now)
            .unwrap_err()
            .to_string()
    };
    let user = "user invalid (requested user 'root' not allowed, permitted users are: 'vcap')";
    assert_eq!(updated(DesiredState::Started, 1_023), format!("memory quota_exceeded, {user}"));
    assert_eq!(updated(DesiredState::Started, 1_024), user);
    assert_eq!(updated(DesiredState::Stopped, 0), user);
}

proptest! {
    #[test]
    fn a_stopped_process_takes_any_size_and_then_starts_only_if_it_fits(mb in 1_i64..64, count in 0_i64..8, limit in 0_u64..256, used in 0_u64..64) {
        let change = ScaleProcess { memory: Megabytes::new(mb), instances: InstanceCount::new(count), ..ScaleProcess::default() };
        let (settings, quotas, now) = (ProcessSettings::default(), memory(limit, used), Timestamp::from_seconds(1));
        let scaled = web(DesiredState::Stopped).scaled(&change, false, &settings, &[], &quotas, now);
        prop_assert!(scaled.is_ok());
        let started = scaled.unwrap().in_state(DesiredState::Started, Guid::new("v"), now);
        let takes = u64::try_from(mb * count).unwrap();
        prop_assert_eq!(started.check_start(&quotas).is_ok(), used + takes <= limit);
    }

    #[test]
    fn what_a_started_process_has_already_is_not_counted_twice(mb in 1_i64..64, limit in 0_u64..2_048) {
        let (settings, now) = (ProcessSettings::default(), Timestamp::from_seconds(1));
        let change = ScaleProcess { memory: Megabytes::new(mb), ..ScaleProcess::default() };
        let scaled = web(DesiredState::Started).scaled(&change, false, &settings, &[], &memory(limit, 1_024), now);
        prop_assert_eq!(scaled.is_ok(), u64::try_from(mb).unwrap() <= limit);
    }

    #[test]
    fn the_version_changes_exactly_when_a_stopped_process_starts_or_a_restart_is_asked_for(steps in proptest::collection::vec(0_u8..4, 0..12)) {
        let mut process = web(DesiredState::Stopped);
        for (at, step) in steps.into_iter().enumerate() {
            let before = process.clone();
            let (fresh, now) = (Guid::new(format!("v{at}-new")), Timestamp::from_seconds(1));
            process = match step {
                0 => process.in_state(DesiredState::Started, fresh, now),
                1 => process.in_state(DesiredState::Stopped, fresh, now),
                2 => process.restarted(fresh, now),
                _ => process.scaled(&ScaleProcess { memory: Megabytes::new(64), ..ScaleProcess::default() }, false,
                    &ProcessSettings::default(), &[], &Quotas::default(), now).unwrap(),
            };
            let starts = step == 2 || (step == 0 && !before.is_started());
            prop_assert_eq!(process.version != before.version, starts);
        }
    }
}

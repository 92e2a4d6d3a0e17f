use super::*;
use crate::droplet::DropletState;
use crate::lifecycle::LifecycleKind;
use crate::package::{CreatePackage, PackageRequest};
use crate::process::process_type::ProcessType;
use crate::quota::{Bounds, Limits};

pub(crate) fn package(state: PackageState) -> Package {
    let command = CreatePackage {
        app: Guid::new("a"),
        source: PackageRequest::Bits,
        metadata: MetadataPatch::default(),
    };
    let now = Timestamp::from_seconds(0);
    Package {
        state,
        ..Package::new(Guid::new("p"), &command, LifecycleKind::Buildpack, Metadata::default(), now).unwrap()
    }
}

pub(crate) fn build(package: &Package) -> Result<Build, BuildError> {
    let mb = |n| Megabytes::new(n).unwrap();
    let staging = StagingLimits { memory: mb(1024), disk: mb(1024), log_rate: LogRate::UNLIMITED };
    let creator = BuildCreator { guid: "u".into(), name: "n".into(), email: None };
    let lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: Some("s".into()) };
    let now = Timestamp::from_seconds(0);
    Build::new(Guid::new("b"), package, lifecycle, staging, creator, Metadata::default(), now)
}

#[test]
fn only_a_ready_package_is_staged_and_one_at_a_time() {
    assert_eq!(build(&package(PackageState::Failed)), Err(BuildError::PackageNotReady));
    let first = build(&package(PackageState::Ready)).unwrap();
    assert_eq!(first.state, BuildState::Staging);
    assert_eq!(admit_another(std::slice::from_ref(&first)), Err(BuildError::InProgress));
    let ended = first.failed_by_stager("it broke", Timestamp::from_seconds(1));
    assert_eq!(ended.error.as_deref(), Some("StagerError - Stager error: it broke"));
    assert_eq!(admit_another(&[ended]), Ok(()));
}

#[test]
fn an_outcome_is_recorded_once() {
    let now = Timestamp::from_seconds(1);
    let build = build(&package(PackageState::Ready)).unwrap();
    let droplet = Droplet::staging(Guid::new("d"), &build, now);
    let (staged, droplet) = build.clone().staged(droplet, StagingResult::default(), None, now).unwrap();
    assert_eq!((droplet.state, droplet.stack.as_deref()), (DropletState::Staged, Some("s")));
    assert_eq!(staged.droplet, Some(Guid::new("d")));
    let failure = BuildFailure::from_reason("Exited with status 222");
    assert_eq!(staged.clone().failed(&failure, now), Err(BuildError::Ended));
    assert_eq!(staged.staged(droplet.clone(), StagingResult::default(), None, now), Err(BuildError::Ended));
    let failed = build.failed(&failure, now).unwrap();
    assert_eq!(failed.staged(droplet, StagingResult::default(), None, now), Err(BuildError::Ended));
}

#[test]
fn a_staging_is_just_over_until_a_newer_package_waits_or_time_passes() {
    let at = Timestamp::from_seconds;
    let package = package(PackageState::Ready);
    let staging = build(&package).unwrap();
    let failed = staging.clone().failed(&BuildFailure::expired(), at(10)).unwrap();
    let newer = Package { guid: Guid::new("newer"), ..package.clone() };
    assert!(is_just_over(Some(&failed), Some(&package), at(12)));
    assert!(!is_just_over(Some(&failed), Some(&package), at(13)));
    assert!(!is_just_over(Some(&failed), Some(&package), at(9)), "a clock that was set back");
    assert!(!is_just_over(Some(&failed), Some(&newer), at(12)), "the next push has begun");
    assert!(!is_just_over(Some(&staging), Some(&package), at(1)));
    assert!(!is_just_over(None, Some(&package), at(1)) && !is_just_over(Some(&failed), None, at(12)));
}

#[test]
fn failure_reasons_become_the_errors_clients_look_for() {
    for (reason, error) in [
        (
            "Exited with status 222",
            "NoAppDetectedError - An app was not successfully detected by any available buildpack",
        ),
        ("223", "BuildpackCompileFailed - App staging failed in the buildpack compile phase"),
        ("insufficient resources: memory", "InsufficientResources - Insufficient resources"),
        ("missing docker registry", "StagingError - Staging error: missing docker registry"),
        ("anything", "StagingError - Staging error: staging failed"),
    ] {
        assert_eq!(BuildFailure::from_reason(reason).to_string(), error);
    }
}

#[test]
fn a_result_with_u0000_in_a_process_type_or_a_command_fails_the_build_and_says_why() {
    for types in [r#"{"we\u0000b":"run"}"#, r#"{"web":"ru\u0000n"}"#] {
        let text = format!(r#"{{"process_types":{types}}}"#);
        let failure = StagingResult::parse(&text, str::to_owned).unwrap_err().to_string();
        assert!(failure.starts_with("StagingError - Staging error: U+0000 is not allowed in process types"));
    }
    assert!(ProcessType::parse("we\0b").is_none());
}

#[test]
fn a_result_is_read_with_its_buildpacks_and_sidecars() {
    let text = r#"{"lifecycle_type":"buildpack","execution_metadata":"{}","process_types":{"web":"run","worker":"work"},
        "lifecycle_metadata":{"buildpack_key":"k","detected_buildpack":"ruby 3","buildpacks":[{"key":"k","name":"ruby","version":"1.2"}]},
        "sidecars":[{"name":"m","command":"./m","process_types":["web"],"memory":16}]}"#;
    let result = StagingResult::parse(text, |key| format!("named {key}")).unwrap();
    assert_eq!(result.process_types.get(&ProcessType::web()), Some("run"));
    let receipt = result.buildpacks.first().unwrap();
    assert_eq!((receipt.name.as_str(), receipt.detect_output.as_deref()), ("named k", Some("ruby 3")));
    assert_eq!(result.sidecars.first().unwrap().memory, Megabytes::new(16));
}

#[test]
fn a_result_of_another_shape_fails_the_build() {
    for text in ["", "[]", r#"{"process_types":3}"#, r#"{"process_types":{"":"x"}}"#] {
        assert!(StagingResult::parse(text, str::to_owned).is_err(), "{text}");
    }
    let empty = StagingResult::parse("{}", str::to_owned).unwrap();
    let failure = empty.check_command(None).unwrap_err();
    assert_eq!(failure.to_string(), "StagingError - Staging error: Start command not specified");
    assert!(empty.check_command(Some("run")).is_ok());
}

#[test]
fn staging_gets_what_the_web_process_has_but_at_least_the_minimum() {
    let mb = |n| Megabytes::new(n).unwrap();
    let settings = StagingSettings {
        min_memory: mb(512),
        min_disk: mb(512),
        max_disk: mb(2048),
        custom_buildpacks: true,
    };
    let request = CreateBuild {
        package: Guid::new("p"),
        lifecycle: None,
        memory: Some(64),
        disk: None,
        log_rate: None,
        metadata: MetadataPatch::default(),
    };
    let limits = StagingLimits::of(&request, None, &settings, &Quotas::default()).unwrap();
    assert_eq!((limits.memory, limits.disk, limits.log_rate), (mb(512), mb(512), LogRate::UNLIMITED));
    let request = CreateBuild { disk: Some(4096), ..request };
    assert_eq!(StagingLimits::of(&request, None, &settings, &Quotas::default()), Err(BuildError::DiskLimit));
    let request = CreateBuild { disk: None, memory: Some(1 << 40), ..request };
    assert_eq!(
        StagingLimits::of(&request, None, &settings, &Quotas::default()),
        Err(BuildError::MemoryLimit)
    );
}

#[test]
fn the_quotas_are_asked_about_what_is_more_than_the_minimum() {
    let mb = |n| Megabytes::new(n).unwrap();
    let settings = StagingSettings { min_memory: mb(32), min_disk: mb(32), ..StagingSettings::default() };
    let limits = Limits { total_memory: Some(50), log_rate: Some(50), ..Limits::default() };
    let bounds = Bounds { name: "o".into(), limits, ..Bounds::default() };
    let quotas = Quotas { space: None, organization: Some(bounds) };
    let of = |memory: u64, disk: u64, rate: i64| {
        let request = CreateBuild {
            package: Guid::new("p"),
            lifecycle: None,
            memory: Some(memory),
            disk: Some(disk),
            log_rate: LogRate::new(rate),
            metadata: MetadataPatch::default(),
        };
        StagingLimits::of(&request, None, &settings, &quotas).map_err(|error| error.to_string())
    };
    assert_eq!(of(50, 64, 50).unwrap().memory, mb(50));
    let memory = "organization's memory limit exceeded: staging requires 51M memory";
    assert_eq!(of(51, 9_999, 51).unwrap_err(), memory);
    assert_eq!(of(50, 9_999, 51).unwrap_err(), "disk limit exceeded");
    let log_rate = "organization's log rate limit exceeded: staging requires 51 bytes per second";
    assert_eq!(of(50, 64, 51).unwrap_err(), log_rate);
    assert!(of(50, 64, -1).is_ok());
    let settings = StagingSettings { min_memory: mb(64), ..settings };
    let request = CreateBuild {
        package: Guid::new("p"),
        lifecycle: None,
        memory: Some(63),
        disk: None,
        log_rate: Some(LogRate::UNLIMITED),
        metadata: MetadataPatch::default(),
    };
    assert_eq!(StagingLimits::of(&request, None, &settings, &quotas).unwrap().memory, mb(64));
}

//! From a package to a droplet that runs.

use super::adoption::end_supervisors;
use super::stand::{Record, Stand, artifact, get, key, web, worker};
use cc_domain::build::CUT_OFF;
use cc_domain::runtime::{
    Artifact, ArtifactKind, BuildId, BuildOutcome, BuildSpec, Env, Limits, Runtime, RuntimeError, Staged,
};
use cc_runtime::Isolation;
use std::io::Write;
use std::path::Path;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ID: &str = "20000000-0000-4000-8000-000000000000";

fn archive(path: &Path, files: &[(&str, &str, u32)]) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text, mode) in files {
        zip.start_file(*name, SimpleFileOptions::default().unix_permissions(*mode)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn buildpack(key: &str, name: &str) -> Artifact {
    artifact(ArtifactKind::Buildpack { key: key.into(), name: name.into() }, key)
}

fn build(buildpacks: Vec<Artifact>) -> BuildSpec {
    let process = worker(1, "");
    BuildSpec {
        build: BuildId::new(ID).unwrap(),
        owner: process.owner,
        lifecycle: process.lifecycle,
        image: process.image,
        package: artifact(ArtifactKind::Package("package".into()), "package"),
        cache: None,
        buildpacks,
        skip_detect: false,
        env: Env(vec![("MARK".into(), "from the build".into())]),
        limits: Limits { memory_mb: 512, disk_mb: 512, ..process.limits },
        egress: Vec::new(),
        timeout_ms: 0,
        start_after: true,
        tags: process.tags,
        placement: process.placement,
        files: Vec::new(),
    }
}

fn finished(record: &Record) -> Option<BuildOutcome> {
    record.builds.last().cloned()
}

const SLOW: &[(&str, &str, u32)] = &[
    ("bin/detect", "#!/bin/sh\necho slow 1.0\n", 0o755),
    ("bin/compile", "#!/bin/sh\necho compiling $CF_STACK $MARK\nsleep ${PAUSE:-0}\necho compiled\n", 0o755),
    ("bin/release", "#!/bin/sh\necho 'default_process_types: {web: \"echo started; sleep 1000\"}'\n", 0o755),
];

async fn a_static_site_is_staged_and_served(isolation: Isolation) {
    let stand = Stand::new(isolation).await;
    archive(&stand.blobs.join("package"), &[("Staticfile", "", 0o644), ("index.html", "<p>hi</p>", 0o644)]);
    stand
        .runtime
        .start_build(&build(vec![buildpack("builtin:staticfile", "staticfile_buildpack")]))
        .await
        .unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    let Ok(Staged { result, droplet, .. }) = &outcome.result else {
        panic!("{outcome:?}\n{}", stand.recorder.text())
    };
    assert!(outcome.start);
    let result: serde_json::Value = serde_json::from_str(result).unwrap();
    assert_eq!(result["process_types"]["web"], "$HOME/boot.sh");
    assert_eq!(result["lifecycle_type"], "buildpack");
    assert!(droplet.as_ref().is_some_and(|droplet| droplet.bytes > 0));
    let told = stand.recorder.text();
    let mut at = 0;
    for line in [
        "Downloading staticfile_buildpack...",
        "Downloaded staticfile_buildpack",
        "Downloading app package...",
        "Downloaded app package (",
        "-----> Staticfile Buildpack version",
        "Exit status 0",
        "Uploading droplet, build artifacts cache...",
        "Uploading droplet...",
        "Uploaded droplet (",
        "Uploading build artifacts cache...",
        "Uploaded build artifacts cache (",
        "Uploading complete",
    ] {
        let found = told.get(at..).and_then(|rest| rest.find(line));
        at += found.unwrap_or_else(|| panic!("{line} is not in its place:\n{told}"));
    }
    let mut spec = web(1, "");
    spec.droplet = Some(artifact(ArtifactKind::Droplet(ID.into()), ID));
    stand.ensure(&spec).await;
    let (_, _, port) = stand.routable(1).await.remove(0);
    assert_eq!(get(port, "/"), "<p>hi</p>");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_site_is_staged_and_served_in_the_strongest_tier() {
    a_static_site_is_staged_and_served(Isolation::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_site_is_staged_and_served_in_the_process_tier() {
    a_static_site_is_staged_and_served(Isolation::Process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_buildpack_runs_unmodified_and_its_cache_is_kept() {
    let stand = Stand::new(Isolation::Auto).await;
    archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
    archive(&stand.blobs.join("30000000-0000-4000-8000-000000000000"), SLOW);
    let uploaded = buildpack("30000000-0000-4000-8000-000000000000", "slow");
    stand.runtime.start_build(&build(vec![uploaded])).await.unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    let staged = outcome.result.unwrap_or_else(|reason| panic!("{reason}\n{}", stand.recorder.text()));
    assert!(staged.cache.is_some());
    stand.recorder.line("STG", "compiling cflinuxfs4 from the build").await;
    stand.recorder.line("STG", "Uploading complete").await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_no_buildpack_wants_fails_with_222() {
    let stand = Stand::new(Isolation::Auto).await;
    archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
    stand.runtime.start_build(&build(vec![buildpack("builtin:staticfile", "s")])).await.unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert_eq!(outcome.result, Err("STG: Exited with status 222".to_owned()));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_goes_on_without_a_server_and_is_reported_by_the_next() {
    let mut stand = Stand::new(Isolation::Auto).await;
    archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
    archive(&stand.blobs.join("slow"), SLOW);
    let spec =
        BuildSpec { env: Env(vec![("PAUSE".into(), "2".into())]), ..build(vec![buildpack("slow", "slow")]) };
    stand.runtime.start_build(&spec).await.unwrap();
    stand.recorder.line("STG", "compiling cflinuxfs4").await;
    stand.again().await;
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert!(outcome.result.is_ok(), "{outcome:?}");
    stand.recorder.line("STG", "compiled").await;
    stand.down().await;
}

/// How often the build of [`SLOW`] has begun.
async fn begun(stand: &Stand, times: usize) {
    let compiling = |record: &Record| {
        let fits = |line: &&cc_runtime::LogLine| line.text == b"compiling cflinuxfs4 from the build";
        (record.lines.iter().filter(fits).count() == times).then_some(())
    };
    stand.recorder.until("the build", compiling).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_was_cut_off_begins_again_once() {
    for (pause, cuts) in [("2", 1), ("1000", 2)] {
        let stand = Stand::new(Isolation::Auto).await;
        archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
        archive(&stand.blobs.join("slow"), SLOW);
        let mut spec = build(vec![buildpack("slow", "slow")]);
        spec.env.0.push(("PAUSE".into(), pause.into()));
        stand.runtime.start_build(&spec).await.unwrap();
        for cut in 1..=cuts {
            begun(&stand, cut).await;
            end_supervisors(&stand.folder.path().join("runtime"));
        }
        let outcome = stand.recorder.until("the outcome", finished).await;
        stand.recorder.line("STG", "The build was cut off and begins again.").await;
        match cuts {
            1 => assert!(outcome.result.is_ok(), "{outcome:?}"),
            _ => assert_eq!(outcome.result, Err(CUT_OFF.to_owned())),
        }
        stand.down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_was_cut_off_without_a_server_begins_again_with_the_next() {
    let mut stand = Stand::new(Isolation::Auto).await;
    archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
    archive(&stand.blobs.join("slow"), SLOW);
    let mut spec = build(vec![buildpack("slow", "slow")]);
    spec.env.0.push(("PAUSE".into(), "2".into()));
    stand.runtime.start_build(&spec).await.unwrap();
    begun(&stand, 1).await;
    stand.again_standing_by().await;
    end_supervisors(&stand.folder.path().join("runtime"));
    stand.again().await;
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert!(outcome.result.is_ok(), "{outcome:?}");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_ends_at_its_time_limit_and_when_it_is_cancelled() {
    let stand = Stand::new(Isolation::Auto).await;
    archive(&stand.blobs.join("package"), &[("a", "b", 0o644)]);
    archive(&stand.blobs.join("slow"), SLOW);
    let endless =
        BuildSpec { env: Env(vec![("PAUSE".into(), "1000".into())]), ..build(vec![buildpack("slow", "s")]) };
    let limited = BuildSpec { timeout_ms: 2000, ..endless.clone() };
    stand.runtime.start_build(&limited).await.unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert_eq!(outcome.result, Err("staging exceeded 2s".to_owned()));
    let other = BuildId::new("other").unwrap();
    stand.runtime.start_build(&BuildSpec { build: other.clone(), ..endless }).await.unwrap();
    let compiling = |record: &Record| {
        let fits = |line: &&cc_runtime::LogLine| line.text == b"compiling cflinuxfs4";
        (record.lines.iter().filter(fits).count() == 2).then_some(())
    };
    stand.recorder.until("the second build", compiling).await;
    stand.runtime.cancel_build(&other).await.unwrap();
    let second = |record: &Record| record.builds.iter().find(|outcome| outcome.build == other).cloned();
    let outcome = stand.recorder.until("the second outcome", second).await;
    assert_eq!(outcome.result, Err("task was cancelled".to_owned()));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_without_a_buildpack_is_refused() {
    let stand = Stand::new(Isolation::Auto).await;
    assert_eq!(
        stand.runtime.start_build(&build(Vec::new())).await,
        Err(RuntimeError::Invalid("a build needs a buildpack".into()))
    );
    assert_eq!(stand.runtime.describe_process(&key()).await, Ok(None));
    stand.down().await;
}

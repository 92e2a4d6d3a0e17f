//! `buildpack_upload` and its job

use super::{FORBIDDEN, NOT_FOUND, PREFIX, create};
use crate::api_tests;
use crate::harness::{Answer, BitsWorld, MAX_UPLOAD, TestApi, Zipped, zip_of};
use cc_domain::runtime::MockRuntime;
use serde_json::json;

fn archive(manifest: &str) -> Vec<u8> {
    zip_of(&[Zipped::File("bin/compile", b"#!/bin/sh\n"), Zipped::File("manifest.yml", manifest.as_bytes())])
}

async fn upload(world: &BitsWorld<'_>, guid: &str, bits: &[u8]) -> Answer {
    world.send("admin", &format!("/v3/buildpacks/{guid}/upload"), &[("bits", bits)]).await
}

/// The finished job of an upload.
async fn uploaded(world: &BitsWorld<'_>, guid: &str, bits: &[u8]) -> Answer {
    let accepted = upload(world, guid, bits).await;
    assert_eq!(accepted.status, 202, "{accepted:?}");
    world.api.run_jobs().await;
    world.api.get("admin", &accepted.job_path()).await
}

fn failure(job: &Answer) -> String {
    assert_eq!(job.text("/state"), "FAILED", "{job:?}");
    format!("{} {}: {}", job.at("/errors/0/code"), job.text("/errors/0/title"), job.text("/errors/0/detail"))
}

async fn bits_make_a_buildpack_ready(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = create(&api, json!({ "name": "mine" })).await;
    let accepted = upload(&world, &guid, &archive("language: x\nstack: cflinuxfs4\n")).await;
    insta::assert_snapshot!("accepted", accepted.redacted());
    api.run_jobs().await;
    let job = api.get("admin", &accepted.job_path()).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("buildpack.upload", "COMPLETE"));
    let ready = api.get("dev", &format!("/v3/buildpacks/{guid}")).await;
    assert_eq!(
        (ready.text("/state"), ready.text("/stack"), ready.text("/filename")),
        ("READY", "cflinuxfs4", "package.zip")
    );
    assert_eq!(world.blobs("buildpacks").len(), 1);
    assert!(world.leftovers().is_empty());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.buildpack.upload"));
}

async fn a_build_gets_the_uploaded_bits(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = create(&api, json!({ "name": "mine" })).await;
    assert_eq!(uploaded(&world, &guid, &archive("language: x\n")).await.text("/state"), "COMPLETE");
    let blob = world.blobs("buildpacks")[0].clone();
    let package = world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let lifecycle = json!({ "type": "buildpack", "data": { "buildpacks": ["mine"] } });
    let build = api
        .post("dev", "/v3/builds", json!({ "package": { "guid": package }, "lifecycle": lifecycle }))
        .await;
    assert_eq!(build.status, 201, "{build:?}");
    let mut runtime = MockRuntime::new();
    runtime.expect_start_build().times(1).returning(move |spec| {
        let [buildpack] = &spec.buildpacks[..] else { panic!("{:?}", spec.buildpacks) };
        assert!(blob.ends_with(&buildpack.blob_key), "{blob} {buildpack:?}");
        assert!(buildpack.checksum.is_some() && spec.skip_detect);
        Ok(())
    });
    world.run_jobs_with(runtime).await;
}

async fn replaced_bits_stay_as_long_as_a_build_may_need_them(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = create(&api, json!({ "name": "mine" })).await;
    let (one, two) = (archive("a: 1\n"), archive("a: 2\n"));
    for bits in [&one, &two, &one] {
        assert_eq!(uploaded(&world, &guid, bits).await.text("/state"), "COMPLETE");
    }
    assert_eq!(world.blobs("buildpacks").len(), 2);
    api.clock.advance(901);
    api.run_jobs().await;
    assert_eq!(world.blobs("buildpacks").len(), 1, "the first are those that it has again");
    assert_eq!(uploaded(&world, &guid, &one).await.text("/state"), "COMPLETE");
    api.delete_now("admin", &format!("/v3/buildpacks/{guid}")).await;
    assert!(world.blobs("buildpacks").is_empty());
}

async fn what_the_archive_says_of_itself_has_to_fit(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    api.post("admin", "/v3/stacks", json!({ "name": "other" })).await;
    let mine = create(&api, json!({ "name": "mine", "stack": "cflinuxfs4" })).await;
    let free = create(&api, json!({ "name": "mine" })).await;
    let (on_other, on_default) = (archive("stack: other\n"), archive("stack: cflinuxfs4\n"));
    let large = archive(&format!("a: {}\n", "x".repeat(1 << 20)));
    for (guid, bits, text) in [
        (
            &mine,
            &on_other,
            "390011 CF-BuildpackStacksDontMatch: Uploaded buildpack stack (other) does not match cflinuxfs4",
        ),
        (
            &free,
            &archive("stack: none\n"),
            "390012 CF-BuildpackStackDoesNotExist: Uploaded buildpack stack (none) does not exist",
        ),
        (
            &free,
            &on_default,
            "290000 CF-BuildpackNameStackLifecycleTaken: The buildpack name mine is already in use for the stack cflinuxfs4 and the lifecycle buildpack",
        ),
        (
            &free,
            &archive("a: b: c"),
            "390013 CF-BuildpackZipError: Buildpack zip error: buildpack manifest is not valid",
        ),
        (&free, &large, "390013 CF-BuildpackZipError: Buildpack zip error: buildpack manifest is too large"),
        (
            &free,
            &b"PK\x03\x04 and no more".to_vec(),
            "390013 CF-BuildpackZipError: Buildpack zip error: buildpack zipfile is not valid",
        ),
    ] {
        assert_eq!(failure(&uploaded(&world, guid, bits).await), text);
        assert_eq!(api.get("dev", &format!("/v3/buildpacks/{guid}")).await.text("/state"), "AWAITING_UPLOAD");
    }
    assert!(world.blobs("buildpacks").is_empty());
    assert!(world.leftovers().is_empty());
}

async fn a_file_that_is_no_archive_is_refused_at_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = create(&api, json!({ "name": "mine" })).await;
    let cnb = create(&api, json!({ "name": "mine", "lifecycle": "cnb" })).await;
    let prefix = format!("{PREFIX} Uploaded buildpack file is invalid:");
    let no_zip =
        "package.zip is not a zip file. Buildpacks of lifecycle \"buildpack\" must be valid zip files.";
    assert_eq!(upload(&world, &guid, b"text").await.refusal(), format!("{prefix} {no_zip}"));
    assert_eq!(
        upload(&world, &guid, b"").await.refusal(),
        format!("{prefix} {no_zip}, package.zip cannot be empty")
    );
    assert_eq!(
        upload(&world, &cnb, b"text").await.refusal(),
        format!(
            "{prefix} package.zip is not a gzip archive or cnb file. Buildpacks of lifecycle \"cnb\" must be valid gzip archives or cnb files."
        )
    );
    assert_eq!(uploaded(&world, &cnb, b"\x1f\x8b\x08 and so on").await.text("/state"), "COMPLETE");
    let path = format!("/v3/buildpacks/{guid}/upload");
    let missing = format!("{prefix} A buildpack zip file must be uploaded as 'bits'");
    assert_eq!(world.send("admin", &path, &[]).await.refusal(), missing);
    assert_eq!(api.post("admin", &path, json!({})).await.refusal(), missing);
    assert_eq!(
        world.send("admin", "/v3/buildpacks/any/upload?bits_path=x", &[]).await.refusal(),
        format!("{prefix} Bits path is invalid")
    );
    let bits = vec![1; usize::try_from(MAX_UPLOAD).unwrap() + 1];
    assert_eq!(upload(&world, &guid, &bits).await.status, 400);
    assert!(world.leftovers().is_empty());
}

async fn a_locked_buildpack_keeps_its_bits(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = create(&api, json!({ "name": "mine", "locked": true })).await;
    assert_eq!(
        upload(&world, &guid, &archive("a: 1\n")).await.refusal(),
        format!("{PREFIX} Buildpack is locked")
    );
    assert!(world.blobs("buildpacks").is_empty());
}

async fn only_an_admin_uploads(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/buildpacks/{}/upload", create(&api, json!({ "name": "mine" })).await);
    assert_eq!(world.send("dev", &path, &[("bits", &archive("a: 1\n"))]).await.refusal(), FORBIDDEN);
    assert_eq!(world.send("admin", "/v3/buildpacks/no/upload", &[]).await.refusal(), NOT_FOUND);
}

api_tests![
    bits_make_a_buildpack_ready,
    a_build_gets_the_uploaded_bits,
    replaced_bits_stay_as_long_as_a_build_may_need_them,
    what_the_archive_says_of_itself_has_to_fit,
    a_file_that_is_no_archive_is_refused_at_once,
    a_locked_buildpack_keeps_its_bits,
    only_an_admin_uploads
];

//! `package_upload`

use crate::api_tests;
use crate::harness::{BitsWorld, MAX_UPLOAD, TestApi, Zipped, zip_of};
use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use cc_domain::feature_flag::FeatureFlag;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const BZIP2: &[u8] = include_bytes!("../../../../tests/archives/bzip2.zip");
const LZMA: &[u8] = include_bytes!("../../../../tests/archives/lzma.zip");
const ENCRYPTED: &[u8] = include_bytes!("../../../../tests/archives/encrypted.zip");
/// A form that has begun well.
const LATER: &str = "--b\r\nContent-Disposition: form-data; name=\"resources\"\r\n\r\n[]\r\n--b\r\nX-Long: ";

/// Big enough to be remembered, and no zeros.
fn big() -> Vec<u8> {
    (0..100_000_u32).map(|n| (n % 251) as u8).collect()
}

/// The resource that [`big`] is, as resource matches show it.
fn big_resource(path: &str) -> Value {
    json!({
        "checksum": { "value": "dd4f2ff5ce1a2cac0b0d9a4df4e8df8b7e4d8f0a" },
        "size_in_bytes": 100_000,
        "path": path,
        "mode": "644",
    })
}

async fn bits_make_a_package_ready(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let zip =
        zip_of(&[Zipped::File("dir/", b""), Zipped::File("dir/a", b"b"), Zipped::Link("dir/l", "../dir/a")]);
    let uploaded = world.upload("dev", &guid, &[("resources", b"[]"), ("bits", &zip)]).await;
    assert_eq!((uploaded.status, uploaded.text("/state")), (200, "READY"), "{uploaded:?}");
    assert_eq!(uploaded.text("/data/checksum/value").len(), 64);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.package.upload"));
    assert_eq!(world.blobs("packages").len(), 1);
    assert!(world.leftovers().is_empty());
    assert_eq!(
        world.upload("dev", &guid, &[("bits", &zip)]).await.refusal(),
        "400 150004 CF-PackageBitsAlreadyUploaded: Bits may be uploaded only once. Create a new package to upload different bits."
    );
}

async fn an_upload_may_be_processed_again(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.package_of(&zip_of(&[Zipped::File("big", &big())])).await;
    let resources = json!([sha1_of_big(&world)]).to_string();
    let guid = world.package().await;
    let zip = zip_of(&[Zipped::File("small", b"x")]);
    let path = format!("/v3/packages/{guid}/upload");
    let taken = world.send("dev", &path, &[("resources", resources.as_bytes()), ("bits", &zip)]).await;
    assert_eq!(taken.text("/state"), "PROCESSING_UPLOAD");
    let jobs = api.ports.queue.claim("gone", 1, api.ports.now()).await.unwrap();
    let upload = cc_actions::job::Kind::named("package.upload").unwrap();
    let bits = || async {
        (upload.run)(api.ports.clone(), jobs[0].clone()).await.unwrap();
        let package = api.get("dev", &format!("/v3/packages/{guid}")).await;
        let blob = world.blobs("packages").into_iter().find(|path| path.ends_with(&guid)).unwrap();
        (package.text("/data/checksum/value").to_owned(), std::fs::read(blob).unwrap())
    };
    let first = bits().await;
    assert_eq!(first.0.len(), 64);
    assert!(bits().await == first, "a second run changes nothing");
    assert!(world.leftovers().is_empty());
}

async fn files_that_are_known_need_not_be_sent(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.package_of(&zip_of(&[Zipped::File("lib/big", &big()), Zipped::File("small", b"x")])).await;
    let asked = json!({ "resources": [sha1_of_big(&world), big_resource("no")] });
    let found = api.post("dev", "/v3/resource_matches", asked).await;
    assert_eq!(found.body["resources"].as_array().map(Vec::len), Some(1), "{found:?}");
    let resources = found.at("/resources").to_string();
    let guid = world.package().await;
    let uploaded = world.upload("dev", &guid, &[("resources", resources.as_bytes())]).await;
    assert_eq!(uploaded.text("/state"), "READY", "{uploaded:?}");
    let blob = world.blobs("packages").into_iter().find(|path| path.ends_with(&guid)).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(blob).unwrap()).unwrap();
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name("lib/big").unwrap(), &mut content).unwrap();
    assert!(content == big());
    assert!(world.leftovers().is_empty());
}

async fn what_is_sent_is_completed_with_what_is_known(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.package_of(&zip_of(&[Zipped::File("big", &big())])).await;
    let known = sha1_of_big(&world);
    let old = json!([{ "sha1": known["checksum"]["value"], "size": 100_000, "fn": "x/big", "mode": "0755" }]);
    let guid = world.package().await;
    let zip = zip_of(&[Zipped::File("small", b"x")]);
    let uploaded =
        world.upload("dev", &guid, &[("resources", old.to_string().as_bytes()), ("bits", &zip)]).await;
    assert_eq!(uploaded.text("/state"), "READY", "{uploaded:?}");
    let blob = world.blobs("packages").into_iter().find(|path| path.ends_with(&guid)).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(blob).unwrap()).unwrap();
    assert_eq!(zip.by_name("x/big").unwrap().unix_mode().map(|mode| mode & 0o777), Some(0o755));
    assert!(zip.by_name("small").is_ok());
}

async fn an_archive_that_cannot_be_trusted_fails_the_package(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let invalid = "The app upload is invalid: Invalid zip archive";
    let zeros = vec![0; usize::try_from(MAX_UPLOAD).unwrap() + 1];
    for (name, zip, text) in [
        ("no zip", b"not a zip".to_vec(), format!("{invalid}.")),
        ("empty", zip_of(&[]), format!("{invalid} (zipfile is empty).")),
        ("absolute", zip_of(&[Zipped::File("/etc/a", b"b")]), format!("{invalid}.")),
        (
            "link out",
            zip_of(&[Zipped::Link("a/l", "../../etc")]),
            "The app upload is invalid: Symlink(s) point outside of root folder".to_owned(),
        ),
        (
            "absolute link",
            zip_of(&[Zipped::Link("l", "/etc/passwd")]),
            "The app upload is invalid: Symlink(s) point outside of root folder".to_owned(),
        ),
        (
            "bomb",
            zip_of(&[Zipped::File("zeros", &zeros)]),
            format!("The app package is invalid: Package may not be larger than {MAX_UPLOAD} bytes"),
        ),
    ] {
        let guid = world.package().await;
        let uploaded = world.upload("dev", &guid, &[("bits", &zip)]).await;
        assert_eq!((uploaded.status, uploaded.text("/state")), (200, "FAILED"), "{name}: {uploaded:?}");
        assert_eq!(uploaded.text("/data/error"), text, "{name}");
    }
    assert!(world.blobs("packages").is_empty());
    assert!(world.leftovers().is_empty());
}

async fn an_archive_that_staging_could_not_read_fails_the_package(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for (name, zip, why) in [
        (
            "bzip2",
            BZIP2.to_vec(),
            "'index.html' in the zip is compressed with bzip2, only deflate is understood",
        ),
        (
            "LZMA",
            LZMA.to_vec(),
            "'index.html' in the zip is compressed with LZMA, only deflate is understood",
        ),
        ("encrypted", ENCRYPTED.to_vec(), "'index.html' in the zip is encrypted"),
    ] {
        let guid = world.package().await;
        let uploaded = world.upload("dev", &guid, &[("bits", &zip)]).await;
        let text = format!("The app upload is invalid: Invalid zip archive ({why}).");
        assert_eq!(
            (uploaded.text("/state"), uploaded.text("/data/error")),
            ("FAILED", text.as_str()),
            "{name}"
        );
    }
    assert!(world.blobs("packages").is_empty());
}

async fn resources_that_cannot_be_used_fail_the_package(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.package_of(&zip_of(&[Zipped::File("big", &big())])).await;
    let known = sha1_of_big(&world);
    let with = |key: &str, value: &str| {
        let mut resource = known.clone();
        resource[key] = json!(value);
        resource
    };
    let unknown = "dd4f2ff5ce1a2cac0b0d9a4df4e8df8b7e4d8f0a";
    let mut wrong = known.clone();
    wrong["checksum"]["value"] = json!("../../packages");
    for (resource, text) in [
        (big_resource("a"), format!("Could not find object '{unknown}'")),
        (wrong, "Could not find object '../../packages'".to_owned()),
        (with("path", "../a"), "The resource file path is invalid: File path '../a' is not safe.".to_owned()),
        (with("path", "/a"), "The resource file path is invalid: File path '/a' is not safe.".to_owned()),
        (with("mode", "444"), "The resource file mode is invalid: File mode '444' with path 'lib/big' is invalid. Minimum file mode is '0600'".to_owned()),
    ] {
        let guid = world.package().await;
        let uploaded = world.upload("dev", &guid, &[("resources", json!([resource]).to_string().as_bytes())]).await;
        assert_eq!((uploaded.text("/state"), uploaded.text("/data/error")), ("FAILED", text.as_str()));
    }
    assert_eq!(world.blobs("packages").len(), 1);
    assert!(world.leftovers().is_empty());
}

async fn more_than_is_allowed_is_not_taken(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let bits = vec![1; usize::try_from(MAX_UPLOAD).unwrap() + 1];
    assert_eq!(
        world.upload("dev", &guid, &[("bits", &bits)]).await.refusal(),
        format!(
            "400 150001 CF-AppPackageInvalid: The app package is invalid: Package may not be larger than {MAX_UPLOAD} bytes"
        )
    );
    assert_eq!(api.get("dev", &format!("/v3/packages/{guid}")).await.text("/state"), "AWAITING_UPLOAD");
    assert!(world.leftovers().is_empty());
    assert!(world.blobs("packages").is_empty());
}

async fn a_form_that_says_nothing_or_names_a_path_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let nothing = format!("{PREFIX} Upload must include either resources or bits");
    assert_eq!(world.upload("dev", &guid, &[]).await.refusal(), nothing);
    assert_eq!(world.upload("dev", &guid, &[("resources", b"[]")]).await.refusal(), nothing);
    assert_eq!(api.post("dev", "/v3/packages/any/upload", json!({})).await.refusal(), nothing);
    assert_eq!(world.upload("dev", &guid, &[("resources", b"{}")]).await.refusal(), nothing);
    for bad in [&b"{"[..], b"{\"a\":1}", b"null"] {
        let refused = world.upload("dev", &guid, &[("resources", bad)]).await;
        assert_eq!(refused.refusal(), format!("{PREFIX} Resources must be valid JSON."));
    }
    let path = format!("{PREFIX} Bits path is invalid");
    assert_eq!(world.send("dev", "/v3/packages/any/upload?bits_path='x'", &[]).await.refusal(), path);
    assert_eq!(world.upload("dev", &guid, &[("bits_path", b"/etc/passwd")]).await.refusal(), path);
    // Texts that nobody asked for do not count.
    assert_eq!(world.upload("dev", &guid, &[("x", b"y")]).await.refusal(), nothing);
    let bits_path = json!({ "bits_path": "/etc/passwd" });
    assert_eq!(api.post("dev", &format!("/v3/packages/{guid}/upload"), bits_path).await.refusal(), path);
    let list = json!({ "resources": [big_resource("a")] });
    assert_eq!(
        api.post("dev", &format!("/v3/packages/{guid}/upload"), list).await.refusal(),
        format!("{PREFIX} Resources must be valid JSON.")
    );
    let torn = Request::post(format!("/v3/packages/{guid}/upload"))
        .header("authorization", "bearer dev")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from("--b\r\nContent-Disposition: form-data; name=\"bits\"; filename=\"a\"\r\n\r\nPK"));
    assert_eq!(api.call(torn.unwrap()).await.status, 400);
    assert_eq!(api.get("dev", &format!("/v3/packages/{guid}")).await.text("/state"), "AWAITING_UPLOAD");
    assert!(world.leftovers().is_empty());
}

async fn what_stands_before_a_part_is_bounded(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let head = "--b\r\nContent-Disposition: form-data; name=\"bits\"; filename=\"a\"\r\nX-Long: ";
    for (name, start) in [("a preamble", ""), ("headers", head), ("headers of a later part", LATER)] {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let start = stream::once(async move { Ok::<_, Infallible>(Bytes::from(start)) });
        let endless = stream::repeat_with(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Bytes::from(vec![b'x'; 16 * 1024]))
        });
        let request = Request::post(format!("/v3/packages/{guid}/upload"))
            .header("authorization", "bearer dev")
            .header("content-type", "multipart/form-data; boundary=b");
        let request = request.body(Body::from_stream(start.chain(endless.take(10_000)))).unwrap();
        assert_eq!(
            api.call(request).await.refusal(),
            "400 1004 CF-BadRequest: Bad request: a form's preamble and the headers of a part may have at most 65536 bytes",
            "{name}"
        );
        assert!(taken.load(Ordering::Relaxed) < 10, "{name}: {taken:?} chunks were taken");
    }
    assert_eq!(api.get("dev", &format!("/v3/packages/{guid}")).await.text("/state"), "AWAITING_UPLOAD");
    assert!(world.leftovers().is_empty());
}

async fn only_a_developer_uploads_and_only_while_the_flag_is_on(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let zip = zip_of(&[Zipped::File("a", b"b")]);
    assert_eq!(world.upload("aud", &guid, &[("bits", &zip)]).await.status, 403);
    assert_eq!(
        world.upload("stranger", &guid, &[("bits", &zip)]).await.refusal(),
        "404 10010 CF-ResourceNotFound: Package not found"
    );
    let docker = world.docker_package().await;
    assert_eq!(
        world.upload("dev", &docker, &[("bits", &zip)]).await.refusal(),
        format!("{PREFIX} Package type must be bits.")
    );
    world.set_flag(FeatureFlag::AppBitsUpload, false).await;
    assert_eq!(
        world.upload("dev", &guid, &[("bits", &zip)]).await.refusal(),
        "403 330002 CF-FeatureDisabled: Feature Disabled: app_bits_upload"
    );
    assert_eq!(world.upload("admin", &guid, &[("bits", &zip)]).await.text("/state"), "READY");
}

/// The resource under which [`big`] was remembered.
fn sha1_of_big(world: &BitsWorld<'_>) -> Value {
    let known = world.blobs("resources");
    assert_eq!(known.len(), 1, "{known:?}");
    let mut resource = big_resource("lib/big");
    resource["checksum"]["value"] = json!(known[0].rsplit('/').next().unwrap());
    resource
}

api_tests![
    bits_make_a_package_ready,
    an_upload_may_be_processed_again,
    files_that_are_known_need_not_be_sent,
    what_is_sent_is_completed_with_what_is_known,
    an_archive_that_cannot_be_trusted_fails_the_package,
    an_archive_that_staging_could_not_read_fails_the_package,
    resources_that_cannot_be_used_fail_the_package,
    more_than_is_allowed_is_not_taken,
    a_form_that_says_nothing_or_names_a_path_is_refused,
    what_stands_before_a_part_is_bounded,
    only_a_developer_uploads_and_only_while_the_flag_is_on
];

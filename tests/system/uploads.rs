//! Bits that are not what they should be: each ends in an error of the reference, and nothing of it stays.

use crate::push::{a_package, a_space, apply, build_of, uploaded};
use cc_tests::{Answer, Client, Server, archive, databases, symlink_archive, traversal_archive};
use serde_json::{Value, json};
use std::path::Path;

/// Uploads to a new package of the app; the answer, and the package when it is over.
fn tried(client: &Client, app: &str, send: impl Fn(&str) -> Answer) -> (Answer, Value) {
    let package = a_package(client, app);
    let answer = send(&format!("/v3/packages/{package}/upload"));
    let package = client.until("the end of an upload", || {
        let package = client.get(&format!("/v3/packages/{package}")).expect(200).json();
        (package["state"] != json!("PROCESSING_UPLOAD")).then_some(package)
    });
    (answer, package)
}

/// The package failed for this reason and cannot be staged.
#[track_caller]
fn is_refused(client: &Client, package: &Value, reason: &str) {
    assert_eq!(package["state"], json!("FAILED"), "{package}");
    let error = package["data"]["error"].as_str().unwrap_or_default();
    assert!(error.contains(reason), "{error}");
    client.post("/v3/builds", &json!({ "package": { "guid": package["guid"] } })).expect(400);
}

/// Files anywhere below.
fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .filter_map(Result::ok)
        .map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 })
        .sum()
}

#[test]
fn what_cannot_be_unpacked_safely_is_refused() {
    for database in databases("hostile") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = apply(&client, &space, "hostile", "");
        let crowd: Vec<(String, &str)> = (0..=100_000).map(|number| (format!("{number}"), "")).collect();
        let crowd: Vec<(&str, &str)> = crowd.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        for (bits, reason) in [
            (archive(&crowd), "the zip has 100001 entries, more than 100000"),
            (
                include_bytes!("../archives/bzip2.zip").to_vec(),
                "'index.html' in the zip is compressed with bzip2",
            ),
            (b"this is no zip".to_vec(), "The app upload is invalid: Invalid zip archive"),
            (traversal_archive(), "The app upload is invalid: Invalid zip archive"),
            (symlink_archive(), "The app upload is invalid: Symlink(s) point outside of root folder"),
        ] {
            let (_, package) = tried(&client, &app, |path| client.upload(path, &bits));
            is_refused(&client, &package, reason);
        }
        assert_eq!(files(&server.data_dir().join("uploads")), 0);
        assert_eq!(files(&server.data_dir().join("blobs")), 0);
        assert!(!server.data_dir().join("escaped").exists() && !std::path::Path::new("/escaped").exists());
    }
}

#[test]
fn an_upload_that_is_too_large_is_refused() {
    for database in databases("large") {
        let server = Server::start_with(database, &[("CC_MAX_UPLOAD_MB", "1")]);
        let client = server.admin();
        let space = a_space(&client);
        let app = apply(&client, &space, "large", "");
        // Small as it is sent, large when it is unpacked.
        let bits = archive(&[("zeros", &"0".repeat(3 << 20))]);
        assert!(bits.len() < 1 << 20);
        let (_, package) = tried(&client, &app, |path| client.upload(path, &bits));
        is_refused(&client, &package, "Package may not be larger than 1048576 bytes");
        let answer =
            client.upload(&format!("/v3/packages/{}/upload", a_package(&client, &app)), &vec![b'0'; 2 << 20]);
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["title"], json!("CF-AppPackageInvalid"));
        assert_eq!(files(&server.data_dir().join("uploads")), 0);
        assert_eq!(files(&server.data_dir().join("blobs")), 0);
    }
}

#[test]
fn a_wrong_checksum_is_refused_and_a_known_file_need_not_be_sent() {
    for database in databases("checksum") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = apply(&client, &space, "known", "");
        let file = |sha1: &str| json!([{ "path": "big.txt", "mode": "0644", "checksum": { "value": sha1 }, "size_in_bytes": 70_000 }]);
        let sha1 = "0000000000000000000000000000000000000000";
        let (_, package) = tried(&client, &app, |path| client.upload_with(path, &file(sha1), None));
        is_refused(&client, &package, "Could not find object");

        uploaded(&client, &app, &archive(&[("big.txt", &"x".repeat(70_000))]));
        let sha1 = "c470329cc624dc097102eb4fc87a0ecfdf013186";
        let matched =
            client.post("/v3/resource_matches", &json!({ "resources": file(sha1) })).expect(201).json();
        assert_eq!(matched["resources"], file(sha1));
        let (_, package) = tried(&client, &app, |path| client.upload_with(path, &matched["resources"], None));
        assert_eq!(package["state"], json!("READY"), "{package}");
        build_of(&client, package["guid"].as_str().expect("a package has a guid"));
    }
}

//! `doctor` looks and changes nothing.

use crate::push::{a_space, instance_guids, pushed, running};
use cc_tests::{Database, Server, binary};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every file below a folder, the work trees of apps aside.
fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of ours can be read").flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("it is there");
        if kind.is_dir() && !path.ends_with("vcap") {
            files(&path, found);
        } else if kind.is_file() {
            found.insert(path);
        }
    }
}

#[test]
fn without_the_key_the_doctor_says_so_and_leaves_the_records_of_running_apps_alone() {
    let mut server = Server::start(Database::Sqlite);
    let client = server.admin();
    let app = pushed(&client, &a_space(&client), "site", "hello");
    let before = instance_guids(&client, &app);
    server.stop();
    let (key, away) = (server.data_dir().join("keys/db.key"), server.data_dir().join("../db.key"));
    fs::rename(&key, &away).expect("a key can be put away");
    let (mut known, mut left) = (BTreeSet::new(), BTreeSet::new());
    files(&server.data_dir().join("runtime"), &mut known);

    let doctor = Command::new(binary())
        .arg("doctor")
        .env("CC_DATA_DIR", server.data_dir())
        .env("CC_LISTEN", format!("127.0.0.1:{}", server.port()))
        .output()
        .expect("the server's binary can be started");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success() && said.contains("db.key"), "{said}");
    files(&server.data_dir().join("runtime"), &mut left);
    assert_eq!(known, left, "{said}");
    assert!(!key.exists(), "no new key was made");

    fs::rename(&away, &key).expect("a key can be put back");
    server.start_again();
    let client = server.admin();
    running(&client, &app, 1);
    assert_eq!(instance_guids(&client, &app), before, "the instance ran on and was found again");
}

//! Nobody but the server's user gets at what is the server's, and what an earlier one left open is closed.

use cc_tests::{Database, Server, binary};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What others could get at below a folder, the work trees of apps aside.
fn open_to_others(folder: &Path, found: &mut Vec<PathBuf>) {
    let meta = fs::symlink_metadata(folder).expect("it is there");
    if !meta.is_symlink() && meta.mode() & 0o077 != 0 {
        found.push(folder.to_owned());
    }
    if meta.is_dir() && !folder.ends_with("data/vcap") {
        for entry in fs::read_dir(folder).expect("a folder of ours can be read").flatten() {
            open_to_others(&entry.path(), found);
        }
    }
}

#[test]
fn whatever_the_umask_is_nobody_else_gets_at_what_is_the_servers() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let made = Command::new("sh")
        .args(["-c", "umask 0; exec \"$0\" migrate"])
        .arg(binary())
        .env("CC_DATA_DIR", &data)
        .output()
        .expect("there is a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(data.join("cc.db").exists() && data.join("keys/db.key").exists());
    let mut found = Vec::new();
    open_to_others(&data, &mut found);
    assert_eq!(found, [] as [PathBuf; 0]);
}

#[test]
fn what_an_earlier_server_left_open_is_told_by_the_doctor_and_closed_by_the_next_start() {
    let mut server = Server::start(Database::Sqlite);
    server.stop();
    let data = server.data_dir();
    for (name, mode) in [("", 0o755), ("cc.db", 0o644), ("keys/db.key", 0o644), ("runtime", 0o711)] {
        fs::set_permissions(data.join(name), fs::Permissions::from_mode(mode)).expect("it is ours");
    }
    let doctor = Command::new(binary())
        .arg("doctor")
        .env("CC_DATA_DIR", &data)
        .env("CC_LISTEN", format!("127.0.0.1:{}", server.port()))
        .output()
        .expect("the server's binary can be started");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success());
    assert!(said.contains(&format!("others can get at {} and 3 more", data.display())), "{said}");
    server.start_again();
    let mut found = Vec::new();
    open_to_others(&data, &mut found);
    assert_eq!(found, [] as [PathBuf; 0]);
}

//! An installation of which something is missing, or that something else holds: refused with what to do, and nothing is written.

use crate::push::{a_package, a_space, apply};
use crate::refusals::{free_port, refusal, text, up};
use cc_tests::{Database, Server, databases, site};
use std::process::Output;

/// `up` on the folder and database of a server that has stopped.
fn again(server: &Server, database: &Database) -> Output {
    let (data, port) = (server.data_dir(), free_port());
    let mut arguments = vec!["--data-dir", text(&data), "--listen", &port];
    if let Some(url) = database.url() {
        arguments.extend(["--database", url]);
    }
    up(&arguments)
}

#[test]
fn a_database_without_its_key_is_refused_and_gets_no_new_one() {
    for database in databases("lost_key") {
        let mut server = Server::start(database.clone());
        server.stop();
        let key = server.data_dir().join("keys/db.key");
        let kept = std::fs::read(&key).expect("there is a key");
        std::fs::remove_file(&key).expect("the key can be removed");
        let said = refusal(&again(&server, &database));
        assert!(said.contains("the key that seals its secrets is missing"), "{said}");
        assert!(said.contains(text(&key)), "{said}");
        assert!(!key.exists());
        std::fs::write(&key, kept).expect("the key can be put back");
        server.start_again();
        server.admin();
    }
}

#[test]
fn an_emptied_database_beside_bits_is_refused() {
    let mut server = Server::start(Database::Sqlite);
    let client = server.admin();
    let space = a_space(&client);
    let app = apply(&client, &space, "kept", "");
    let package = a_package(&client, &app);
    client.upload(&format!("/v3/packages/{package}/upload"), &site("kept")).expect(200);
    server.stop();
    let file = server.data_dir().join("cc.db");
    for emptied in [true, false] {
        if emptied {
            std::fs::write(&file, "").expect("the database can be emptied");
        } else {
            std::fs::remove_file(&file).expect("the database can be removed");
        }
        let said = refusal(&again(&server, &Database::Sqlite));
        assert!(said.contains("cc.db is empty, but"), "{said}");
        assert!(std::fs::metadata(&file).map_or(0, |meta| meta.len()) == 0, "nothing is written");
    }
}

#[test]
fn two_folders_cannot_share_a_database_file() {
    let server = Server::start(Database::Sqlite);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (data, port) = (folder.path().join("other"), free_port());
    std::fs::create_dir_all(data.join("keys")).expect("a folder can be made");
    std::fs::copy(server.data_dir().join("keys/db.key"), data.join("keys/db.key"))
        .expect("a key can be copied");
    let url = format!("sqlite:{}", text(&server.data_dir().join("cc.db")));
    let said = refusal(&up(&["--data-dir", text(&data), "--listen", &port, "--database", &url]));
    assert!(said.contains("another server already runs on the database"), "{said}");
}

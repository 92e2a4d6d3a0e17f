//! Starts that cannot be: one clear sentence, a status that is not zero, nothing half-made.

use cc_tests::{Database, Server, binary, databases, execute};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

pub fn up(arguments: &[&str]) -> Output {
    Command::new(binary())
        .arg("up")
        .args(["--port-80", "false"])
        .args(arguments)
        .env("CC_ADMIN_PASSWORD", "a-test-password")
        .output()
        .expect("the server's binary can be started")
}

/// The one line on standard error.
#[track_caller]
pub fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "the start went well");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("cc-server: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    lines[0].to_owned()
}

pub fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("it is bound").to_string()
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are text")
}

#[test]
fn a_wrong_setting_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let output = up(&["--data-dir", text(&data), "--listen", "nowhere"]);
    assert!(refusal(&output).contains("'nowhere' is not an address to listen on"));
    assert!(!data.exists());
    let output = up(&["--no-such-flag"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--no-such-flag"));
}

#[test]
fn networks_that_cannot_be_had_are_no_start() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let settings = ["--isolation", "process", "--network", "gateway"];
    let output = up(&[&["--data-dir", text(&data), "--listen", &free_port()], &settings[..]].concat());
    let expected = "apps cannot have networks of their own here, which network = gateway asks for: tier 3";
    let said = refusal(&output);
    assert!(said.contains(expected), "{said}");
    let output = up(&["--data-dir", text(&data), "--app-ports", "80-90", "--app-egress", "10.0.0.0/8, x"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("'80-90' are no ports for apps") && said.contains("'x' is no network"), "{said}");
}

#[test]
fn a_taken_port_leaves_no_folder_behind() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let output = up(&["--data-dir", text(&data), "--listen", &address]);
    assert!(refusal(&output).contains(&format!("cannot listen on {address}")));
    assert!(!data.exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").expect("a file can be written");
    let data = file.join("data");
    let output = up(&["--data-dir", text(&data), "--listen", &free_port()]);
    assert!(refusal(&output).contains(&format!("the data folder {} cannot be used", data.display())));
}

#[test]
fn a_database_that_does_not_answer_leaves_no_folder_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let url = format!("postgres://nobody@{}/none", free_port());
    let output = up(&["--data-dir", text(&data), "--listen", &free_port(), "--database", &url]);
    refusal(&output);
    assert!(!data.exists());
}

#[test]
fn a_second_server_on_a_folder_is_refused() {
    let server = Server::start(Database::Sqlite);
    let data = server.data_dir();
    let output = up(&["--data-dir", text(&data), "--listen", &free_port()]);
    assert!(refusal(&output).contains("another server already runs on the data folder"));
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    for database in databases("newer") {
        let Database::Postgres(url) = database.clone() else { continue };
        let mut server = Server::start(database);
        server.stop();
        execute(&url, "INSERT INTO schema_migrations (version) VALUES ('9999_later')");
        let data = server.data_dir();
        let output = up(&["--data-dir", text(&data), "--listen", &free_port(), "--database", &url]);
        assert!(refusal(&output).contains("which this version does not know; use the newer version"));
    }
}

#[test]
fn a_wrong_file_is_named_with_line_and_suggestion() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("cc.toml");
    std::fs::write(&file, "# ours\nlisten = \"127.0.0.1:9\"\napp_domain = \"x.y\"\n")
        .expect("a file can be written");
    let said = refusal(&up(&["--config", text(&file)]));
    let expected =
        format!("{}, line 3: there is no setting 'app_domain'; did you mean 'apps_domain'?", text(&file));
    assert!(said.ends_with(&expected), "{said}");
}

#[test]
fn a_file_that_is_no_database_is_named_and_the_reason_said_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("keys")).expect("a folder can be made");
    std::fs::write(data.join("keys/db.key"), [7; 32]).expect("a file can be written");
    std::fs::write(data.join("cc.db"), "no database, but long enough to be looked at")
        .expect("a file can be written");
    let said = refusal(&up(&["--data-dir", text(&data), "--listen", &free_port()]));
    assert!(said.contains(text(&data.join("cc.db"))), "{said}");
    assert_eq!(said.matches("file is not a database").count(), 1, "{said}");
}

#[test]
fn what_was_never_started_has_no_key_to_rotate_and_nothing_to_stop() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let run = |word: &str| {
        let mut command = Command::new(binary());
        command.args([word, "--data-dir", text(&data)]).output().expect("the server's binary can be started")
    };
    let said = refusal(&run("rotate-keys"));
    assert!(said.contains(text(&data)) && said.contains("`cc-server up` makes the first key"), "{said}");
    let down = run("down");
    let said = String::from_utf8_lossy(&down.stdout).into_owned();
    assert!(down.status.success() && said.contains(text(&data)), "{said}");
    assert!(!data.exists());
}

//! How an app is started: its directory, its environment, the scripts before it, and the exit codes.

use super::support::launcher;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

struct Home(TempDir);

fn a_home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    for name in ["app/.profile.d", "profile.d", "deps", "tmp"] {
        fs::create_dir_all(dir.path().join(name)).unwrap();
    }
    Home(dir)
}

impl Home {
    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.path().join(name), text).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, command: &str) -> Command {
        let mut launcher = launcher(self.path());
        launcher.args([command, "{}"]);
        launcher
    }

    fn run(&self, command: &str) -> Output {
        self.command(command).output().unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const BEFORE: &str = "Invoking pre-start scripts.\n";
const START: &str = "Invoking start command.\n";

#[test]
fn an_app_starts_in_its_directory_with_its_own_paths() {
    let home = a_home();
    let output = home.run("pwd; echo $HOME; echo $TMPDIR; echo $DEPS_DIR");
    let root = home.path().canonicalize().unwrap();
    let root = root.display();
    assert_eq!(stdout(&output), format!("{BEFORE}{START}{root}/app\n{root}/app\n{root}/tmp\n{root}/deps\n"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_home_is_the_directory_of_the_launcher_unless_it_is_told_another() {
    let home = a_home();
    let mut launcher = Command::new(super::support::LIFECYCLE);
    let output = launcher.args(["launcher", "echo $HOME", "{}"]).current_dir(home.path()).output().unwrap();
    let expected = home.path().canonicalize().unwrap().join("app");
    assert_eq!(stdout(&output), format!("{BEFORE}{START}{}\n", expected.display()));
}

#[test]
fn scripts_are_sourced_in_order_buildpacks_before_the_app_before_profile() {
    let home = a_home()
        .file("profile.d/1_b.sh", "echo 1; export WORDS=one")
        .file("profile.d/0_a.sh", "echo 0")
        .file("app/.profile.d/x.sh", "echo 2; export WORDS=\"$WORDS two\"")
        .file("app/.profile", "echo 3; export WORDS=\"$WORDS three\"");
    assert_eq!(stdout(&home.run("echo $WORDS")), format!("{BEFORE}0\n1\n2\n3\n{START}one two three\n"));
}

#[test]
fn the_exit_code_of_an_app_is_its_own() {
    assert_eq!(a_home().run("exit 42").status.code(), Some(42));
    assert_eq!(a_home().run("no-such-program").status.code(), Some(127));
}

#[test]
fn the_app_takes_the_place_of_the_launcher() {
    let home = a_home();
    let child = home.command("exec echo pid=$$").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    assert!(stdout(&child.wait_with_output().unwrap()).ends_with(&format!("pid={pid}\n")));
}

#[test]
fn a_broken_pipe_ends_an_app_as_it_does_outside() {
    assert_eq!(
        stdout(&a_home().run("yes | head -1; echo ${PIPESTATUS[0]}")),
        format!("{BEFORE}{START}y\n141\n")
    );
}

#[test]
fn the_command_of_the_droplet_counts_if_no_other_is_given() {
    let home = a_home()
        .file("staging_info.yml", r#"{"detected_buildpack":"x","start_command":"echo from the droplet"}"#);
    assert!(stdout(&home.run("")).ends_with("from the droplet\n"));
    assert!(stdout(&home.run("echo given")).ends_with(&format!("{START}given\n")));
}

#[test]
fn a_buildpack_may_put_its_own_program_before_the_command() {
    let home = a_home()
        .file("staging_info.yml", r#"{"start_command":"a  b","config":{"entrypoint_prefix":"printf [%s]"}}"#);
    assert!(stdout(&home.run("")).ends_with("[a  b]"));
}

#[test]
fn without_a_command_or_enough_words_the_launcher_ends_with_1() {
    let home = a_home();
    let output = home.run("");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no start command specified or detected in droplet"));
    let output = launcher(home.path()).args(["true"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("received only 1 arguments"));
}

#[test]
fn staging_info_that_is_no_yaml_ends_with_1_even_with_a_command() {
    let output = a_home().file("staging_info.yml", "{").run("true");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("Invalid staging info"));
}

#[test]
fn a_home_that_is_not_there_ends_with_3() {
    let output = launcher(Path::new("/no/such/home")).args(["true", "{}"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn the_environment_of_the_instance_reaches_the_app_and_the_platforms_own_does_not() {
    let home = a_home();
    let output = home
        .command("echo $VCAP_APPLICATION; echo options=$VCAP_PLATFORM_OPTIONS; echo $MINE")
        .env("VCAP_APPLICATION", r#"{"name":"dora"}"#)
        .env("VCAP_PLATFORM_OPTIONS", r#"{"credhub-uri":""}"#)
        .envs([("PORT", "8080"), ("INSTANCE_INDEX", "3"), ("INSTANCE_GUID", "abc"), ("MINE", "kept")])
        .output()
        .unwrap();
    let lines = stdout(&output);
    let application: serde_json::Value = serde_json::from_str(lines.lines().nth(2).unwrap()).unwrap();
    assert_eq!(
        application,
        serde_json::json!({"name": "dora", "host": "0.0.0.0", "instance_id": "abc", "port": 8080, "instance_index": 3})
    );
    assert!(lines.ends_with("options=\nkept\n"));
}

//! The buildpacks that need no zip.

use super::support::a_staging;

#[test]
fn a_procfile_buildpack_takes_an_app_that_says_how_to_start() {
    let staged = a_staging()
        .file("Procfile", "web: ./server\n")
        .key("builtin:staticfile")
        .key("builtin:binary")
        .key("builtin:procfile")
        .run()
        .expect_success();
    let metadata = staged.result().lifecycle_metadata;
    assert_eq!(metadata.buildpack_key, "builtin:procfile");
    assert_eq!(metadata.detected_buildpack, "procfile");
    assert_eq!(staged.command("web").as_deref(), Some("./server"));
}

#[test]
fn an_app_that_says_nothing_is_for_none_of_them() {
    let staged = a_staging()
        .file("server", "x")
        .key("builtin:staticfile")
        .key("builtin:binary")
        .key("builtin:procfile")
        .run();
    assert_eq!(staged.exit_code(), 222);
}

#[test]
fn a_binary_without_a_command_says_so_when_it_is_started() {
    let staged =
        a_staging().file("server", "x").key("builtin:binary").without_detection().run().expect_success();
    let output = staged.launch().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("Error: no start command specified during staging or launch")
    );
}

#[test]
fn a_builtin_that_there_is_not_is_passed_over_in_detection_and_fails_when_it_is_named() {
    let staged = a_staging()
        .file("Staticfile", "")
        .key("builtin:cobol")
        .key("builtin:staticfile")
        .run()
        .expect_success();
    assert!(staged.stderr().contains("no buildpack builtin:cobol is built in"));
    let staged = a_staging().key("builtin:cobol").without_detection().run();
    assert_eq!(staged.exit_code(), 225);
}

#[test]
fn a_builtin_works_beside_buildpacks_that_supply() {
    let staged = a_staging()
        .file("index.html", "home")
        .buildpack("other", &[("bin/supply", "echo export OTHER=1 > $3/$4/env")])
        .key("builtin:binary")
        .without_detection()
        .run()
        .expect_success();
    let buildpacks = staged.result().lifecycle_metadata.buildpacks;
    assert_eq!(buildpacks.len(), 2);
    assert_eq!(buildpacks[1].name, "binary");
    assert!(buildpacks[1].version.is_some());
    assert!(staged.stdout().contains("-----> Binary Buildpack version"));
}

//! Unmodified buildpacks, here as short shell scripts, and the exit codes by which a staging says what went
//! wrong.

use super::support::{a_staging, names};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const RELEASE: (&str, &str) = ("bin/release", "echo 'default_process_types: {web: run-it}'");
const DETECTS: (&str, &str) = ("bin/detect", "echo 'Shelly 1.0'");
const DECLINES: (&str, &str) = ("bin/detect", "exit 1");

#[test]
fn the_first_buildpack_that_detects_the_app_builds_it() {
    let staged = a_staging()
        .file("app.txt", "hello")
        .buildpack("first", &[DECLINES, ("bin/finalize", "exit 9"), RELEASE])
        .buildpack(
            "second",
            &[
                ("bin/detect", "test -f $1/app.txt; echo 'Shelly 1.0'"),
                ("bin/finalize", "echo Finalizing; touch $1/built"),
                RELEASE,
            ],
        )
        .buildpack("third", &[DETECTS, ("bin/finalize", "exit 9"), RELEASE])
        .run()
        .expect_success();
    let result = staged.result();
    assert_eq!(result.lifecycle_type, "buildpack");
    assert_eq!(result.lifecycle_metadata.buildpack_key, "second");
    assert_eq!(result.lifecycle_metadata.detected_buildpack, "Shelly 1.0");
    assert_eq!(result.lifecycle_metadata.buildpacks.len(), 1);
    assert_eq!(result.lifecycle_metadata.buildpacks[0].name, "Shelly 1.0");
    assert_eq!(staged.command("web").as_deref(), Some("run-it"));
    assert!(staged.stdout().contains("Finalizing"));
    assert_eq!(staged.in_droplet("app/app.txt"), "hello");
    assert_eq!(staged.in_droplet("app/built"), "");
}

#[test]
fn an_app_that_no_buildpack_detects_ends_with_222_and_without_a_droplet() {
    let staged = a_staging().buildpack("a", &[DECLINES]).buildpack("b", &[DECLINES]).key("not-there").run();
    assert_eq!(staged.exit_code(), 222);
    assert!(staged.stderr().contains("None of the buildpacks detected a compatible application"));
    assert!(staged.stderr().contains("malformed buildpack does not contain a /bin dir: not-there"));
    assert!(!staged.has_droplet());
}

#[test]
fn a_buildpack_gets_its_directories_as_arguments() {
    let staged = a_staging()
        .buildpack("only", &[
            ("bin/supply", "test -d $1 && test -d $2 && test -d $3/$4 && test $# = 4 && basename $2 && echo index=$4 && echo stack=$CF_STACK"),
            ("bin/finalize", "test -d $5 && test $# = 5; echo 'export GREETING=hi' > $5/greet.sh; echo data > $3/$4/data"),
            RELEASE,
        ])
        .without_detection()
        .run()
        .expect_success();
    assert_eq!(staged.stdout(), "final\nindex=0\nstack=cflinuxfs4\n");
    assert_eq!(staged.in_droplet("profile.d/greet.sh"), "export GREETING=hi\n");
    assert_eq!(staged.in_droplet("deps/0/data"), "data\n");
    assert_eq!(staged.result().lifecycle_metadata.buildpacks[0].name, "");
}

#[test]
fn buildpacks_before_the_last_supply_and_the_last_finalizes() {
    let staged = a_staging()
        .buildpack(
            "one",
            &[
                (
                    "bin/supply",
                    "echo one > $3/$4/bin; printf 'name: one\\nversion: 1.2.3\\n' > $3/$4/config.yml",
                ),
                ("bin/finalize", "exit 9"),
            ],
        )
        .buildpack(
            "two",
            &[
                ("bin/supply", "cat $3/0/bin > $3/$4/seen"),
                ("bin/finalize", "cp $3/0/bin $1/from-one; echo 'name: two' > $3/$4/config.yml"),
                RELEASE,
            ],
        )
        .without_detection()
        .run()
        .expect_success();
    assert_eq!(staged.in_droplet("deps/1/seen"), "one\n");
    assert_eq!(staged.in_droplet("app/from-one"), "one\n");
    let metadata = staged.result().lifecycle_metadata;
    assert_eq!((metadata.buildpack_key.as_str(), metadata.detected_buildpack.as_str()), ("two", "two"));
    assert_eq!(metadata.buildpacks[0].version.as_deref(), Some("1.2.3"));
    assert_eq!(metadata.buildpacks[1].version, None);
}

#[test]
fn folders_of_ten_buildpacks_have_two_digits() {
    let mut staging = a_staging().without_detection();
    for number in 0..9 {
        staging = staging.buildpack(&format!("bp{number}"), &[("bin/supply", "echo $4")]);
    }
    let staged = staging.buildpack("last", &[("bin/finalize", "echo $4"), RELEASE]).run().expect_success();
    assert_eq!(staged.stdout(), "00\n01\n02\n03\n04\n05\n06\n07\n08\n09\n");
}

#[test]
fn a_buildpack_of_the_old_style_compiles() {
    let staged = a_staging()
        .buildpack(
            "old",
            &[DETECTS, ("bin/compile", "test $# = 2 && test -d $2 && echo compiled > $1/out"), RELEASE],
        )
        .run()
        .expect_success();
    assert_eq!(staged.in_droplet("app/out"), "compiled\n");
    assert!(!names(&staged.dir.path().join("droplet.tgz")).contains(&"./deps/0/".to_owned()));
}

#[test]
fn an_old_buildpack_at_the_end_of_several_is_warned_of() {
    let staged = a_staging()
        .buildpack("new", &[("bin/supply", "true")])
        .buildpack("old", &[("bin/compile", "true"), RELEASE])
        .without_detection()
        .run()
        .expect_success();
    assert!(
        staged.stderr().contains("Warning: the last buildpack is not compatible with multi-buildpack apps")
    );
}

#[test]
fn a_failing_compile_ends_with_223_and_still_tells_the_buildpack() {
    for script in ["bin/compile", "bin/finalize"] {
        let staged =
            a_staging().buildpack("bad", &[DETECTS, (script, "echo oops >&2; exit 3"), RELEASE]).run();
        assert_eq!(staged.exit_code(), 223, "{script}");
        assert!(
            staged.stderr().contains("oops") && staged.stderr().contains("Failed to compile droplet: "),
            "{}",
            staged.stderr()
        );
        assert!(staged.stderr().contains("exit status 3"));
        assert!(!staged.has_droplet());
        assert_eq!(staged.result().lifecycle_metadata.buildpack_key, "bad");
        assert_eq!(staged.result().lifecycle_type, "buildpack");
    }
}

#[test]
fn a_failing_supply_of_the_last_buildpack_ends_with_223() {
    let staged = a_staging()
        .buildpack("bad", &[("bin/supply", "exit 4"), ("bin/finalize", "true"), RELEASE])
        .without_detection()
        .run();
    assert_eq!(staged.exit_code(), 223);
    assert!(
        staged
            .stderr()
            .contains("Failed to compile droplet: Failed to run all supply scripts: exit status 4")
    );
}

#[test]
fn a_failing_supply_of_an_earlier_buildpack_ends_with_225() {
    let last = [("bin/finalize", "true"), RELEASE];
    let staged = a_staging()
        .buildpack("bad", &[("bin/supply", "exit 4")])
        .buildpack("last", &last)
        .without_detection()
        .run();
    assert_eq!(staged.exit_code(), 225);
    assert!(staged.stderr().contains("Failed to run all supply scripts: exit status 4"));
    let staged = a_staging()
        .buildpack("cannot", &[("bin/compile", "true")])
        .buildpack("last", &last)
        .without_detection()
        .run();
    assert_eq!(staged.exit_code(), 225);
    assert!(staged.stderr().contains(
        "one of the buildpacks chosen to supply dependencies does not support multi-buildpack apps"
    ));
}

#[test]
fn a_release_that_fails_or_makes_no_sense_ends_with_224() {
    for script in ["exit 1", "echo 'default_process_types: [a'", "echo 'default_process_types: words'"] {
        let staged =
            a_staging().buildpack("bad", &[DETECTS, ("bin/finalize", "true"), ("bin/release", script)]).run();
        assert_eq!(staged.exit_code(), 224, "{script}");
        assert!(staged.stderr().contains("Failed to build droplet release"));
    }
}

#[test]
fn launch_yml_goes_before_release_and_brings_sidecars() {
    let yml = "printf 'processes:\\n- {type: web, command: serve}\\n- {type: agent, command: watch, platforms: {cloudfoundry: {sidecar_for: [web]}}, limits: {memory: 32}}\\n' > $3/$4/launch.yml";
    let early = "printf 'processes:\\n- {type: web, command: early}\\n- {type: worker, command: work}\\n' > $3/$4/launch.yml";
    let staged = a_staging()
        .buildpack("one", &[("bin/supply", early)])
        .buildpack("two", &[("bin/finalize", yml), ("bin/release", "exit 9")])
        .without_detection()
        .run()
        .expect_success();
    let result = staged.result();
    assert_eq!(staged.command("web").as_deref(), Some("serve"));
    assert_eq!(staged.command("worker").as_deref(), Some("work"));
    assert_eq!(result.processes.len(), 2);
    assert_eq!(result.sidecars.len(), 1);
    assert_eq!(
        (result.sidecars[0].name.as_str(), result.sidecars[0].command.as_str(), result.sidecars[0].memory),
        ("agent", "watch", Some(32))
    );
}

#[test]
fn a_procfile_goes_before_what_the_buildpack_says() {
    let staged = a_staging()
        .file("Procfile", "web: my-server --port $PORT\nworker: my-worker\n")
        .buildpack("bp", &[DETECTS, ("bin/finalize", "true"), RELEASE])
        .run()
        .expect_success();
    assert_eq!(staged.command("web").as_deref(), Some("my-server --port $PORT"));
    assert_eq!(staged.command("worker").as_deref(), Some("my-worker"));
    assert_eq!(
        staged.in_droplet("staging_info.yml"),
        r#"{"detected_buildpack":"Shelly 1.0","start_command":"my-server --port $PORT"}"#
    );
}

#[test]
fn a_procfile_that_is_no_yaml_map_ends_the_staging() {
    let staged = a_staging()
        .file("Procfile", "web: [")
        .buildpack("bp", &[DETECTS, ("bin/finalize", "true"), RELEASE])
        .run();
    assert_eq!(staged.exit_code(), 1);
    assert!(staged.stderr().contains("Failed to read command from Procfile: invalid YAML"));
}

#[test]
fn an_app_without_a_start_command_is_staged_with_a_warning() {
    let staged = a_staging()
        .buildpack("bp", &[DETECTS, ("bin/finalize", "true"), ("bin/release", "echo --- {}")])
        .run()
        .expect_success();
    assert!(staged.stderr().contains("No start command specified by buildpack or via Procfile."));
    assert!(staged.result().process_types.is_empty());
}

#[test]
fn the_cache_of_one_staging_is_there_in_the_next_for_buildpacks_that_still_take_part() {
    let keep = [("bin/supply", "echo supplied >> $2/log; cat $2/log"), RELEASE];
    let last = [("bin/finalize", "echo final >> $2/log; cat $2/log"), RELEASE];
    let first = a_staging()
        .buildpack("keep", &keep)
        .buildpack("gone", &keep)
        .buildpack("last", &last)
        .without_detection()
        .run()
        .expect_success();
    let second = a_staging()
        .buildpack("keep", &keep)
        .buildpack("last", &last)
        .without_detection()
        .with_cache(first.cache())
        .run()
        .expect_success();
    assert_eq!(second.stdout(), "supplied\nsupplied\nfinal\nfinal\n");
    assert_eq!(names(&first.cache()).iter().filter(|name| name.ends_with("/log")).count(), 3);
    assert_eq!(names(&second.cache()).iter().filter(|name| name.ends_with("/log")).count(), 2);
}

#[test]
fn a_broken_cache_is_ignored() {
    let rubbish = tempfile::NamedTempFile::new().unwrap();
    fs::write(rubbish.path(), "no archive").unwrap();
    let staged = a_staging()
        .buildpack("bp", &[DETECTS, ("bin/finalize", "ls $2"), RELEASE])
        .with_cache(rubbish.path().to_owned())
        .run()
        .expect_success();
    assert!(staged.stderr().contains("The build artifacts cache is ignored"));
}

#[test]
fn a_buildpack_may_lie_one_folder_deeper() {
    let staged = a_staging()
        .buildpack(
            "deep",
            &[
                ("inner/bin/detect", "echo Deep"),
                ("inner/bin/finalize", "true"),
                ("inner/bin/release", "echo --- {}"),
            ],
        )
        .run()
        .expect_success();
    assert_eq!(staged.result().lifecycle_metadata.detected_buildpack, "Deep");
}

#[test]
fn a_detect_script_that_cannot_be_run_is_warned_of_and_passed_over() {
    let staging = a_staging()
        .buildpack("unrunnable", &[DETECTS])
        .buildpack("good", &[DETECTS, ("bin/finalize", "true"), RELEASE]);
    let script = staging
        .dir
        .path()
        .join("buildpacks")
        .join(cc_lifecycle::buildpack_dir_name("unrunnable"))
        .join("bin/detect");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).unwrap();
    let staged = staging.run().expect_success();
    assert!(staged.stdout().contains("WARNING: buildpack script '/bin/detect' is not executable"));
    assert_eq!(staged.result().lifecycle_metadata.buildpack_key, "good");
}

#[test]
fn a_buildpack_may_be_an_archive_that_is_unpacked_only_when_its_turn_comes() {
    let staging = a_staging().key("first").key("second").key("third");
    let folder = staging.dir.path().join("buildpacks");
    fs::create_dir(&folder).unwrap();
    let scripts =
        [("bin/detect", "echo Zipped"), ("bin/finalize", "touch $1/built"), ("bin/release", "echo --- {}")];
    zip_buildpack(&folder.join("0.zip"), &[("bin/detect", "exit 1")]);
    zip_buildpack(&folder.join("1.zip"), &scripts);
    fs::write(folder.join("2.zip"), "never looked at").unwrap();
    let staged = staging.run().expect_success();
    assert_eq!(staged.result().lifecycle_metadata.detected_buildpack, "Zipped");
    assert_eq!(staged.in_droplet("app/built"), "");
    assert_eq!(staged.stdout() + &staged.stderr().replace(NO_COMMAND, ""), "");
}

#[test]
fn a_buildpack_archive_that_cannot_be_unpacked_fails_a_staging_that_needs_it() {
    let staging = a_staging().key("bad").without_detection();
    fs::create_dir(staging.dir.path().join("buildpacks")).unwrap();
    fs::write(staging.dir.path().join("buildpacks/0.zip"), "no archive").unwrap();
    let staged = staging.run();
    assert_eq!(staged.exit_code(), 225);
    assert!(
        staged.stderr().contains("Failed to unpack the buildpack bad: not a readable zip"),
        "{}",
        staged.stderr()
    );
}

#[test]
fn a_repository_that_cannot_be_cloned_fails_the_staging_without_showing_its_password() {
    let staged = a_staging().key("http://me:secret@127.0.0.1:1/bp.git#v1").without_detection().run();
    assert_eq!(staged.exit_code(), 1);
    let stderr = staged.stderr();
    assert!(
        stderr.ends_with(
            "Failed to download a buildpack: Failed to clone git repository at http://127.0.0.1:1/bp.git\n"
        ),
        "{stderr}"
    );
    assert!(!stderr.contains("secret"), "{stderr}");
}

#[test]
fn a_repository_on_this_machine_is_not_cloned() {
    for url in ["file:///etc", "ext::sh://touch%20x"] {
        let staged = a_staging().key(url).without_detection().run();
        assert_eq!(staged.exit_code(), 1, "{url}");
        assert!(staged.stderr().contains("not allowed"), "{}", staged.stderr());
    }
}

const NO_COMMAND: &str = "No start command specified by buildpack or via Procfile.\nApp will not start unless a command is provided at runtime.\n";

fn zip_buildpack(path: &Path, scripts: &[(&str, &str)]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, script) in scripts {
        zip.start_file(*name, SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
        write!(zip, "#!/bin/bash\n{script}\n").unwrap();
    }
    zip.finish().unwrap();
}

//! Buildpacks that are the URL of a git repository, cloned from a site that serves the repository's files.

use super::staticfile::served;
use super::support::{Staging, a_staging};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn git(dir: &Path, args: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(args);
    let output = git.current_dir(dir).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The app of a site with the files of a bare repository at `/bp.git`: on `main` a buildpack that says
/// `main`, on the branch `other` one that says `other`.
fn a_site_with_a_repository() -> Staging {
    let dir = tempfile::tempdir().unwrap();
    let work = dir.path().join("work");
    fs::create_dir_all(work.join("bin")).unwrap();
    git(&work, &["init", "--quiet"]);
    for (branch, change) in [("main", &["status"][..]), ("other", &["checkout", "--quiet", "-b", "other"])] {
        git(&work, change);
        for (name, text) in [
            ("supply", format!("echo {branch}")),
            ("finalize", String::new()),
            ("release", "echo --- {}".to_owned()),
        ] {
            let script = work.join("bin").join(name);
            fs::write(&script, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        }
        git(&work, &["add", "."]);
        git(&work, &["commit", "--quiet", "-m", branch]);
    }
    git(&work, &["checkout", "--quiet", "main"]);
    let bare = dir.path().join("bp.git");
    git(dir.path(), &["clone", "--quiet", "--bare", "work", "bp.git"]);
    git(&bare, &["update-server-info"]);
    with_files(a_staging().file("Staticfile", ""), &bare, "bp.git")
}

fn with_files(mut staging: Staging, dir: &Path, name: &str) -> Staging {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        staging = if path.is_dir() {
            with_files(staging, &path, &name)
        } else {
            staging.bytes(&name, &fs::read(&path).unwrap())
        };
    }
    staging
}

#[test]
fn a_repository_is_cloned_at_the_branch_that_the_url_names() {
    let site = served(a_site_with_a_repository());
    let url = format!("http://127.0.0.1:{}/bp.git", site.port);
    for (key, says) in [(url.clone(), "main\n"), (format!("{url}#other"), "other\n")] {
        let staged = a_staging().key(&key).without_detection().run().expect_success();
        assert_eq!(staged.stdout(), says);
        assert_eq!(staged.result().lifecycle_metadata.buildpack_key, key);
    }
    let staged = a_staging().key(&format!("{url}#missing")).without_detection().run();
    assert_eq!(staged.exit_code(), 1);
    assert!(staged.stderr().contains("Failed to clone git repository"));
}

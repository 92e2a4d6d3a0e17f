//! What is in a droplet, and that modes, links and long names survive the way from package to container.

use super::support::{a_staging, names};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn binary() -> super::support::Staging {
    a_staging().key("builtin:binary").without_detection()
}

#[test]
fn a_droplet_has_the_folders_of_a_container_in_order() {
    let staged = binary().file("a", "1").run().expect_success();
    let top: Vec<String> = names(&staged.dir.path().join("droplet.tgz"))
        .into_iter()
        .filter(|name| name.trim_end_matches('/').matches('/').count() <= 1)
        .collect();
    assert_eq!(top, ["./", "./app/", "./deps/", "./logs/", "./profile.d/", "./staging_info.yml", "./tmp/"]);
}

#[test]
fn modes_and_links_inside_the_app_are_kept() {
    let staged = binary()
        .file_of_mode("run.sh", "#!/bin/sh\n", 0o755)
        .file_of_mode("secret", "x", 0o600)
        .file_of_mode("unreadable", "x", 0o000)
        .link("bin/run", "../run.sh")
        .run()
        .expect_success();
    let mode =
        |name: &str| fs::metadata(staged.home().join("app").join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("run.sh"), mode("secret"), mode("unreadable")), (0o755, 0o600, 0o644));
    assert_eq!(fs::read_link(staged.home().join("app/bin/run")).unwrap().to_str(), Some("../run.sh"));
}

#[test]
fn names_and_links_of_any_length_survive() {
    let deep = format!("{}/{}", "d".repeat(120), "f".repeat(200));
    let staged = binary().file(&deep, "deep").link("to-deep", &deep).run().expect_success();
    assert_eq!(staged.in_droplet(&format!("app/{deep}")), "deep");
    assert_eq!(staged.in_droplet("app/to-deep"), "deep");
}

#[test]
fn the_tar_of_the_host_reads_a_droplet() {
    let staged = binary().file(&"n".repeat(150), "x").link("link", "a").run().expect_success();
    let out = std::process::Command::new("tar")
        .arg("tvzf")
        .arg(staged.dir.path().join("droplet.tgz"))
        .arg("--numeric-owner")
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success() && out.stderr.is_empty(), "{text}");
    assert!(
        text.contains(&format!("./app/{}", "n".repeat(150))) && text.contains("./app/link -> a"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.contains("2000/2000")), "{text}");
}

#[test]
fn nothing_is_left_of_the_contents_once_the_droplet_is_written() {
    let staged = binary().file("a", "1").run().expect_success();
    let left: Vec<_> = fs::read_dir(staged.dir.path().join("work"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["cache"]);
}

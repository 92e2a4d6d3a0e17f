//! Archives made to do harm: they are refused, and nothing appears outside.

use super::support::a_staging;
use cc_domain::archive::{ArchiveFault, Limits};
use cc_lifecycle::unzip::{Unpacked, UnzipError, extract};
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LIMITS: Limits = Limits { entries: 100, total: 1 << 20, ratio: 10, ratio_floor: 1 << 16 };

enum Entry<'a> {
    File(&'a str, &'a [u8]),
    Dir(&'a str),
    Link(&'a str, &'a str),
}
use Entry::{Dir, File as Content, Link};

struct Site {
    dir: TempDir,
    zip: PathBuf,
    into: PathBuf,
}

/// `into` lies two folders deep, so that what climbs out of it is still caught in the temporary folder.
fn site(entries: &[Entry<'_>]) -> Site {
    let dir = tempfile::tempdir().unwrap();
    let (zip, into) = (dir.path().join("a.zip"), dir.path().join("x/into"));
    fs::create_dir_all(&into).unwrap();
    let mut writer = ZipWriter::new(File::create(&zip).unwrap());
    let options = SimpleFileOptions::default();
    for entry in entries {
        match entry {
            Content(name, bytes) => {
                writer.start_file(*name, options).unwrap();
                writer.write_all(bytes).unwrap();
            }
            Dir(name) => writer.add_directory(*name, options).unwrap(),
            Link(name, target) => writer.add_symlink(*name, *target, options).unwrap(),
        }
    }
    writer.finish().unwrap();
    Site { dir, zip, into }
}

impl Site {
    fn extract(&self) -> Result<Unpacked, UnzipError> {
        extract(File::open(&self.zip).unwrap(), &self.into, &LIMITS)
    }

    /// Everything below the temporary folder but the archive and the way to `into`.
    fn outside(&self) -> Vec<PathBuf> {
        let known = [self.zip.clone(), self.dir.path().join("x"), self.into.clone()];
        let mut found: Vec<PathBuf> = [self.dir.path(), &self.dir.path().join("x")]
            .iter()
            .flat_map(|dir| fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>())
            .collect();
        found.retain(|path| !known.contains(path));
        found
    }

    fn is_empty(&self) -> bool {
        fs::read_dir(&self.into).unwrap().next().is_none()
    }

    /// Changes 32 bits of every entry of the archive's directory.
    fn patch_directory(&self, offset: usize, value: u32) {
        let mut bytes = fs::read(&self.zip).unwrap();
        let starts: Vec<usize> =
            (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
        for start in starts {
            bytes[start + offset..start + offset + 4].copy_from_slice(&value.to_le_bytes());
        }
        fs::write(&self.zip, bytes).unwrap();
    }
}

fn refused(entries: &[Entry<'_>]) -> ArchiveFault {
    let site = site(entries);
    let error = site.extract().expect_err("the archive is to be refused");
    assert!(site.is_empty(), "something was written before the refusal: {error}");
    assert_eq!(site.outside(), Vec::<PathBuf>::new());
    let UnzipError::Refused(fault) = error else { panic!("{error:?}") };
    fault
}

#[test]
fn names_that_lead_outside_are_refused_before_anything_is_written() {
    for name in ["..", "./..", "/etc/cron.d/evil"] {
        let error = refused(&[Content("good", b"1"), Content(name, b"2")]);
        assert!(matches!(error, ArchiveFault::Outside(_)), "{name}: {error}");
    }
}

#[test]
fn a_way_up_is_left_out_of_a_name() {
    for (name, place) in [("../evil", "evil"), ("a/../../evil", "a/evil"), ("a/..", "a"), ("a/../b", "a/b")] {
        let site = site(&[Content("good", b"1"), Content(name, b"2")]);
        site.extract().unwrap();
        assert_eq!(fs::read(site.into.join(place)).unwrap(), b"2", "{name}");
        assert_eq!(site.outside(), Vec::<PathBuf>::new());
    }
}

#[test]
fn links_that_lead_outside_are_refused() {
    for target in ["/etc/passwd", "..", "../x", "a/../../x"] {
        assert!(
            matches!(refused(&[Content("good", b"1"), Link("link", target)]), ArchiveFault::LinkOutside(_)),
            "{target}"
        );
    }
}

#[test]
fn links_that_lead_outside_together_are_refused() {
    let chain =
        [Dir("a/b/c/"), Link("a/b/c/top", "../../.."), Link("up", "a/b/c/top/.."), Content("good", b"1")];
    assert!(matches!(refused(&chain), ArchiveFault::LinkOutside(_)));
    assert!(matches!(refused(&[Link("a", "b"), Link("b", "a")]), ArchiveFault::LinkOutside(_)));
}

#[test]
fn nothing_is_written_through_a_link_of_the_archive() {
    assert!(matches!(refused(&[Link("dir", "."), Content("dir/evil", b"x")]), ArchiveFault::Conflict(_)));
    assert!(matches!(
        refused(&[Content("file", b"x"), Content("file/below", b"x")]),
        ArchiveFault::Conflict(_)
    ));
}

#[test]
fn devices_pipes_and_sockets_are_refused() {
    for kind in [0o020_000_u32, 0o060_000, 0o010_000, 0o140_000] {
        let site = site(&[Content("dev", b"")]);
        site.patch_directory(38, (kind | 0o666) << 16);
        assert!(matches!(site.extract(), Err(UnzipError::Refused(ArchiveFault::Special(_)))), "{kind:o}");
        assert!(site.is_empty());
    }
}

#[test]
fn set_id_bits_are_not_kept() {
    use std::os::unix::fs::PermissionsExt;
    let site = site(&[Content("tool", b"x")]);
    site.patch_directory(38, 0o106_755 << 16);
    site.extract().unwrap();
    assert_eq!(fs::metadata(site.into.join("tool")).unwrap().permissions().mode() & 0o7777, 0o755);
}

#[test]
fn a_bomb_is_refused_by_what_it_declares() {
    let zeros = vec![0; 500_000];
    assert!(matches!(refused(&[Content("bomb", &zeros)]), ArchiveFault::TooLarge { limit: 65_536 }));
    let names: Vec<String> = (0..20).map(|number| format!("f{number}")).collect();
    let entries: Vec<Entry<'_>> = names.iter().map(|name| Content(name, &zeros[..10_000])).collect();
    assert!(matches!(refused(&entries), ArchiveFault::TooLarge { .. }));
}

#[test]
fn a_small_archive_of_regular_files_is_no_bomb() {
    let zeros = vec![0; 60_000];
    assert_eq!(
        site(&[Content("regular", &zeros)]).extract().unwrap(),
        Unpacked { entries: 1, bytes: 60_000 }
    );
}

#[test]
fn a_file_that_is_longer_than_it_says_ends_the_extraction() {
    let site = site(&[Content("liar", &vec![7; 50_000])]);
    site.patch_directory(24, 10);
    assert!(site.extract().is_err());
    assert!(fs::metadata(site.into.join("liar")).map_or(0, |meta| meta.len()) <= 11);
}

#[test]
fn an_archive_with_too_many_entries_is_refused() {
    let names: Vec<String> = (0..101).map(|number| format!("d{number}/")).collect();
    let entries: Vec<Entry<'_>> = names.iter().map(|name| Dir(name)).collect();
    assert!(matches!(refused(&entries), ArchiveFault::TooManyEntries { found: 101, limit: 100 }));
}

#[test]
fn what_is_no_zip_is_refused() {
    let site = site(&[]);
    fs::write(&site.zip, "PK no").unwrap();
    assert!(matches!(site.extract(), Err(UnzipError::Zip(_))));
}

#[test]
fn a_hostile_package_ends_the_staging_before_any_buildpack_runs() {
    let staged = a_staging().file("/evil", "x").buildpack("bp", &[("bin/detect", "echo ran")]).run();
    assert_eq!(staged.exit_code(), 1);
    assert!(
        staged
            .stderr()
            .contains("Failed to unpack the app package: the name '/evil' in the zip leads outside"),
        "{}",
        staged.stderr()
    );
    assert!(!staged.dir.path().parent().unwrap().join("evil").exists());
    assert!(!staged.has_droplet());
}

fn every_path(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        into.push(path.clone());
        if path.symlink_metadata().unwrap().is_dir() {
            every_path(&path, into);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_an_archive_holds_all_that_exists_afterwards_is_inside(
        parts in prop::collection::vec((0..3_u8, "(a|b|a/b|b/c|\\.\\./a|/a|\\./c|a//c)", "(a|b|\\.|\\.\\.|a/\\.\\.|b/c|\\.\\./b|\\.\\./\\.\\.|/a|c/\\.\\./\\.\\.)"), 1..7)
    ) {
        let mut seen = std::collections::HashSet::new();
        let unique: Vec<_> = parts.iter().filter(|(_, name, _)| seen.insert(name.trim_end_matches('/').to_owned())).collect();
        let dirs: Vec<String> = unique.iter().map(|(_, name, _)| format!("{name}/")).collect();
        let entries: Vec<Entry<'_>> = unique.iter().zip(&dirs).map(|((kind, name, target), dir)| match kind {
            0 => Content(name, b"x"),
            1 => Dir(dir),
            _ => Link(name, target),
        }).collect();
        let site = site(&entries);
        let outcome = site.extract();
        prop_assert_eq!(site.outside(), Vec::<PathBuf>::new());
        if outcome.is_ok() {
            let root = site.into.canonicalize().unwrap();
            let mut paths = Vec::new();
            every_path(&site.into, &mut paths);
            for path in paths {
                if let Ok(real) = path.canonicalize() {
                    prop_assert!(real.starts_with(&root), "{} is {}", path.display(), real.display());
                }
            }
        }
    }
}

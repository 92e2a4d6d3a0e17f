use super::{ArchiveFault, Contents, Entry, Limits, Listed, Packing};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn listed(name: &str, mode: Option<u32>) -> Listed {
    Listed { name: name.to_owned(), mode, bytes: 1, packing: Packing::Plain }
}

fn judged(entries: &[Listed]) -> Result<Contents, ArchiveFault> {
    Contents::of(entries.iter().cloned(), 1, &Limits::APP)
}

fn kinds(entries: &[Listed]) -> Vec<(String, char)> {
    let contents = judged(entries).unwrap();
    let kind = |entry| match entry {
        Entry::Directory { .. } => 'd',
        Entry::File { .. } => 'f',
        Entry::Link { .. } => 'l',
    };
    contents.entries().map(|(path, entry)| (path.to_string_lossy().into_owned(), kind(entry))).collect()
}

#[test]
fn a_slash_at_the_end_makes_a_directory_whatever_the_mode_says() {
    for mode in [None, Some(0), Some(0o755), Some(0o100_755), Some(0o040_755), Some(0o120_777)] {
        let found = kinds(&[listed("css/", mode), listed("css/a.css", Some(0o100_644))]);
        assert_eq!(found, [("css".to_owned(), 'd'), ("css/a.css".to_owned(), 'f')], "{mode:?}");
    }
}

#[test]
fn a_backslash_is_a_character_of_the_name() {
    assert_eq!(kinds(&[listed(r"css\a.css", None)]), [(r"css\a.css".to_owned(), 'f')]);
}

#[test]
fn a_way_up_is_left_out_of_a_name() {
    assert_eq!(kinds(&[listed("../a/../../b", None)]), [("a/b".to_owned(), 'f')]);
    assert_eq!(judged(&[listed("..", None)]), Err(ArchiveFault::Outside("..".into())));
    assert_eq!(judged(&[listed("/a", None)]), Err(ArchiveFault::Outside("/a".into())));
}

#[test]
fn methods_that_not_every_reader_knows_are_named() {
    let packed = Listed { packing: Packing::Other("Bzip2".into()), ..listed("a", None) };
    assert_eq!(
        judged(&[packed]).unwrap_err().to_string(),
        "'a' in the zip is compressed with Bzip2, only deflate is understood"
    );
    let sealed = Listed { packing: Packing::Encrypted, ..listed("a", None) };
    assert_eq!(judged(&[sealed]), Err(ArchiveFault::Encrypted("a".into())));
}

#[test]
fn a_target_that_is_no_path_is_refused() {
    let contents = judged(&[listed("l", Some(0o120_777))]).unwrap();
    for target in [None, Some(String::new()), Some("a\0b".into()), Some("x".repeat(4_096))] {
        let targets = target.map(|t| (PathBuf::from("l"), PathBuf::from(t))).into_iter().collect();
        assert_eq!(contents.check_links(&targets), Err(ArchiveFault::LinkTarget("l".into())));
    }
    let targets = BTreeMap::from([(PathBuf::from("l"), PathBuf::from("x"))]);
    assert_eq!(contents.check_links(&targets), Ok(()));
}

proptest! {
    #[test]
    fn whatever_is_taken_lies_inside_and_below_no_file(
        names in prop::collection::vec(r"[ab./\\]{1,6}", 1..8),
        modes in prop::collection::vec(prop_oneof![Just(None), Just(Some(0o100_644)), Just(Some(0o040_755)), any::<u32>().prop_map(Some)], 8),
    ) {
        let entries: Vec<Listed> = names.iter().zip(modes).map(|(name, mode)| listed(name, mode)).collect();
        if let Ok(contents) = judged(&entries) {
            let all: BTreeMap<&Path, Entry> = contents.entries().collect();
            for path in all.keys() {
                prop_assert!(path.is_relative() && path.components().all(|c| matches!(c, std::path::Component::Normal(_))));
                for parent in path.ancestors().skip(1) {
                    let is_above = matches!(all.get(parent), Some(Entry::File { .. } | Entry::Link { .. }));
                    prop_assert!(!is_above);
                }
            }
        }
    }

    #[test]
    fn modes_let_the_owner_in_and_set_no_ids(mode in any::<u32>()) {
        for (name, least) in [("f", 0o600), ("d/", 0o700)] {
            if let Ok(contents) = judged(&[listed(name, Some(mode))]) {
                for (_, entry) in contents.entries() {
                    if let Entry::File { mode, .. } = entry { prop_assert!(mode & !0o777 == 0 && mode & 0o600 == 0o600); }
                    if let Entry::Directory { mode } = entry { prop_assert!(mode & !0o777 == 0 && mode & least & 0o700 == least & 0o700); }
                }
            }
        }
    }
}

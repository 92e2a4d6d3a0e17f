//! Archives as other programs write them (`tests/archives/README.md`): each unpacks to the folder it was made from.

use cc_domain::archive::Limits;
use cc_lifecycle::unzip::extract;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Paths below, with the text of a file; a folder has none.
type Tree = BTreeMap<String, Option<String>>;

fn tree(root: &Path, at: &Path, into: &mut Tree) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            into.insert(name, None);
            tree(root, &path, into);
        } else {
            into.insert(name, Some(fs::read_to_string(&path).unwrap()));
        }
    }
}

fn unpacked(maker: &str) -> (tempfile::TempDir, Tree) {
    let archives = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/archives");
    let into = tempfile::tempdir().unwrap();
    let zip = File::open(archives.join(maker).with_extension("zip")).unwrap();
    extract(zip, into.path(), &Limits::APP).unwrap_or_else(|error| panic!("{maker}: {error}"));
    let mut found = Tree::new();
    tree(into.path(), into.path(), &mut found);
    (into, found)
}

const FILES: [(&str, &str); 6] = [
    ("Staticfile", ""),
    ("css/a.css", "body { color: red }\n"),
    ("css/deep/b.css", "p { margin: 0 }\n"),
    ("img/grün.txt", "grün\n"),
    ("index.html", "hi\n"),
    ("run.sh", "#!/bin/sh\necho ok\n"),
];
const FOLDERS: [&str; 3] = ["css", "css/deep", "img"];

fn site(empty_folders: &[&str]) -> Tree {
    let files = FILES.iter().map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned())));
    let folders = FOLDERS.iter().chain(empty_folders).map(|name| ((*name).to_owned(), None));
    files.chain(folders).collect()
}

#[test]
fn whoever_made_it_the_same_folder_comes_out() {
    for (maker, empty_folders) in [
        ("cli-v8", &["empty"][..]),
        ("cli-v9", &["empty"]),
        ("infozip", &["empty"]),
        ("python", &["empty"]),
        ("windows-explorer", &[]),
    ] {
        assert_eq!(unpacked(maker).1, site(empty_folders), "{maker}");
    }
}

#[test]
fn what_a_maker_adds_comes_out_too() {
    let (_folder, mut jar) = unpacked("jar");
    assert!(jar.remove("META-INF/MANIFEST.MF").flatten().is_some_and(|text| text.contains("Created-By")));
    assert_eq!(jar.remove("META-INF"), Some(None));
    assert_eq!(jar, site(&["empty"]));
    let (_folder, mut mac) = unpacked("macos");
    assert!(mac.remove("__MACOSX/._index.html").flatten().is_some());
    assert_eq!(mac.remove("__MACOSX"), Some(None));
    assert_eq!(mac, site(&["empty"]));
}

#[test]
fn names_with_backslashes_stay_names() {
    let expected: Tree =
        FILES.iter().map(|(name, text)| (name.replace('/', "\\"), Some((*text).to_owned()))).collect();
    assert_eq!(unpacked("windows-dotnet").1, expected);
}

#[test]
fn a_program_stays_one_where_the_maker_knows_modes() {
    for (maker, mode) in [("cli-v8", 0o755), ("infozip", 0o755), ("macos", 0o755), ("jar", 0o644)] {
        let (folder, _) = unpacked(maker);
        let found = fs::metadata(folder.path().join("run.sh")).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{maker}: {found:o}");
    }
}

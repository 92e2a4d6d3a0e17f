//! Small apps to push, as archives.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of these files, all executable.
pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default().unix_permissions(0o755))
            .expect("a name fits a zip");
        zip.write_all(text.as_bytes()).expect("memory takes everything");
    }
    zip.finish().expect("the archive is whole").into_inner()
}

/// A zip of these files as the CLI writes it: with an entry for every folder, which has the mode of a file.
pub fn folders_archive(files: &[(String, String)]) -> Vec<u8> {
    let mut names: BTreeMap<String, Option<&str>> =
        files.iter().map(|(name, text)| (name.clone(), Some(text.as_str()))).collect();
    for (name, _) in files {
        let ends = name.match_indices('/').map(|(at, _)| at + 1);
        names.extend(ends.filter_map(|end| name.get(..end)).map(|folder| (folder.to_owned(), None)));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in names {
        zip.start_file(name, SimpleFileOptions::default().unix_permissions(0o755))
            .expect("a name fits a zip");
        zip.write_all(text.unwrap_or_default().as_bytes()).expect("memory takes everything");
    }
    zip.finish().expect("the archive is whole").into_inner()
}

/// The archive with an entry for one more folder.
pub fn with_folder(archive: &[u8], name: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(archive.to_vec())).expect("an archive of ours is one");
    zip.start_file(name, SimpleFileOptions::default().unix_permissions(0o755)).expect("a name fits a zip");
    zip.finish().expect("the archive is whole").into_inner()
}

/// A static site with one page.
pub fn site(page: &str) -> Vec<u8> {
    archive(&[("Staticfile", ""), ("index.html", page)])
}

/// An archive with an entry that lies out of its folder.
pub fn traversal_archive() -> Vec<u8> {
    archive(&[("Staticfile", ""), ("/escaped", "x")])
}

/// An archive with a symbolic link out of its folder.
pub fn symlink_archive() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("Staticfile", SimpleFileOptions::default()).expect("a name fits a zip");
    zip.add_symlink("passwd", "/etc/passwd", SimpleFileOptions::default()).expect("a link fits a zip");
    zip.finish().expect("the archive is whole").into_inner()
}

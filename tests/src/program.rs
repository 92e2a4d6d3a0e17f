//! Small apps to push, as archives.

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

/// A static site with one page.
pub fn site(page: &str) -> Vec<u8> {
    archive(&[("Staticfile", ""), ("index.html", page)])
}

/// An archive with an entry that climbs out of its folder.
pub fn traversal_archive() -> Vec<u8> {
    archive(&[("Staticfile", ""), ("../../escaped", "x")])
}

/// An archive with a symbolic link out of its folder.
pub fn symlink_archive() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("Staticfile", SimpleFileOptions::default()).expect("a name fits a zip");
    zip.add_symlink("passwd", "/etc/passwd", SimpleFileOptions::default()).expect("a link fits a zip");
    zip.finish().expect("the archive is whole").into_inner()
}

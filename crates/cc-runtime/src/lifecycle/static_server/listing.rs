//! The page that lists a directory.

use super::find::Target;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A segment as it stands in a URL.
pub(super) fn encoded(segment: &[u8]) -> String {
    percent_encode(segment, ENCODED).to_string()
}

/// HTML with directories first, then files, both by name; dot files only if they are served at all.
pub(super) fn page(dir: &Path, target: &Target, with_dot_files: bool) -> io::Result<String> {
    let mut names: Vec<(bool, OsString)> = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if with_dot_files || !entry.file_name().as_bytes().starts_with(b".") {
            names.push((!entry.path().is_dir(), entry.file_name()));
        }
    }
    names.sort();
    let title = escaped(&target.shown());
    let mut html = format!(
        "<html>\n<head><title>Index of {title}</title></head>\n<body>\n<h1>Index of {title}</h1><hr><pre><a href=\"../\">../</a>\n"
    );
    for (is_file, name) in names {
        let slash = if is_file { "" } else { "/" };
        let (link, shown) = (encoded(name.as_bytes()), escaped(&name.to_string_lossy()));
        let _ = writeln!(html, "<a href=\"{link}{slash}\">{shown}{slash}</a>");
    }
    html.push_str("</pre><hr></body>\n</html>\n");
    Ok(html)
}

/// Text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

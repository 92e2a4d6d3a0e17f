//! The page that lists a directory.

use super::find::Target;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Characters of a name; what is longer is cut off. As in nginx, like the width of sizes.
const NAME_WIDTH: usize = 50;
const SIZE_WIDTH: usize = 19;
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A segment as it stands in a URL.
pub(super) fn encoded(segment: &[u8]) -> String {
    percent_encode(segment, ENCODED).to_string()
}

/// HTML with directories first, then files, both by name, each with the time of its last change and its size in bytes; dot files
/// only if they are served at all.
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
        // What went away in between is shown without both.
        let meta = fs::metadata(dir.join(&name)).ok();
        let changed = meta.as_ref().and_then(|meta| meta.modified().ok()).and_then(date).unwrap_or_default();
        let size = meta.filter(|_| is_file).map_or_else(|| "-".to_owned(), |meta| meta.len().to_string());
        let slash = if is_file { "" } else { "/" };
        let (link, shown) = (encoded(name.as_bytes()), format!("{}{slash}", name.to_string_lossy()));
        let (shown, pad) = cut(&shown);
        let _ = writeln!(
            html,
            "<a href=\"{link}{slash}\">{}</a>{:pad$} {changed:17} {size:>SIZE_WIDTH$}",
            escaped(&shown),
            ""
        );
    }
    html.push_str("</pre><hr></body>\n</html>\n");
    Ok(html)
}

/// A name that fits, and how many blanks it leaves.
fn cut(name: &str) -> (String, usize) {
    match NAME_WIDTH.checked_sub(name.chars().count()) {
        Some(pad) => (name.to_owned(), pad),
        None => (name.chars().take(NAME_WIDTH - 3).chain("..>".chars()).collect(), 0),
    }
}

/// As in `29-Nov-2026 02:00`, in UTC.
fn date(time: std::time::SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?.to_zoned(TimeZone::UTC);
    Some(time.strftime("%d-%b-%Y %H:%M").to_string())
}

/// Text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{cut, date, page};
    use crate::static_server::find::Target;
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    #[test]
    fn names_times_and_sizes_stand_in_columns() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("a.txt"), "12345").unwrap();
        for name in ["sub", "a.txt"] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_917_659);
            File::open(dir.path().join(name)).unwrap().set_modified(time).unwrap();
        }
        let page = page(dir.path(), &Target::parse("/").unwrap(), false).unwrap();
        let lines: Vec<&str> = page.lines().filter(|line| line.starts_with("<a")).collect();
        let blanks = " ".repeat(45);
        assert_eq!(
            lines[0],
            format!("<a href=\"sub/\">sub/</a>{blanks}  29-Nov-2026 02:00                   -")
        );
        assert_eq!(
            lines[1],
            format!("<a href=\"a.txt\">a.txt</a>{blanks} 29-Nov-2026 02:00                   5")
        );
    }

    #[test]
    fn a_long_name_is_cut_where_it_is_shown() {
        let (shown, pad) = cut(&"ü".repeat(51));
        assert_eq!((shown, pad), (format!("{}..>", "ü".repeat(47)), 0));
        assert_eq!(cut(&"ü".repeat(50)).1, 0);
        assert_eq!(date(SystemTime::UNIX_EPOCH).as_deref(), Some("01-Jan-1970 00:00"));
    }
}

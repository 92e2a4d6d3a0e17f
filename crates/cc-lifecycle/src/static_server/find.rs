//! From the path of a URL to what is there: names, dot files, index files, redirects.

use percent_encoding::percent_decode_str;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const INDEX_FILES: [&str; 3] = ["index.html", "index.htm", "Default.htm"];

/// A URL's path in plain segments: decoded, without empty ones, `.` and `..`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    segments: Vec<Vec<u8>>,
    /// Ends with a slash, so it can only mean a directory.
    is_dir: bool,
}

/// What a target is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    File(PathBuf),
    /// Only the compressed form of the file is there.
    Compressed {
        file: PathBuf,
        compressed: PathBuf,
    },
    /// A directory without an index file.
    Dir(PathBuf),
    /// A directory asked for as if it were a file.
    MissingSlash,
    /// Something else than a file or directory, or nothing that may be read.
    Forbidden,
    Missing,
}

impl Target {
    /// None if the path climbs above the root, or holds a NUL.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let decoded: Vec<u8> = percent_decode_str(path).collect();
        if decoded.contains(&0) {
            return None;
        }
        let mut segments: Vec<Vec<u8>> = Vec::new();
        let mut is_dir = true;
        for segment in decoded.split(|byte| *byte == b'/') {
            is_dir = matches!(segment, b"" | b"." | b"..");
            match segment {
                b"" | b"." => {}
                b".." => {
                    segments.pop()?;
                }
                name => segments.push(name.to_vec()),
            }
        }
        Some(Self { segments, is_dir })
    }

    /// Whether a segment begins with a dot.
    pub(super) fn is_hidden(&self) -> bool {
        self.segments.iter().any(|segment| segment.starts_with(b"."))
    }

    /// The path, encoded again, with a slash at the end.
    pub(super) fn as_dir(&self) -> String {
        joined(&self.segments)
    }

    /// The path of the directory that the target lies in, or that it is, like [`Self::as_dir`].
    pub(super) fn folder(&self) -> String {
        match self.segments.split_last() {
            Some((_, above)) if !self.is_dir => joined(above),
            _ => self.as_dir(),
        }
    }

    /// The path for people, with a slash at the end.
    pub(super) fn shown(&self) -> String {
        let mut path = String::from("/");
        for segment in &self.segments {
            path.push_str(&String::from_utf8_lossy(segment));
            path.push('/');
        }
        path
    }

    pub(super) fn find(&self, public: &Path) -> Found {
        let mut path = public.to_owned();
        path.extend(self.segments.iter().map(|segment| OsStr::from_bytes(segment)));
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() && self.is_dir => index_of(path),
            Ok(meta) if meta.is_dir() => Found::MissingSlash,
            Ok(_) if self.is_dir => Found::Missing,
            Ok(meta) if meta.is_file() => Found::File(path),
            Ok(_) => Found::Forbidden,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Found::Forbidden,
            Err(_) => self.compressed(path),
        }
    }

    fn compressed(&self, file: PathBuf) -> Found {
        let mut name = file.clone().into_os_string();
        name.push(".gz");
        let compressed = PathBuf::from(name);
        if !self.is_dir && compressed.is_file() {
            Found::Compressed { file, compressed }
        } else {
            Found::Missing
        }
    }
}

fn joined(segments: &[Vec<u8>]) -> String {
    let mut path = String::from("/");
    for segment in segments {
        path.push_str(&super::listing::encoded(segment));
        path.push('/');
    }
    path
}

fn index_of(dir: PathBuf) -> Found {
    match INDEX_FILES.iter().map(|name| dir.join(name)).find(|file| file.is_file()) {
        Some(index) => Found::File(index),
        None => Found::Dir(dir),
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn dir(path: &str) -> Option<String> {
        Target::parse(path).map(|target| target.as_dir())
    }

    #[test]
    fn a_path_is_made_plain_before_it_meets_the_disk() {
        assert_eq!(dir("/a//b/./c").as_deref(), Some("/a/b/c/"));
        assert_eq!(dir("/a/%2e%2e/b").as_deref(), Some("/b/"));
        assert_eq!(dir("//evil.example/x").as_deref(), Some("/evil.example/x/"));
        assert_eq!(dir("/a%20b").as_deref(), Some("/a%20b/"));
    }

    #[test]
    fn a_path_above_the_root_is_none() {
        for path in ["/..", "/a/../..", "/%2e%2e/etc/passwd", "/a%2f..%2f..%2fb", "/a%00"] {
            assert_eq!(Target::parse(path), None, "{path}");
        }
    }

    #[test]
    fn dot_files_are_hidden_wherever_they_lie() {
        for path in ["/.git/config", "/a/.env", "/%2eenv"] {
            assert!(Target::parse(path).unwrap().is_hidden(), "{path}");
        }
        assert!(!Target::parse("/a.b/./c..d").unwrap().is_hidden());
    }
}

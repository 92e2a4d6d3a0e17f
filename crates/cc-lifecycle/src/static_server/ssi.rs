//! Server side includes: `<!--#include virtual="…" -->` and `file="…"`, which may nest. Any other directive is
//! answered like one that failed.

use super::find::{Found, Target};
use std::fs::File;
use std::io::Read;
use std::path::Path;

const FAILED: &str = "[an error occurred while processing the directive]";
const MOST_NESTED: usize = 8;
/// Bytes of a whole page; what would lead beyond is left out.
const LARGEST: usize = 4 << 20;

/// The page of a file below `public`, expanded; none if the file cannot be read. `folder` is the URL's
/// directory, against which the paths of its directives count; it ends with a slash.
pub(super) fn page(public: &Path, folder: &str, file: &Path, with_dot_files: bool) -> Option<Vec<u8>> {
    let mut expansion = Expansion { public, with_dot_files, page: String::new() };
    expansion.add(folder, file, 0)?;
    Some(expansion.page.into_bytes())
}

/// The first directive of a page that is none of ours, as it stands there.
pub(crate) fn unsupported(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("<!--#") {
        let (directive, after) = after.split_once("-->")?;
        if wanted(directive).is_none() {
            return Some(directive.trim());
        }
        rest = after;
    }
    None
}

struct Expansion<'a> {
    public: &'a Path,
    with_dot_files: bool,
    page: String,
}

impl Expansion<'_> {
    fn add(&mut self, folder: &str, file: &Path, depth: usize) -> Option<()> {
        let left = LARGEST.checked_sub(self.page.len())?;
        let mut bytes = Vec::new();
        File::open(file).ok()?.take(left as u64).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let mut rest: &str = &text;
        while let Some((before, after)) = rest.split_once("<!--#") {
            self.page.push_str(before);
            let Some((directive, after)) = after.split_once("-->") else {
                // Never closed, so it is no directive.
                self.page.push_str("<!--#");
                rest = after;
                continue;
            };
            if self.include(folder, directive, depth).is_none() {
                self.page.push_str(FAILED);
            }
            rest = after;
        }
        self.page.push_str(rest);
        Some(())
    }

    fn include(&mut self, folder: &str, directive: &str, depth: usize) -> Option<()> {
        let wanted = wanted(directive)?;
        let path = wanted.split(['?', '#']).next().unwrap_or(wanted);
        let url = if path.starts_with('/') { path.to_owned() } else { format!("{folder}{path}") };
        let target = Target::parse(&url)?;
        if depth == MOST_NESTED || (target.is_hidden() && !self.with_dot_files) {
            return None;
        }
        match target.find(self.public) {
            Found::File(file) => self.add(&target.folder(), &file, depth + 1),
            _ => None,
        }
    }
}

/// The path that an include names; none for any other directive.
fn wanted(directive: &str) -> Option<&str> {
    let mut rest = directive.trim_start().strip_prefix("include")?;
    let mut found = None;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        match name.trim() {
            "virtual" | "file" => found = found.or(Some(value)),
            // Includes are in order here anyway.
            "wait" => {}
            _ => return None,
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::find::Target;
    use super::{FAILED, page, unsupported, wanted};
    use std::fs;
    use tempfile::TempDir;

    fn site(files: &[(&str, &str)]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn expand(files: &[(&str, &str)], url: &str) -> String {
        let dir = site(files);
        let file = dir.path().join(url.trim_start_matches('/'));
        let folder = Target::parse(url).unwrap().folder();
        String::from_utf8(page(dir.path(), &folder, &file, false).unwrap()).unwrap()
    }

    #[test]
    fn an_include_names_its_file_in_quotes_of_either_kind() {
        assert_eq!(wanted(" include virtual=\"/a.html\" "), Some("/a.html"));
        assert_eq!(wanted("include wait='yes' file='b.html'"), Some("b.html"));
        for other in
            ["echo var=\"x\"", "include", "include virtual=a", "include stub=\"x\"", "include virtual=\"a"]
        {
            assert_eq!(wanted(other), None, "{other}");
        }
    }

    #[test]
    fn a_directive_that_is_none_of_ours_is_found() {
        let good = "<p><!--#include virtual=\"/a\" wait=\"yes\" --><!-- a remark --><!--#include file=\"b\"";
        assert_eq!(unsupported(good), None);
        let directives = ["echo var=\"DATE_LOCAL\"", "if expr=\"$a\"", "include virtual=\"/a\" stub=\"b\""];
        for directive in directives {
            assert_eq!(unsupported(&format!("a<!--#{directive} -->b")), Some(directive));
        }
    }

    #[test]
    fn includes_are_replaced_by_their_files_relative_to_the_page() {
        let files = [
            (
                "sub/page.html",
                "a<!--#include file=\"part.html\" -->b<!--# include virtual='/top.html?x' -->c",
            ),
            ("sub/part.html", "[part]"),
            ("top.html", "[top <!--#include virtual=\"sub/part.html\"-->]"),
        ];
        assert_eq!(expand(&files, "/sub/page.html"), "a[part]b[top [part]]c");
    }

    #[test]
    fn what_cannot_be_included_says_so() {
        for directive in [
            "include file=\"missing\"",
            "include file=\"../../etc/passwd\"",
            "include file=\".secret\"",
            "exec cmd=\"id\"",
        ] {
            let text = format!("a<!--#{directive} -->b");
            let files = [("page.html", text.as_str()), (".secret", "secret")];
            assert_eq!(expand(&files, "/page.html"), format!("a{FAILED}b"), "{directive}");
        }
    }

    #[test]
    fn a_page_that_includes_itself_ends() {
        let page = expand(&[("a.html", "x<!--#include file=\"a.html\" -->")], "/a.html");
        assert_eq!(page, format!("{}{FAILED}", "x".repeat(9)));
    }

    #[test]
    fn a_directive_without_its_end_is_left_as_it_is() {
        assert_eq!(
            expand(&[("a.html", "a <!--#include file=\"b\"")], "/a.html"),
            "a <!--#include file=\"b\""
        );
    }
}

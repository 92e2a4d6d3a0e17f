//! What a reader should not stumble over: long files, folders without a header, names that say nothing, leftovers.

use crate::workspace::{Source, Workspace, judge};

const MOST_LINES: usize = 500;
const EMPTY_NAMES: &[&str] = &[
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "stuff",
    "test_utils",
    "test_helpers",
];
/// Put together, so that this file does not find itself.
const LEFTOVERS: &[(&str, &str)] = &[
    (concat!("todo", "!("), "do it or leave it out"),
    (concat!("unimplemented", "!("), "do it or leave it out"),
    (concat!("dbg", "!("), "log it or remove it"),
    (concat!("#[", "allow("), "write #[expect(…, reason = \"…\")]"),
    (concat!("#![", "allow("), "write #![expect(…, reason = \"…\")]"),
    (concat!("#[", "ignore"), "a test runs or goes"),
    (concat!("TO", "DO"), "open an issue, or do it"),
    (concat!("FIX", "ME"), "open an issue, or fix it"),
];

pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let findings: Vec<String> = workspace.sources()?.iter().flat_map(findings).collect();
    judge(
        "tidy",
        &findings,
        "Split by operation, name things by what they are; see docs/adding-an-operation.md.",
    )
}

fn findings(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let path = &source.path;
    let file = path.rsplit('/').next().unwrap_or(path);
    let lines = source.text.lines().count();
    if lines > MOST_LINES && file != "schema.rs" {
        found.push(format!("{path}: {lines} lines, and {MOST_LINES} is the limit"));
    }
    if matches!(file, "mod.rs" | "lib.rs" | "main.rs") && !source.text.starts_with("//!") {
        found.push(format!("{path}: starts without a //! that says what this is and where to start reading"));
    }
    for part in path.trim_end_matches(".rs").split('/') {
        if EMPTY_NAMES.contains(&part) {
            found.push(format!("{path}: '{part}' says nothing; name what it is"));
        }
    }
    for (at, line) in source.text.lines().enumerate() {
        for (leftover, advice) in LEFTOVERS {
            if line.contains(leftover) {
                found.push(format!("{path}:{}: {leftover} ({advice})", at + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        findings(&Source { path: path.into(), text: text.into() })
    }

    #[test]
    fn a_long_file_is_found_unless_it_is_the_schema() {
        let text = "x\n".repeat(501);
        assert_eq!(found("crates/a/src/x.rs", &text).len(), 1);
        assert_eq!(found("crates/a/src/schema.rs", &text).len(), 0);
        assert_eq!(found("crates/a/src/x.rs", &"x\n".repeat(500)).len(), 0);
    }

    #[test]
    fn a_folder_says_what_it_is() {
        assert_eq!(found("crates/a/src/app/mod.rs", "mod x;\n").len(), 1);
        assert_eq!(found("crates/a/src/app/mod.rs", "//! Apps.\nmod x;\n").len(), 0);
    }

    #[test]
    fn names_that_say_nothing_are_found_as_file_and_as_folder() {
        assert_eq!(found("crates/a/src/utils.rs", "").len(), 1);
        assert_eq!(found("crates/a/src/common/x.rs", "").len(), 1);
        assert_eq!(found("crates/a/src/commonly.rs", "").len(), 0);
    }

    #[test]
    fn leftovers_are_found_with_their_line() {
        let text = format!("fn a() {{\n    {}1)\n}}\n", LEFTOVERS.get(2).unwrap().0);
        assert_eq!(found("crates/a/src/x.rs", &text).len(), 1);
        assert!(found("crates/a/src/x.rs", &text).first().unwrap().starts_with("crates/a/src/x.rs:2:"));
    }
}

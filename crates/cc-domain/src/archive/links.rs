//! Follows the symbolic links of an archive on paper, before any of them exists.

use super::{ArchiveFault, shown};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// Links that one path may lead through, as in the kernel.
const MOST_HOPS: usize = 40;

/// Refuses the first link that leads outside, by itself or through other links of the archive. The keys are
/// paths of links below the archive's root; no key lies below another.
pub(super) fn check(targets: &BTreeMap<PathBuf, PathBuf>) -> Result<(), ArchiveFault> {
    match targets.keys().find(|link| !stays_inside(link, targets)) {
        Some(link) => Err(ArchiveFault::LinkOutside(shown(&link.to_string_lossy()))),
        None => Ok(()),
    }
}

fn stays_inside(link: &Path, targets: &BTreeMap<PathBuf, PathBuf>) -> bool {
    let mut at = PathBuf::new();
    let mut ahead: VecDeque<Step> = steps(link);
    let mut hops = 0;
    while let Some(step) = ahead.pop_front() {
        match step {
            Step::Root => return false,
            Step::Up => {
                if !at.pop() {
                    return false;
                }
            }
            Step::Down(name) => {
                at.push(name);
                if let Some(target) = targets.get(&at) {
                    hops += 1;
                    if hops > MOST_HOPS {
                        return false;
                    }
                    at.pop();
                    for step in steps(target).into_iter().rev() {
                        ahead.push_front(step);
                    }
                }
            }
        }
    }
    true
}

enum Step {
    Root,
    Up,
    Down(OsString),
}

fn steps(path: &Path) -> VecDeque<Step> {
    path.components()
        .filter_map(|component| match component {
            Component::RootDir | Component::Prefix(_) => Some(Step::Root),
            Component::ParentDir => Some(Step::Up),
            Component::Normal(name) => Some(Step::Down(name.to_owned())),
            Component::CurDir => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use std::path::PathBuf;

    fn inside(links: &[(&str, &str)]) -> bool {
        check(&links.iter().map(|(link, target)| (PathBuf::from(link), PathBuf::from(target))).collect())
            .is_ok()
    }

    #[test]
    fn links_between_files_of_the_archive_are_kept() {
        assert!(inside(&[
            ("node_modules/.bin/tool", "../tool/cli.js"),
            ("current", "releases/7"),
            ("top", ".")
        ]));
    }

    #[test]
    fn absolute_and_climbing_targets_are_refused() {
        assert!(!inside(&[("passwd", "/etc/passwd")]));
        assert!(!inside(&[("a/b", "../../c")]));
    }

    #[test]
    fn a_link_that_climbs_only_through_another_link_is_refused() {
        assert!(inside(&[("a/b/c/up", "../../..")]));
        assert!(!inside(&[("a/b/c/up", "../../.."), ("out", "a/b/c/up/../x")]));
    }

    #[test]
    fn a_circle_of_links_is_refused() {
        assert!(!inside(&[("a", "b"), ("b", "a")]));
    }
}

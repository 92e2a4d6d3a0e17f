//! Faults and audit events are published ones, as `contract/` lists them.

use cc_actions::fault::catalogue;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Errors {
    errors: Vec<PublishedError>,
}

#[derive(Deserialize)]
struct PublishedError {
    name: String,
    code: u32,
    http_status: u16,
}

#[derive(Deserialize)]
struct Events {
    audit_events: Vec<PublishedEvent>,
}

#[derive(Deserialize)]
struct PublishedEvent {
    #[serde(rename = "type")]
    kind: String,
}

fn crate_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn contract<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    let path = crate_root().join("../../contract").join(file);
    let text = std::fs::read_to_string(&path).expect("the contract is part of the project");
    serde_json::from_str(&text).expect("the contract has the shape that is read here")
}

#[test]
fn every_fault_is_a_published_error_with_its_code_and_status() {
    let published: BTreeMap<String, (u32, u16)> = contract::<Errors>("errors.json")
        .errors
        .into_iter()
        .map(|error| (error.name, (error.code, error.http_status)))
        .collect();
    let mut wrong = Vec::new();
    for kind in catalogue::ALL {
        let name = kind.title();
        match published.get(&name) {
            Some(&expected) if expected == (kind.code, kind.status) => {}
            Some(expected) => {
                wrong.push(format!("{name} is {:?}, published as {expected:?}", (kind.code, kind.status)));
            }
            None => wrong.push(format!("{name} is not published")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_fault_is_listed_twice() {
    let names: BTreeSet<&str> = catalogue::ALL.iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), catalogue::ALL.len());
}

#[test]
fn every_audit_event_that_a_use_case_names_is_a_published_one() {
    let published: BTreeSet<String> =
        contract::<Events>("events.json").audit_events.into_iter().map(|event| event.kind).collect();
    let mut named = BTreeSet::new();
    for path in sources(&crate_root().join("src")) {
        let text = std::fs::read_to_string(&path).expect("a source is text");
        named.extend(literals(&text, "audit.").map(str::to_owned));
    }
    assert!(named.contains("audit.organization.create"), "the sources are not read as they should be");
    let unknown: Vec<&String> =
        named.iter().filter(|kind| !published.iter().any(|p| is_form_of(p, kind))).collect();
    assert!(unknown.is_empty(), "not in contract/events.json: {unknown:?}");
}

/// Whether `kind`, in which a `{…}` stands for some text, can be `published`.
fn is_form_of(published: &str, kind: &str) -> bool {
    match (kind.split_once('{'), kind.split_once('}')) {
        (Some((start, _)), Some((_, end))) => {
            published.len() > start.len() + end.len()
                && published.starts_with(start)
                && published.ends_with(end)
        }
        _ => published == kind,
    }
}

/// Texts in quotes that begin so.
fn literals<'a>(text: &'a str, start: &'static str) -> impl Iterator<Item = &'a str> {
    let opening = format!("\"{start}");
    let places: Vec<usize> = text.match_indices(&opening).map(|(at, _)| at + 1).collect();
    places.into_iter().filter_map(|at| text.get(at..)?.split('"').next())
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

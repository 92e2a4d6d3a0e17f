//! How a job is shown.

use crate::wire::{self, Link, Links};
use cc_actions::job::Kind;
use cc_domain::job as entity;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub struct Job<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    operation: &'a str,
    state: &'static str,
    errors: Vec<JobError<'a>>,
    warnings: Vec<Warning<'a>>,
    links: BTreeMap<&'a str, Link>,
}

#[derive(Serialize)]
struct JobError<'a> {
    detail: &'a str,
    title: &'a str,
    code: u32,
}

#[derive(Serialize)]
struct Warning<'a> {
    detail: &'a str,
}

pub fn job<'a>(links: &Links, j: &'a entity::Job) -> Job<'a> {
    let mut own = BTreeMap::from([("self", links.link(&format!("/v3/jobs/{}", j.guid)))]);
    // A deletion that went through leaves nothing to link to.
    let is_gone = Kind::named(&j.operation).is_some_and(|kind| kind.is_deletion)
        && j.state == entity::JobState::Complete;
    if let Some(resource) = j.resource.as_ref().filter(|_| !is_gone) {
        let name = resource.collection.strip_suffix('s').unwrap_or(&resource.collection);
        own.insert(name, links.link(&format!("/v3/{}/{}", resource.collection, resource.guid)));
    }
    let errors: &[entity::JobError] = if j.state == entity::JobState::Complete { &[] } else { &j.errors };
    Job {
        guid: j.guid.as_str(),
        created_at: wire::time(j.created_at),
        updated_at: wire::time(j.updated_at),
        operation: &j.operation,
        state: j.state.as_str(),
        errors: errors
            .iter()
            .map(|e| JobError { detail: &e.detail, title: &e.title, code: e.code })
            .collect(),
        warnings: j.warnings.iter().map(|w| Warning { detail: w }).collect(),
        links: own,
    }
}

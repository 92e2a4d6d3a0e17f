//! How a sidecar is shown: without links and metadata, the times last.

use crate::wire::{self, OfApp};
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::sidecar as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Sidecar<'a> {
    guid: &'a str,
    name: &'a str,
    command: &'a str,
    process_types: Vec<&'a str>,
    memory_in_mb: Option<u32>,
    origin: &'static str,
    relationships: OfApp<'a>,
    created_at: String,
    updated_at: String,
}

pub fn sidecar(s: &entity::Sidecar) -> Sidecar<'_> {
    Sidecar {
        guid: s.guid.as_str(),
        name: &s.name,
        command: &s.command,
        process_types: s.process_types.iter().map(ProcessType::as_str).collect(),
        memory_in_mb: s.memory.map(Megabytes::get),
        origin: s.origin.as_str(),
        relationships: OfApp::new(&s.app),
        created_at: wire::time(s.created_at),
        updated_at: wire::time(s.updated_at),
    }
}

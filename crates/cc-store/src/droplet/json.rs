//! The columns of a droplet that are JSON: what staging found.

use crate::errors::{corrupt, from_json, to_json};
use cc_domain::droplet::{BuildpackReceipt, DropletSidecar, ProcessTypes};
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize, Serialize)]
struct Receipt {
    name: String,
    detect_output: Option<String>,
    buildpack_name: Option<String>,
    version: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Sidecar {
    name: String,
    command: String,
    process_types: Vec<String>,
    memory_mb: Option<u32>,
}

pub fn receipts(column: &str) -> Result<Vec<BuildpackReceipt>, StoreError> {
    let receipts: Vec<Receipt> = from_json("droplets.buildpacks", column)?;
    let read = |r: Receipt| BuildpackReceipt {
        name: r.name,
        detect_output: r.detect_output,
        buildpack_name: r.buildpack_name,
        version: r.version,
    };
    Ok(receipts.into_iter().map(read).collect())
}

pub fn receipts_column(receipts: &[BuildpackReceipt]) -> String {
    let write = |r: &BuildpackReceipt| Receipt {
        name: r.name.clone(),
        detect_output: r.detect_output.clone(),
        buildpack_name: r.buildpack_name.clone(),
        version: r.version.clone(),
    };
    to_json(&receipts.iter().map(write).collect::<Vec<_>>())
}

fn process_type(text: &str) -> Result<ProcessType, StoreError> {
    ProcessType::parse(text).ok_or_else(|| corrupt("droplets.process_types"))
}

pub fn process_types(column: &str) -> Result<ProcessTypes, StoreError> {
    let map: Map<String, Value> = from_json("droplets.process_types", column)?;
    let read = |(kind, command): (String, Value)| {
        let command = command.as_str().ok_or_else(|| corrupt("droplets.process_types"))?;
        Ok((process_type(&kind)?, command.to_owned()))
    };
    map.into_iter().map(read).collect()
}

/// The members keep their order.
pub fn process_types_column(types: &ProcessTypes) -> String {
    to_json(&types.iter().map(|(kind, command)| (kind.to_string(), command.into())).collect::<Map<_, _>>())
}

pub fn sidecars(column: &str) -> Result<Vec<DropletSidecar>, StoreError> {
    let sidecars: Vec<Sidecar> = from_json("droplets.sidecars", column)?;
    let read = |s: Sidecar| {
        Ok(DropletSidecar {
            name: s.name,
            command: s.command,
            process_types: s
                .process_types
                .iter()
                .map(|t| process_type(t))
                .collect::<Result<_, StoreError>>()?,
            memory: s.memory_mb.and_then(|mb| Megabytes::new(mb.into())),
        })
    };
    sidecars.into_iter().map(read).collect()
}

pub fn sidecars_column(sidecars: &[DropletSidecar]) -> String {
    let write = |s: &DropletSidecar| Sidecar {
        name: s.name.clone(),
        command: s.command.clone(),
        process_types: s.process_types.iter().map(|t| t.as_str().to_owned()).collect(),
        memory_mb: s.memory.map(Megabytes::get),
    };
    to_json(&sidecars.iter().map(write).collect::<Vec<_>>())
}

//! The columns of a revision that are JSON.

use crate::droplet::json as droplet;
use crate::errors::{corrupt, from_json, to_json};
use cc_domain::droplet::DropletSidecar;
use cc_domain::process::ProcessType;
use cc_domain::store::StoreError;

pub fn commands(column: &str) -> Result<Vec<(ProcessType, Option<String>)>, StoreError> {
    let pairs: Vec<(String, Option<String>)> = from_json("revisions.commands", column)?;
    let kind = |text: &str| ProcessType::parse(text).ok_or_else(|| corrupt("revisions.commands"));
    pairs.into_iter().map(|(text, command)| Ok((kind(&text)?, command))).collect()
}

pub fn commands_column(commands: &[(ProcessType, Option<String>)]) -> String {
    to_json(&commands.iter().map(|(kind, command)| (kind.as_str(), command)).collect::<Vec<_>>())
}

pub fn sidecars(column: &str) -> Result<Vec<DropletSidecar>, StoreError> {
    droplet::sidecars(column)
}

pub fn sidecars_column(sidecars: &[DropletSidecar]) -> String {
    droplet::sidecars_column(sidecars)
}

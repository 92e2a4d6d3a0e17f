//! The contract in `contract/`: what the API is to be, as data.

use crate::workspace::Workspace;
use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct Contract {
    pub operations: Vec<Operation>,
    /// Named types of query parameters and body fields, described.
    pub types: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub struct Operation {
    pub id: String,
    pub section: String,
    pub title: String,
    pub method: String,
    pub path: String,
    pub query: Vec<Parameter>,
    pub body: Vec<Field>,
    pub success_status: Vec<u16>,
    pub response: String,
    /// As in `multipart/form-data`; JSON if absent.
    pub request_format: Option<String>,
    /// Between parts of the platform; clients never see it.
    #[serde(default)]
    pub internal: bool,
}

#[derive(Deserialize)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub notes: Option<String>,
    pub allowed: Option<Vec<Value>>,
}

#[derive(Deserialize)]
pub struct Field {
    /// Dotted; `[]` marks the items of an array.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// `true`, `false` or `"conditional"`.
    pub required: Value,
    pub constraints: Option<String>,
}

pub fn read(workspace: &Workspace) -> anyhow::Result<Contract> {
    serde_json::from_str(&workspace.read("contract/operations.json")?).context("contract/operations.json")
}

/// A representation by name; `None` if the contract has none of that name.
pub fn resource(workspace: &Workspace, name: &str) -> anyhow::Result<Option<Value>> {
    let path = format!("contract/resources/{name}.json");
    if !workspace.path(&path).is_file() {
        return Ok(None);
    }
    serde_json::from_str(&workspace.read(&path)?).context(path).map(Some)
}

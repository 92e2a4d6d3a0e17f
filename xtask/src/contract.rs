//! The contract in `contract/`: what the API is to be, as data.

use crate::workspace::Workspace;
use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    /// As [`cc_http::operation::Gives`] says it.
    pub response: String,
    /// The operation of the job that a success starts.
    pub async_job: Option<String>,
    /// As in `multipart/form-data`; JSON if absent.
    pub request_format: Option<String>,
    /// What is checked, in order; most begin with the status of the refusal.
    pub conditions: Vec<String>,
    /// Between parts of the platform; clients never see it.
    #[serde(default)]
    pub internal: bool,
}

impl Operation {
    /// Those of successes, and those that conditions begin with.
    pub fn statuses(&self) -> BTreeSet<u16> {
        let of_condition = |condition: &String| -> Vec<u16> {
            let words = condition.split([' ', ',', '/']).filter(|word| !word.is_empty());
            words.map_while(|word| word.parse().ok().filter(|status| (200..600).contains(status))).collect()
        };
        self.success_status.iter().copied().chain(self.conditions.iter().flat_map(of_condition)).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_begins_with_its_statuses() {
        let operation: Operation = serde_json::from_value(serde_json::json!({
            "id": "app_get", "section": "", "title": "", "method": "GET", "path": "", "query": [], "body": [],
            "success_status": [200], "response": "app",
            "conditions": ["404 CF-ResourceNotFound", "401, 403, 422 with 500 words", "502/503 broker errors", "emits 409"],
        }))
        .unwrap();
        assert_eq!(operation.statuses(), BTreeSet::from([200, 401, 403, 404, 422, 502, 503]));
    }
}

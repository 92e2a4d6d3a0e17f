//! Which operation a request means, and whether it is routed.

use anyhow::Context;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Operations of the contract and what of it is routed.
pub struct Operations(Vec<Known>);

struct Known {
    id: String,
    method: String,
    segments: Vec<String>,
    is_routed: bool,
}

#[derive(Deserialize)]
struct Contract {
    operations: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    method: String,
    path: String,
}

impl Operations {
    /// Those of `contract/operations.json`, and what is routed beside it. `not_asked` are routed, and still not to be compared.
    pub fn read(contract: &Path, not_asked: &BTreeSet<String>) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(contract).with_context(|| contract.display().to_string())?;
        let named: Contract = serde_json::from_str(&text)?;
        let routed: Vec<_> = cc_http::operations::all().collect();
        let is_routed =
            |id: &str| routed.iter().any(|operation| operation.id == id) && !not_asked.contains(id);
        let known = |id: &str, method: &str, path: &str| Known {
            id: id.to_owned(),
            method: method.to_owned(),
            segments: segments(path).map(str::to_owned).collect(),
            is_routed: is_routed(id),
        };
        let mut all: Vec<Known> =
            named.operations.iter().map(|it| known(&it.id, &it.method, &it.path)).collect();
        for operation in &routed {
            if !named.operations.iter().any(|it| it.id == operation.id) {
                all.push(known(operation.id, operation.method.as_str(), operation.path));
            }
        }
        Ok(Self(all))
    }

    /// Whether an operation is routed and compared.
    pub fn is_routed(&self, id: &str) -> bool {
        self.0.iter().any(|known| known.id == id && known.is_routed)
    }

    /// The operation that a request means, the one with the most literal path first; whether it is routed.
    pub fn find(&self, method: &str, path: &str) -> Option<(&str, bool)> {
        let asked: Vec<&str> = segments(path.split('?').next().unwrap_or_default()).collect();
        self.0
            .iter()
            .filter(|known| known.method == method && fits(&known.segments, &asked))
            .max_by_key(|known| known.segments.iter().filter(|segment| !is_open(segment)).count())
            .map(|known| (known.id.as_str(), known.is_routed))
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn fits(known: &[String], asked: &[&str]) -> bool {
    known.len() == asked.len()
        && known.iter().zip(asked).all(|(segment, asked)| is_open(segment) || segment == asked)
}

fn is_open(segment: &str) -> bool {
    segment.starts_with([':', '{'])
}

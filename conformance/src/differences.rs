//! The list of known differences: what differs and is not listed fails, and so does what is listed and does not differ.

use crate::replay::{Replayed, Went};
use crate::report;
use anyhow::Context;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Operations that are not routed yet; `broker` while there is none for the tests.
    #[serde(default)]
    pub waiting: BTreeSet<String>,
    /// Operations that are routed, but whose resources cannot be made yet: their lists are empty here.
    #[serde(default)]
    pub empty: BTreeSet<String>,
    /// Operations that only the vendor's edition has: 404 in the recordings.
    #[serde(default)]
    pub vendor: BTreeSet<String>,
    /// By file, by step: places in the answer and the reason, as in `"12" = "answer.name: D7"`.
    #[serde(default)]
    pub files: BTreeMap<String, BTreeMap<String, String>>,
}

impl Known {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    }

    /// Operations that are routed and not compared.
    pub fn not_asked(&self) -> BTreeSet<String> {
        self.empty.union(&self.vendor).cloned().collect()
    }

    /// What is wrong: new differences and entries that hold no longer. Only files that were replayed are judged.
    pub fn judge(&self, replayed: &[Replayed]) -> Vec<String> {
        let mut findings = Vec::new();
        for file in replayed {
            let known = self.files.get(&file.name);
            let differing = differing(file);
            for (step, place) in &differing {
                let listed = known.and_then(|steps| steps.get(*step));
                match listed {
                    None => {
                        findings.push(format!("{} {step}: differs in {place}, and is not listed", file.name));
                    }
                    Some(entry) if !entry.starts_with(place.as_str()) => findings.push(format!(
                        "{} {step}: differs in {place}, and is listed with {entry}",
                        file.name
                    )),
                    Some(_) => {}
                }
            }
            for step in known.into_iter().flat_map(BTreeMap::keys) {
                if !differing.contains_key(step.as_str()) {
                    findings.push(format!("{} {step}: is the same, and is listed still", file.name));
                }
            }
        }
        for operation in report::waiting(replayed) {
            if ![&self.waiting, &self.empty, &self.vendor].iter().any(|listed| listed.contains(operation)) {
                findings.push(format!("{operation} is not routed, and is not listed as waiting"));
            }
        }
        findings
    }
}

/// The steps that differ or were skipped, with their first place.
pub fn differing(file: &Replayed) -> BTreeMap<&str, String> {
    file.outcomes
        .iter()
        .filter_map(|outcome| {
            let place = match &outcome.went {
                Went::Different { differences } => differences.first()?.place.clone(),
                Went::Skipped { .. } => "skipped".to_owned(),
                Went::Same | Went::Waiting { .. } => return None,
            };
            Some((outcome.step.as_str(), place))
        })
        .collect()
}

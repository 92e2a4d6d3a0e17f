//! How much of the contract is there: routed, tested, missing.

use crate::contract::{self, Contract};
use crate::workspace::{Workspace, judge};
use std::collections::{BTreeMap, BTreeSet};

/// What is routed beside the contract stands under this path.
const OURS: &str = "/ext/v1/";

/// Prints the counts by section, and on request the ids that are missing or untested.
pub fn report(workspace: &Workspace, missing: bool, untested: bool) -> anyhow::Result<()> {
    check(workspace)?;
    let contract = contract::read(workspace)?;
    let routed: BTreeSet<&str> = cc_http::operations::all().map(|o| o.id).collect();
    let tested = tested(workspace, &contract)?;
    let mut sections: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for operation in contract.operations.iter().filter(|o| !o.internal) {
        let [all, there, covered] = sections.entry(&operation.section).or_default();
        *all += 1;
        *there += usize::from(routed.contains(operation.id.as_str()));
        *covered += usize::from(tested.contains(&operation.id));
    }
    println!("{:<40} routed  tested  of", "section");
    for (section, [all, there, covered]) in &sections {
        println!("{section:<40} {there:>6}  {covered:>6}  {all:>2}");
    }
    let sum = |at: usize| sections.values().filter_map(|counts| counts.get(at)).sum::<usize>();
    println!("{:<40} {:>6}  {:>6}  {:>2}", "all", sum(1), sum(2), sum(0));
    for operation in contract.operations.iter().filter(|o| !o.internal) {
        let is_routed = routed.contains(operation.id.as_str());
        if missing && !is_routed {
            println!("missing   {:<7} {:<60} {}", operation.method, operation.path, operation.id);
        }
        if untested && is_routed && !tested.contains(&operation.id) {
            println!("untested  {:<7} {:<60} {}", operation.method, operation.path, operation.id);
        }
    }
    Ok(())
}

/// Every routed operation is one of the contract, by id, method and path, once; or one of ours, under a path of ours.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let contract = contract::read(workspace)?;
    let routed =
        cc_http::operations::all().map(|o| Routed { id: o.id, method: o.method.as_str(), path: o.path });
    judge(
        "operations",
        &differences(&contract, routed),
        "contract/operations.json says what id, method and path are.",
    )
}

struct Routed<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
}

fn differences<'a>(contract: &Contract, routed: impl Iterator<Item = Routed<'a>>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    let mut places = BTreeSet::new();
    for Routed { id, method, path } in routed {
        if !ids.insert(id) {
            findings.push(format!("{id} is routed twice"));
        }
        if !places.insert((method, path)) {
            findings.push(format!("{method} {path} is routed twice"));
        }
        match contract.operations.iter().find(|o| o.id == id) {
            Some(named) if named.method == method && named.path == path => {}
            Some(named) => {
                findings.push(format!("{id} is {} {}, not {method} {path}", named.method, named.path));
            }
            None if path.starts_with(OURS) => {}
            None => {
                findings.push(format!("{id} ({method} {path}) is not in the contract, and not under {OURS}"));
            }
        }
    }
    findings
}

/// Ids that a test names, as a text or as (part of) its own name.
fn tested(workspace: &Workspace, contract: &Contract) -> anyhow::Result<BTreeSet<String>> {
    let mut words = BTreeSet::new();
    for source in workspace.sources()?.iter().filter(|s| s.is_test()) {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        words.extend(source.text.split(|c| !is_word(c)).filter(|w| w.contains('_')).map(str::to_owned));
    }
    let ids = contract.operations.iter().map(|o| &o.id);
    Ok(ids.filter(|id| words.contains(*id)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        let operation = serde_json::json!({
            "id": "app_get", "section": "Apps", "title": "Get App", "method": "GET", "path": "/v3/apps/{guid}",
            "query": [], "body": [], "success_status": [200], "response": "app",
        });
        serde_json::from_value(serde_json::json!({ "types": {}, "operations": [operation] })).unwrap()
    }

    fn found(routed: &[(&'static str, &'static str, &'static str)]) -> Vec<String> {
        differences(&contract(), routed.iter().map(|&(id, method, path)| Routed { id, method, path }))
    }

    #[test]
    fn an_operation_stands_where_the_contract_puts_it() {
        assert_eq!(found(&[("app_get", "GET", "/v3/apps/{guid}")]), Vec::<String>::new());
        assert_eq!(found(&[("app_get", "POST", "/v3/apps/{guid}")]).len(), 1);
        assert_eq!(found(&[("app_get", "GET", "/v3/apps/{id}")]).len(), 1);
    }

    #[test]
    fn what_the_contract_lacks_stands_under_our_own_path() {
        assert_eq!(found(&[("events_stream", "GET", "/ext/v1/events")]).len(), 0);
        assert_eq!(found(&[("events_stream", "GET", "/v3/events")]).len(), 1);
    }

    #[test]
    fn nothing_is_routed_twice() {
        let twice = [("app_get", "GET", "/v3/apps/{guid}"), ("app_get", "GET", "/v3/apps/{guid}")];
        assert_eq!(found(&twice).len(), 2);
    }
}

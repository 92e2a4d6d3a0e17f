//! How much of the contract is there: routed, seen by tests, missing.

use crate::contract::{self, Contract};
use crate::seen;
use crate::workspace::{Workspace, judge};
use std::collections::{BTreeMap, BTreeSet};

/// What is routed beside the contract stands under this path.
const OURS: &str = "/ext/v1/";

/// What of each operation is printed beside the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Counts,
    /// What is not routed.
    Missing,
    /// Of what is routed, the statuses that the tests saw and those of the contract that they never saw.
    Statuses,
    /// The same, where one was never seen.
    Untested,
}

/// Prints the counts by section and what else is to be shown.
pub fn report(workspace: &Workspace, shown: Shown) -> anyhow::Result<()> {
    check(workspace)?;
    let contract = contract::read(workspace)?;
    let routed: BTreeSet<&str> = cc_http::operations::all().map(|o| o.id).collect();
    let seen = seen::read(workspace)?;
    if seen.is_empty() {
        println!("No test has written down what it saw: `cargo xtask test` lets them.");
    }
    let nothing = BTreeSet::new();
    let mut sections: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for operation in contract.operations.iter().filter(|o| !o.internal) {
        let [all, there, succeeded] = sections.entry(&operation.section).or_default();
        let (is_routed, seen) =
            (routed.contains(operation.id.as_str()), seen.get(&operation.id).unwrap_or(&nothing));
        *all += 1;
        *there += usize::from(is_routed);
        *succeeded += usize::from(seen.iter().any(|status| *status < 400));
        let statuses = operation.statuses();
        let never: Vec<_> = statuses.difference(seen).collect();
        match shown {
            Shown::Missing if !is_routed => {
                println!("{:<7} {:<60} {}", operation.method, operation.path, operation.id);
            }
            Shown::Untested if never.is_empty() => {}
            Shown::Statuses | Shown::Untested if is_routed => {
                println!("{:<45} seen {seen:?}, never {never:?}", operation.id);
            }
            _ => {}
        }
    }
    println!("{:<40} routed  succeeded  of", "section");
    for (section, [all, there, succeeded]) in &sections {
        println!("{section:<40} {there:>6}  {succeeded:>9}  {all:>2}");
    }
    let sum = |at: usize| sections.values().filter_map(|counts| counts.get(at)).sum::<usize>();
    println!("{:<40} {:>6}  {:>9}  {:>2}", "all", sum(1), sum(2), sum(0));
    Ok(())
}

/// Every routed operation is one of the contract, by id, method, path and what it gives, once; or one of ours, under a path of ours.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let contract = contract::read(workspace)?;
    let routed = cc_http::operations::all().map(|o| Routed {
        id: o.id,
        method: o.method.as_str(),
        path: o.path,
        gives: o.gives.to_string(),
    });
    judge(
        "operations",
        &differences(&contract, routed),
        "contract/operations.json says what id, method, path and response are.",
    )
}

struct Routed<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    gives: String,
}

fn differences<'a>(contract: &Contract, routed: impl Iterator<Item = Routed<'a>>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    let mut places = BTreeSet::new();
    for Routed { id, method, path, gives } in routed {
        if !ids.insert(id) {
            findings.push(format!("{id} is routed twice"));
        }
        if !places.insert((method, path)) {
            findings.push(format!("{method} {path} is routed twice"));
        }
        match contract.operations.iter().find(|o| o.id == id) {
            Some(named) if named.method != method || named.path != path => {
                findings.push(format!("{id} is {} {}, not {method} {path}", named.method, named.path));
            }
            Some(named) if named.response != gives => {
                findings.push(format!("{id} gives {}, not {gives}", named.response));
            }
            Some(_) => {}
            None if path.starts_with(OURS) => {}
            None => {
                findings.push(format!("{id} ({method} {path}) is not in the contract, and not under {OURS}"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        let operation = serde_json::json!({
            "id": "app_get", "section": "Apps", "title": "Get App", "method": "GET", "path": "/v3/apps/{guid}",
            "query": [], "body": [], "success_status": [200], "response": "app", "conditions": [],
        });
        serde_json::from_value(serde_json::json!({ "types": {}, "operations": [operation] })).unwrap()
    }

    fn found(routed: &[(&'static str, &'static str, &'static str)]) -> Vec<String> {
        let routed =
            routed.iter().map(|&(id, method, path)| Routed { id, method, path, gives: "app".to_owned() });
        differences(&contract(), routed)
    }

    #[test]
    fn an_operation_stands_where_the_contract_puts_it() {
        assert_eq!(found(&[("app_get", "GET", "/v3/apps/{guid}")]), Vec::<String>::new());
        assert_eq!(found(&[("app_get", "POST", "/v3/apps/{guid}")]).len(), 1);
        assert_eq!(found(&[("app_get", "GET", "/v3/apps/{id}")]).len(), 1);
    }

    #[test]
    fn an_operation_gives_what_the_contract_says() {
        let list =
            Routed { id: "app_get", method: "GET", path: "/v3/apps/{guid}", gives: "list of app".to_owned() };
        assert_eq!(differences(&contract(), [list].into_iter()), ["app_get gives app, not list of app"]);
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

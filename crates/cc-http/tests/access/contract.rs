//! The grid against the roles that the contract gives for each operation.

use super::callers;
use super::grid::grid;
use serde_json::Value;
use std::collections::BTreeSet;

const CONTRACT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../contract/operations.json"));
/// `<operation> <column> <status>: <reason>` a line: what the contract says in words, or leaves out.
const DIFFERENCES: &str = "differences.txt";
const COMPARED: [&str; 10] = ["OM", "OB", "OA", "SD", "SM", "SA", "SS", "A", "AR", "GA"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_grid_agrees_with_the_contract() {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let (grid, callers) = (grid().await, callers::all());
    let mut found = BTreeSet::new();
    for operation in contract["operations"].as_array().unwrap() {
        let Some(row) = operation["id"].as_str().and_then(|id| grid.rows.get_key_value(id)) else { continue };
        let (id, statuses) = row;
        let roles = operation["roles"].as_object().unwrap();
        if statuses.iter().all(|status| *status >= 300) {
            continue;
        }
        let is_everyones = roles.contains_key("All Roles") || roles.contains_key("Unauthenticated");
        let allowed: BTreeSet<_> = roles.keys().filter_map(|role| callers::of_contract(role)).collect();
        // The contract leaves plain members out of most lists of roles, and knows nothing of other places.
        for code in COMPARED {
            let at = callers.iter().position(|caller| caller.code == code).unwrap();
            if (is_everyones || allowed.contains(code)) != (statuses[at] < 300) {
                found.insert(format!("{id} {code} {}", statuses[at]));
            }
        }
    }
    let listed: BTreeSet<_> = super::read(DIFFERENCES)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(what, _)| what.to_owned())
        .collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "against contract/operations.json; correct the policy: {new:#?}");
    assert!(stale.is_empty(), "no longer to be listed in tests/access/differences.txt: {stale:#?}");
}

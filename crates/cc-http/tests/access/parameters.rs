//! What a query may name, against the contract: the operation itself says which parameters are valid when it is asked for another one.

use super::{World, requests};
use axum::http::Method;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const CONTRACT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../contract/operations.json"));
/// `<operation> +<parameter>: <reason>` a line for what is taken beside the contract, `-<parameter>` for what is not.
const DIFFERENCES: &str = "parameters.txt";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_name_what_the_contract_has() {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let queries: BTreeMap<&str, BTreeSet<&str>> = contract["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), names(&row["query"])))
        .collect();
    let world = World::seeded().await;
    let (api, place) = (world.api().await, world.place(false));
    let (mut compared, mut found) = (0, BTreeSet::new());
    for operation in cc_http::operations::all().filter(|operation| operation.method == Method::GET) {
        let path = format!("{}?no_such_parameter=1", requests::path(operation, place));
        let answer = api.get("admin", &path).await;
        let Some((_, valid)) = answer.text("/errors/0/detail").split_once("Valid parameters are: '") else {
            continue;
        };
        compared += 1;
        let valid: BTreeSet<_> = valid.trim_end_matches('\'').split("', '").collect();
        let wanted = &queries[operation.id];
        found.extend(valid.difference(wanted).map(|name| format!("{} +{name}", operation.id)));
        found.extend(wanted.difference(&valid).map(|name| format!("{} -{name}", operation.id)));
    }
    let listed: BTreeSet<_> = super::read(DIFFERENCES)
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(what, _)| what.to_owned())
        .collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&found).collect();
    assert!(compared > 40, "only {compared} operations said what is valid");
    assert!(new.is_empty(), "against contract/operations.json: {new:#?}");
    assert!(stale.is_empty(), "no longer to be listed in tests/access/{DIFFERENCES}: {stale:#?}");
}

/// Of `fields[resource]` only that there are such.
fn names(query: &Value) -> BTreeSet<&str> {
    let names = query.as_array().unwrap().iter().map(|parameter| parameter["name"].as_str().unwrap());
    names.map(|name| name.split('[').next().unwrap_or(name)).collect()
}

//! What may be wrong with a plan of `EXPLAIN (ANALYZE, FORMAT JSON)`.

use serde_json::Value;

/// The seed puts 6,000 rows and more into each. Others, like domains, stay small enough to be read whole.
const BIG: &[&str] = &[
    "annotations",
    "apps",
    "audit_events",
    "builds",
    "droplets",
    "labels",
    "packages",
    "processes",
    "roles",
    "route_destinations",
    "route_shares",
    "routes",
    "sidecar_process_types",
    "sidecars",
    "tasks",
    "users",
];

/// Sequential scans of big tables, and scans that look at more than `most` rows of one.
pub fn wrongs(node: &Value, most: f64) -> Vec<String> {
    let mut found = Vec::new();
    let number = |name: &str| node[name].as_f64().unwrap_or(0.0);
    if let (Some(table), Some(kind)) = (node["Relation Name"].as_str(), node["Node Type"].as_str())
        && BIG.contains(&table)
    {
        let looked_at = number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck");
        let rows = looked_at * number("Actual Loops");
        if rows > most || (kind == "Seq Scan" && rows > 0.0) {
            let index = node["Index Name"].as_str().unwrap_or_default();
            found.push(format!("{kind} {index} of {rows} rows of {table}"));
        }
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        found.extend(wrongs(child, most));
    }
    found
}

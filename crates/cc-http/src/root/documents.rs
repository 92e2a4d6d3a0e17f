//! The bodies of the root documents (client-flows 2).

use super::API_VERSION;
use crate::operations;
use crate::server::Surfaces;
use crate::wire::Links;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Names only what is really there: a key whose service does not exist is left out.
pub fn root(links: &Links, surfaces: &Surfaces) -> Value {
    let href = |url: &str| json!({ "href": url });
    json!({ "links": {
        "self": href(links.base()),
        "cloud_controller_v2": Value::Null,
        "cloud_controller_v3": { "href": links.url("/v3"), "meta": { "version": API_VERSION } },
        "login": href(&surfaces.login),
        "uaa": href(&surfaces.uaa),
        "log_cache": href(&surfaces.log_cache),
        "log_stream": href(&surfaces.log_stream),
    } })
}

/// One link per top-level collection that is routed, but for those that the reference leaves out.
pub fn v3(links: &Links) -> Value {
    let collections: BTreeSet<&str> = operations::all()
        .filter_map(|o| o.path.strip_prefix("/v3/"))
        .filter_map(|rest| rest.split('/').next())
        .filter(|name| !matches!(*name, "admin" | "info" | "jobs" | "revisions" | "sidecars"))
        .collect();
    let mut all = Map::from_iter([("self".to_owned(), json!({ "href": links.url("/v3") }))]);
    for name in collections {
        all.insert(name.to_owned(), json!({ "href": links.url(&format!("/v3/{name}")) }));
    }
    all.insert("info".to_owned(), json!({ "href": links.url("/v3/info") }));
    json!({ "links": all })
}

pub fn info(links: &Links) -> Value {
    json!({
        "build": env!("CARGO_PKG_VERSION"),
        "cli_version": { "minimum": "", "recommended": "" },
        "custom": {},
        "description": "Cloud Foundry",
        "name": "cc-server",
        "version": 0,
        "osbapi_version": "2.17",
        "rate_limits": { "enabled": false, "general_limit": 0, "reset_interval_in_minutes": 0 },
        "links": { "self": { "href": links.url("/v3/info") }, "support": { "href": "" } },
    })
}

/// What older token providers read (client-flows 2.4).
pub fn v2_info(surfaces: &Surfaces) -> Value {
    json!({
        "name": "cc-server",
        "build": env!("CARGO_PKG_VERSION"),
        "support": "",
        "version": 0,
        "description": "Cloud Foundry",
        "authorization_endpoint": surfaces.login,
        "token_endpoint": surfaces.uaa,
        "min_cli_version": Value::Null,
        "min_recommended_cli_version": Value::Null,
        "api_version": "2.293.0",
        "osbapi_version": "2.17",
    })
}

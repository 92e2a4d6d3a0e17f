//! Catalogues that a platform refuses.

use super::catalog::{SCHEMA, Tagged, over, services};
use serde_json::{Value, json};

/// The catalogue of a faulty kind; None for any other.
pub fn faulty(kind: &str, catalog: &Tagged) -> Option<Value> {
    Some(match kind {
        "empty" => services(json!([])),
        "nothing" => json!({}),
        "badservices" => services("x"),
        "badserviceitems" => services(json!(["x"])),
        "badplans" => catalog.only(json!({ "plans": "x" })),
        "badplanitems" => catalog.only(json!({ "plans": ["x", 1] })),
        "noplans" => catalog.only(json!({ "plans": null })),
        "badservice" => offerings(catalog),
        "badplan" => plans(catalog),
        "badmaintenance" => maintenance(catalog),
        "badmaintenancetype" => catalog.with_plans([json!({ "maintenance_info": "x" })]),
        "badschema" => schemas(catalog),
        "duplicate" => duplicates(catalog),
        "dupnames" => services(vec![
            catalog.offering("a", vec![catalog.plain("a", "p")], json!({})),
            catalog.offering(
                "b",
                vec![catalog.plain("b", "p")],
                json!({ "name": format!("{}-a", catalog.0) }),
            ),
        ]),
        "dupclients" => {
            let client =
                json!({ "id": format!("{}-client", catalog.0), "secret": "s", "redirect_uri": "http://x" });
            let offering = |name: &str| {
                catalog.offering(name, vec![catalog.plain(name, "p")], json!({ "dashboard_client": client }))
            };
            services(vec![offering("a"), offering("b")])
        }
        _ => return None,
    })
}

fn offerings(catalog: &Tagged) -> Value {
    let tag = catalog.0;
    services(json!([
        {},
        {
            "id": 1,
            "name": 2,
            "description": 3,
            "bindable": "x",
            "plan_updateable": "x",
            "tags": "x",
            "requires": "x",
            "metadata": "x",
            "bindings_retrievable": "x",
            "instances_retrievable": 1,
            "allow_context_updates": {},
            "dashboard_client": "x",
            "plans": [catalog.plain("a", "p")],
        },
        {
            "id": "",
            "name": " ",
            "description": "",
            "bindable": null,
            "tags": [1],
            "requires": ["nope", "syslog_drain", 1],
            "metadata": { "shareable": "x" },
            "dashboard_client": {},
            "plans": [],
        },
        {
            "id": format!("{tag}-c-id"),
            "name": format!("{tag}-c"),
            "description": "x".repeat(10_001),
            "bindable": true,
            "tags": ["t".repeat(2_049)],
            "plans": [catalog.plain("c", "p")],
            "dashboard_client": { "id": 1, "secret": 2, "redirect_uri": 3 },
        },
        {
            "id": format!("{tag}-d-id"),
            "name": format!("{tag}-d"),
            "description": "d",
            "bindable": true,
            "plans": [{}, { "id": format!("{tag}-d1"), "name": "same", "description": "d" }],
        },
    ]))
}

fn plans(catalog: &Tagged) -> Value {
    catalog.with_plans([
        json!({ "id": null, "name": null, "description": null }),
        json!({ "id": "", "name": "", "description": " " }),
        json!({ "id": 1, "name": 2, "description": 3 }),
        json!({
            "free": "x",
            "bindable": "x",
            "plan_updateable": "x",
            "metadata": "x",
            "schemas": "x",
            "maximum_polling_duration": "x",
        }),
        json!({ "free": 0, "bindable": 0, "metadata": [], "schemas": [], "maximum_polling_duration": 1.5 }),
        json!({ "description": "x".repeat(10_001) }),
        json!({ "free": false, "bindable": false, "plan_updateable": false, "maximum_polling_duration": 0 }),
    ])
}

fn maintenance(catalog: &Tagged) -> Value {
    let infos = json!([
        {},
        { "version": "" },
        { "version": "1" },
        { "version": "1.0" },
        { "version": 1 },
        { "version": "01.0.0" },
        { "version": "1.0.0-" },
        { "version": "1.0.0", "description": 1 },
        { "version": "1.0.0", "description": "x".repeat(2_000) },
        { "version": "1.0.0", "more": 1, "and": 2 },
        { "description": "no version" },
    ]);
    catalog.with_plans_of("maintenance_info", infos)
}

fn schemas(catalog: &Tagged) -> Value {
    let create = |parameters: Value| json!({ "create": { "parameters": parameters } });
    let schemas = json!([
        { "service_instance": "x", "service_binding": [] },
        { "service_instance": { "create": "x", "update": [] }, "service_binding": { "create": 1 } },
        {
            "service_instance": { "create": { "parameters": "x" }, "update": { "parameters": 1 } },
            "service_binding": create(json!([])),
        },
        { "service_instance": create(json!({ "type": "object" })) },
        { "service_instance": create(json!({ "$schema": SCHEMA, "type": "nope", "properties": true })) },
        { "service_binding": create(json!({ "$schema": "http://example.com/custom", "type": "object" })) },
        { "service_instance": { "update": { "parameters": {
            "$schema": SCHEMA, "$ref": "http://example.com/ref",
        } } } },
        { "service_binding": create(json!({ "$schema": SCHEMA, "description": "x".repeat(65_536) })) },
    ]);
    catalog.with_plans_of("schemas", schemas)
}

/// Ids and names twice, within an offering and across.
fn duplicates(catalog: &Tagged) -> Value {
    let p = || catalog.plain("a", "p");
    let q = || catalog.plain("a", "q");
    let same = |name: &str| over(catalog.plain("c", name), json!({ "name": "same" }));
    services(vec![
        catalog.offering("a", vec![p(), p()], json!({ "dashboard_client": null })),
        catalog.offering("a", vec![q()], json!({})),
        catalog.offering("c", vec![q(), same("r"), same("s")], json!({})),
    ])
}

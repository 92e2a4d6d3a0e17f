//! What a broker offers: catalogues that are right. The faulty ones are in [`catalog_faulty`](super::catalog_faulty).

use super::catalog_faulty::faulty;
use serde_json::{Map, Value, json};

pub const SCHEMA: &str = "http://json-schema.org/draft-04/schema#";

/// The catalogue of a kind, with a tag in every id and name, in one of three versions.
pub fn of(kind: &str, tag: &str, version: u64) -> Value {
    let catalog = Tagged(tag);
    match kind {
        "small" | "slow" | "hang" => catalog.small(version),
        "route" => catalog.route(),
        "volume" => catalog.volume(),
        "costs" => catalog.costs(),
        "schemas" => catalog.schemas(),
        "bare" => catalog.bare(),
        "nulls" => catalog.nulls(),
        "swap" => catalog.swap(version),
        "hugetags" => catalog.only(json!({ "tags": ["t".repeat(1_024), "u".repeat(1_024)] })),
        _ => faulty(kind, &catalog).unwrap_or_else(|| catalog.good(version)),
    }
}

/// Makes parts of catalogues.
pub struct Tagged<'a>(pub &'a str);

/// The services of a catalogue.
pub fn services(list: impl Into<Value>) -> Value {
    json!({ "services": list.into() })
}

/// `one` with the fields of `more` over its own.
pub fn over(mut one: Value, more: Value) -> Value {
    if let (Some(one), Value::Object(more)) = (one.as_object_mut(), more) {
        one.extend(more);
    }
    one
}

impl Tagged<'_> {
    /// A plan of an offering with `more` fields.
    pub fn plan(&self, offering: &str, name: &str, more: Value) -> Value {
        let plan = json!({
            "id": format!("{}-{offering}-{name}-id", self.0),
            "name": name,
            "description": format!("The {name} plan"),
        });
        over(plan, more)
    }

    pub fn plain(&self, offering: &str, name: &str) -> Value {
        self.plan(offering, name, json!({}))
    }

    pub fn offering(&self, name: &str, plans: Vec<Value>, more: Value) -> Value {
        let offering = json!({
            "id": format!("{}-{name}-id", self.0),
            "name": format!("{}-{name}", self.0),
            "description": format!("The {name} offering"),
            "bindable": true,
            "plans": plans,
        });
        over(offering, more)
    }

    /// One offering of one plan, with `more` fields.
    pub fn only(&self, more: Value) -> Value {
        services(vec![self.offering("only", vec![self.plain("only", "single")], more)])
    }

    /// One offering with a plan for each item, which are its fields.
    pub fn with_plans(&self, plans: impl IntoIterator<Item = Value>) -> Value {
        let numbered = plans.into_iter().enumerate();
        let plans = numbered.map(|(n, more)| self.plan("only", &format!("p{n}"), more)).collect();
        services(vec![self.offering("only", plans, json!({}))])
    }

    /// [`with_plans`](Self::with_plans) whose items are one field.
    pub fn with_plans_of(&self, field: &str, values: Value) -> Value {
        let Value::Array(values) = values else { return self.with_plans([]) };
        self.with_plans(values.into_iter().map(|value| Map::from_iter([(field.to_owned(), value)]).into()))
    }

    fn small(&self, version: u64) -> Value {
        let plan = if version == 1 { "single" } else { "double" };
        services(vec![self.offering("only", vec![self.plain("only", plan)], json!({}))])
    }

    fn good(&self, version: u64) -> Value {
        let is_first = version == 1;
        let mut offerings = vec![
            self.main(version),
            self.offering(
                "plain",
                vec![
                    self.plain("plain", "basic"),
                    self.plain("plain", "async"),
                    self.plan("plain", "other", json!({ "free": false })),
                ],
                json!({}),
            ),
            self.offering(
                "context",
                vec![
                    self.plain("context", "basic"),
                    self.plain("context", "other"),
                    self.plain("context", "async"),
                    self.plan(
                        "context",
                        "upgrade",
                        json!({ "maintenance_info": { "version": format!("{version}.0.0") } }),
                    ),
                ],
                json!({
                    "plan_updateable": true,
                    "allow_context_updates": true,
                    "instances_retrievable": true,
                    "metadata": { "shareable": false },
                }),
            ),
            self.offering(
                "unbindable",
                vec![
                    self.plain("unbindable", "basic"),
                    self.plan("unbindable", "bindable", json!({ "bindable": true })),
                ],
                json!({ "bindable": false }),
            ),
        ];
        offerings.push(if is_first {
            let drain = json!({ "requires": ["syslog_drain"] });
            self.offering("syslog", vec![self.plain("syslog", "basic")], drain)
        } else {
            self.offering("new", vec![self.plain("new", "first")], json!({}))
        });
        services(offerings)
    }

    /// The offering that has everything.
    fn main(&self, version: u64) -> Value {
        let is_first = version == 1;
        let plan = |name: &str, more: Value| self.plan("main", name, more);
        let renamed = json!({ "name": "tiny", "description": "Renamed" });
        let small = plan("small", json!({ "free": true }));
        let mut plans = vec![if is_first { small } else { over(small, renamed) }];
        if is_first {
            plans.push(plan("large", large()));
        }
        let next = version + 1;
        let maintenance =
            json!({ "version": format!("{next}.0.0"), "description": format!("Maintenance {next}") });
        plans.extend([
            plan("async", json!({})),
            plan("nobind", json!({ "bindable": false })),
            plan("fixed", json!({ "plan_updateable": false })),
            plan("fail", json!({})),
            plan("timeout", json!({ "maximum_polling_duration": 2 })),
            plan("upgrade", json!({ "maintenance_info": maintenance })),
        ]);
        if !is_first {
            plans.push(plan("huge", json!({ "free": false, "bindable": true })));
        }
        let main = self.offering(
            "main",
            plans,
            json!({
                "tags": if is_first { ["one", "two"] } else { ["two", "three"] },
                "plan_updateable": true,
                "instances_retrievable": true,
                "bindings_retrievable": true,
                "metadata": {
                    "displayName": "Main",
                    "documentationUrl": "https://docs.example.com/main",
                    "shareable": true,
                    "longDescription": "A long one",
                    "nested": { "a": [1, null, true] },
                },
            }),
        );
        if is_first {
            return main;
        }
        over(main, json!({ "description": format!("The main offering, version {version}") }))
    }

    fn route(&self) -> Value {
        let plans = vec![
            self.plain("route", "basic"),
            self.plain("route", "async"),
            self.plan("route", "nobind", json!({ "bindable": false })),
        ];
        let route = self.offering(
            "route",
            plans,
            json!({
                "requires": ["route_forwarding"],
                "bindings_retrievable": true,
                "plan_updateable": true,
                "metadata": { "shareable": true },
            }),
        );
        let forget = vec![self.plain("forget", "basic"), self.plain("forget", "async")];
        services(vec![route, self.offering("forget", forget, json!({ "requires": ["route_forwarding"] }))])
    }

    fn volume(&self) -> Value {
        let plans = vec![self.plain("volume", "basic"), self.plain("volume", "async")];
        let more = json!({ "requires": ["volume_mount", "syslog_drain"], "bindings_retrievable": true });
        services(vec![self.offering("volume", plans, more)])
    }

    fn costs(&self) -> Value {
        let costs = json!([
            null,
            {},
            { "costs": null },
            { "costs": [] },
            { "costs": "x" },
            { "costs": [{ "amount": { "usd": 1 } }] },
            { "costs": [{ "amount": {}, "unit": "M" }] },
            { "costs": [{ "amount": { "usd": "1" }, "unit": "M" }] },
            { "costs": [{ "amount": { "": 1 }, "unit": "M" }] },
            { "costs": [{ "amount": { "usd": 1 }, "unit": "" }] },
            { "costs": [{ "amount": { "usd": 1, "eUr": 2.5 }, "unit": "Monthly" }] },
            { "costs": [
                { "amount": { "usd": 1 }, "unit": "a", "more": 1 },
                { "amount": { "gbp": -1 }, "unit": "b" },
            ] },
            { "displayName": "x", "other": { "a": [null] } },
        ]);
        self.with_plans_of("metadata", costs)
    }

    fn schemas(&self) -> Value {
        let given = json!({ "parameters": {
            "$schema": SCHEMA, "type": "object", "properties": { "a": { "type": "string" } },
        } });
        let draft_6 = json!({ "$schema": "http://json-schema.org/draft-06/schema#", "type": "object" });
        let schemas = json!([
            null,
            {},
            { "service_instance": null },
            { "service_instance": {} },
            { "service_instance": { "create": null } },
            { "service_instance": { "create": {} } },
            { "service_instance": { "create": { "parameters": null } } },
            { "service_instance": { "create": { "parameters": { "$schema": SCHEMA } } } },
            { "service_instance": { "create": given, "update": given }, "service_binding": { "create": given } },
            { "service_binding": { "create": given } },
            { "service_instance": { "update": given, "unknown": 1 }, "unknown": {} },
            { "service_binding": { "create": { "parameters": draft_6 } } },
        ]);
        self.with_plans_of("schemas", schemas)
    }

    fn bare(&self) -> Value {
        let tag = self.0;
        json!({
            "services": [{
                "id": format!("{tag}-bare-id"),
                "name": format!("{tag}-bare"),
                "description": "d",
                "bindable": false,
                "plans": [{ "id": format!("{tag}-bare-plan-id"), "name": "bare", "description": "d" }],
                "unknown": 1,
            }],
            "unknown": true,
        })
    }

    fn nulls(&self) -> Value {
        let tag = self.0;
        services(json!([{
            "id": format!("{tag}-nulls-id"),
            "name": format!("{tag}-nulls"),
            "description": "d",
            "bindable": true,
            "tags": [],
            "requires": [],
            "metadata": null,
            "plan_updateable": null,
            "dashboard_client": null,
            "plans": [{
                "id": format!("{tag}-nulls-plan-id"),
                "name": "nulls",
                "description": "d",
                "free": null,
                "bindable": null,
                "metadata": null,
                "schemas": null,
                "maintenance_info": null,
                "maximum_polling_duration": null,
                "plan_updateable": null,
            }],
        }]))
    }

    /// Version 2 gives the offering's name to a new id, version 3 the plan's id to another offering.
    fn swap(&self, version: u64) -> Value {
        let a = |offering: &str, plan: Value| self.offering(offering, vec![plan], json!({}));
        services(vec![match version {
            1 => a("a", self.plain("a", "p")),
            2 => over(a("b", self.plain("b", "p")), json!({ "name": format!("{}-a", self.0) })),
            _ => a("c", self.plain("a", "p")),
        }])
    }
}

/// A plan with everything.
fn large() -> Value {
    let schema = |what: &str| {
        json!({ "parameters": {
            "$schema": SCHEMA,
            "type": "object",
            "properties": { what: { "type": "string", "description": format!("about {what}") } },
        } })
    };
    json!({
        "free": false,
        "metadata": {
            "bullets": ["big"],
            "costs": [
                { "amount": { "usd": 99.5, "eur": 89 }, "unit": "MONTHLY" },
                { "amount": { "usd": 0.99 }, "unit": "1GB of messages over 20GB" },
            ],
            "displayName": "Large",
        },
        "schemas": {
            "service_instance": { "create": schema("size"), "update": schema("grow") },
            "service_binding": { "create": schema("role") },
        },
        "maximum_polling_duration": 3_600,
    })
}

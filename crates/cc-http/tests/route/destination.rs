//! `route_destinations_list`, `route_destinations_insert`, `route_destinations_replace_patch`, `route_destinations_replace_put`,
//! `route_destination_update`, `route_destination_delete`

use super::{FORBIDDEN, NOT_FOUND, World, refused};
use crate::api_tests;
use crate::harness::{TestApi, a_space};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

fn all(items: Value) -> Value {
    json!({ "destinations": items })
}

async fn an_app_is_mapped_and_unmapped(api: TestApi) {
    let world = World::new(&api).await;
    let (path, app) = (world.route("www").await, world.app("x").await);
    let list = format!("{path}/destinations");
    insta::assert_snapshot!("mapped", world.map(&path, &app).await.redacted());
    assert_eq!(world.map(&path, &app).await.at("/destinations/1"), &Value::Null);
    assert_eq!(api.get("ann", &list).await.text("/destinations/0/app/guid"), app);
    assert_eq!(api.get("ann", &format!("{list}?app_guids=no")).await.at("/destinations"), &json!([]));
    assert_eq!(
        api.get("ann", &format!("{list}?x=1")).await.refusal(),
        refused("Unknown query parameter(s): 'x'. Valid parameters are: 'guids', 'app_guids'")
    );
    assert_eq!(api.get("nobody", &list).await.refusal(), NOT_FOUND);
    let one = api.get("ann", &list).await.text("/destinations/0/guid").to_owned();
    assert_eq!(api.get("ann", &format!("{list}?guids={one}")).await.text("/destinations/0/guid"), one);
    let one = format!("{list}/{one}");
    assert_eq!(api.delete("ann", &one).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("nobody", &one).await.refusal(), NOT_FOUND);
    assert_eq!(api.delete("sue", &one).await.status, 204);
    let gone =
        refused("Unable to unmap route from destination. Ensure the route has a destination with this guid.");
    assert_eq!(api.delete("sue", &one).await.refusal(), gone);
    assert_eq!(api.patch("sue", &one, json!({})).await.refusal(), gone);
    assert_eq!(
        api.recorded().await[3..],
        ["audit.app.map-route".to_owned(), "audit.app.unmap-route".to_owned()]
    );
}

async fn destinations_are_replaced_as_a_whole(api: TestApi) {
    let world = World::new(&api).await;
    let (path, a, b) = (world.route("www").await, world.app("a").await, world.app("b").await);
    let list = format!("{path}/destinations");
    world.map(&path, &a).await;
    let weighted = all(json!([
        { "app": { "guid": a, "process": { "type": "web" } }, "weight": 80 },
        { "app": { "guid": b, "process": { "type": "api" } }, "weight": 20, "port": 9000, "protocol": "http2" },
    ]));
    assert_eq!(api.patch("ann", &list, weighted.clone()).await.refusal(), FORBIDDEN);
    insta::assert_snapshot!("replaced", api.patch("dev", &list, weighted).await.redacted());
    let one = format!("{list}/{}", api.get("dev", &list).await.text("/destinations/0/guid"));
    assert_eq!(
        api.delete("dev", &one).await.refusal(),
        refused("Weighted destinations cannot be deleted individually.")
    );
    assert_eq!(
        api.post("dev", &list, all(json!([{ "app": { "guid": a }, "port": 1024 }]))).await.refusal(),
        refused("Destinations cannot be inserted when there are weighted destinations already configured.")
    );
    assert_eq!(api.put("dev", &list, all(json!([]))).await.at("/destinations"), &json!([]));
}

async fn everything_wrong_with_the_list_is_said_at_once(api: TestApi) {
    let world = World::new(&api).await;
    let list = format!("{}/destinations", world.route("www").await);
    let refusal = async |items: Value| api.post("nobody", &list, all(items)).await.refusal();
    let between = refused("Destinations must be an array containing between 1 and 100 destination objects.");
    assert_eq!(refusal(json!([])).await, between);
    assert_eq!(refusal(json!({})).await, between);
    assert_eq!(
        api.patch("nobody", &list, json!({ "x": 1 })).await.refusal(),
        refused(
            "Unknown field(s): 'x', Destinations must be an array containing between 0 and 100 destination objects."
        )
    );
    assert_eq!(
        refusal(json!([
            1,
            {},
            { "app": {}, "x": 1 },
            { "app": { "guid": "" } },
            { "app": { "guid": "g", "process": { "type": "" } }, "weight": 1, "port": 80, "protocol": "ftp" },
        ]))
        .await,
        refused(
            "Destinations[0]: must be an object., Destinations[1]: must have an \"app\"., Destinations[2]: must have only \
             \"app\" and optionally \"weight\", \"port\" or \"protocol\"., Destinations[3]: app must have the structure \
             {\"guid\": \"app_guid\"}, Destinations[4]: process must have the structure {\"type\": \"process_type\"}, \
             Destinations[4]: weighted destinations can only be used when replacing all destinations., Destinations[4]: port \
             must be a positive integer between 1024 and 65535 inclusive., Destinations[4]: protocol must be 'http1', 'http2' \
             or 'tcp'."
        )
    );
    let many: Vec<_> = (2_000..2_011).map(|port| json!({ "app": { "guid": "g" }, "port": port })).collect();
    assert_eq!(refusal(json!(many)).await, refused("Process must have at most 10 exposed ports."));
    let replace = async |items: Value| api.put("nobody", &list, all(items)).await.refusal();
    let weight = |weight: Value| json!({ "app": { "guid": "g" }, "weight": weight });
    assert_eq!(
        replace(json!([weight(json!(0))])).await,
        refused("Destinations[0]: weight must be a positive integer between 1 and 100.")
    );
    assert_eq!(
        replace(json!([weight(json!(50)), weight(Value::Null)])).await,
        refused("Destinations cannot contain both weighted and unweighted destinations.")
    );
    assert_eq!(
        replace(json!([weight(json!(50))])).await,
        refused("Destinations must have weights that sum to 100.")
    );
    assert_eq!(replace(json!([])).await, NOT_FOUND);
}

async fn a_destination_must_be_within_reach(api: TestApi) {
    let world = World::new(&api).await;
    let (path, app) = (world.route("www").await, world.app("x").await);
    let list = format!("{path}/destinations");
    let other = a_space().create(&api).await;
    let far = world.app_in(&other, "far").await;
    let insert = async |items: Value| api.post("dev", &list, all(items)).await.refusal();
    assert_eq!(
        insert(json!([{ "app": { "guid": "no" } }, { "app": { "guid": app } }])).await,
        refused("App(s) with guid(s) \"no\" do not exist.")
    );
    assert_eq!(
        insert(json!([{ "app": { "guid": far } }])).await,
        refused(&format!("App(s) with guid(s) \"{far}\" you do not have access."))
    );
    api.give(RoleKind::SpaceAuditor, "dev", &other).await;
    assert_eq!(
        insert(json!([{ "app": { "guid": far } }])).await,
        refused("Routes destinations must be in either the route's space or the route's shared spaces")
    );
    assert_eq!(
        insert(json!([{ "app": { "guid": app } }, { "app": { "guid": app } }])).await,
        refused("Destinations cannot contain duplicate entries")
    );
    assert_eq!(
        insert(json!([{ "app": { "guid": app }, "protocol": "tcp" }])).await,
        refused("Cannot use 'tcp' protocol for http routes; valid options are: [http1, http2].")
    );
    world.map(&path, &app).await;
    assert_eq!(
        insert(json!([{ "app": { "guid": app }, "protocol": "http2" }])).await,
        refused(&format!(
            "Cannot add destination with protocol: http2. Destination already exists for route: www.all.io, app: {app}, \
             process: web, and protocol: http1."
        ))
    );
}

async fn the_protocol_of_a_destination_changes(api: TestApi) {
    let world = World::new(&api).await;
    let (path, app) = (world.route("www").await, world.app("x").await);
    let one = world.map(&path, &app).await.text("/destinations/0/guid").to_owned();
    let one = format!("{path}/destinations/{one}");
    insta::assert_snapshot!("http2", api.patch("sue", &one, json!({ "protocol": "http2" })).await.redacted());
    assert_eq!(api.patch("dev", &one, json!({})).await.text("/protocol"), "http2");
    for body in [json!({ "protocol": null }), json!({ "protocol": "ftp" }), json!({ "protocol": 1 })] {
        assert_eq!(
            api.patch("nobody", &one, body).await.refusal(),
            refused("Destination protocol must be 'http1', 'http2' or 'tcp'.")
        );
    }
    assert_eq!(
        api.patch("dev", &one, json!({ "protocol": "tcp" })).await.refusal(),
        refused("Destination protocol must be 'http1' or 'http2' if the parent route's protocol is 'http'")
    );
    assert_eq!(api.patch("ann", &one, json!({ "protocol": "http1" })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &one, json!({ "protocol": "http1" })).await.refusal(), NOT_FOUND);
}

api_tests![
    an_app_is_mapped_and_unmapped,
    destinations_are_replaced_as_a_whole,
    everything_wrong_with_the_list_is_said_at_once,
    a_destination_must_be_within_reach,
    the_protocol_of_a_destination_changes
];

//! `deployment_create`, `deployment_get`, `deployments_list`, `deployment_update`, and what must wait for a deployment.

use super::{NOT_FOUND, running};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

async fn a_new_web_process_begins_beside_the_old_one(api: TestApi) {
    let world = running(&api, 3).await;
    let before = api.recorded().await.len();
    let options = json!({ "max_in_flight": 2, "memory_in_mb": 64 });
    let made = world.deploy(json!({ "options": options, "metadata": { "labels": { "a": "b" } } })).await;
    insta::assert_snapshot!("made", made.redacted());
    assert_eq!(api.recorded().await[before..], ["audit.app.droplet.mapped", "audit.app.deployment.create"]);
    let event = api.get("dev", "/v3/audit_events?types=audit.app.deployment.create").await;
    insta::assert_snapshot!("event", event.redacted());
    assert_eq!(world.instances().await, [3, 2]);
    let new = format!("/v3/processes/{}", made.text("/new_processes/0/guid"));
    let new = api.get("dev", &new).await;
    assert_eq!((new.at("/memory_in_mb"), new.at("/type")), (&json!(64), &json!("web")));
    let current = api.get("dev", &world.of_app("/processes/web")).await;
    assert_eq!(current.guid(), new.guid(), "the newest counts");
}

async fn a_stopped_app_starts_with_it_at_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.droplet().await;
    let options = json!({ "web_instances": 2, "disk_in_mb": 65 });
    let made = world.deploy(json!({ "droplet": { "guid": droplet }, "options": options })).await;
    insta::assert_snapshot!("at_once", made.redacted());
    assert_eq!(world.instances().await, [2]);
    assert_eq!(api.get("dev", &world.of_app("")).await.text("/state"), "STARTED");
}

async fn who_is_wrong_about_something_is_told(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let invalid = |detail: &str| format!("422 10008 CF-UnprocessableEntity: {detail}");
    let canary = |canary: Value| json!({ "strategy": "canary", "options": { "canary": canary } });
    let refusals = [
        (
            json!({}),
            "Invalid droplet. Please specify a droplet in the request or set a current droplet for the app.",
        ),
        (
            json!({ "droplet": { "guid": "x" } }),
            "Unable to assign current droplet. Ensure the droplet exists and belongs to this app.",
        ),
        (json!({ "revision": { "guid": "x" } }), "The revision does not exist"),
        (json!({ "strategy": "recreate" }), "Strategy 'recreate' is not a supported deployment strategy"),
        (
            json!({ "droplet": { "guid": "x" }, "revision": { "guid": "x" }, "options": 1, "x": 1 }),
            "Unknown field(s): 'x', Droplet Cannot set both fields 'droplet' and 'revision', Options must be an object",
        ),
        (
            json!({ "options": {
                "x": 1, "web_instances": 1.5, "memory_in_mb": 0, "disk_in_mb": "x",
                "log_rate_limit_in_bytes_per_second": -2, "max_in_flight": 0, "canary": {},
            } }),
            "Options has unsupported key(s): x, Web instances must be an integer, Memory in mb must be greater than 0, Disk in mb is \
             not a number, Log rate limit in bytes per second must be greater than or equal to -1, Max in flight must be an integer \
             greater than 0, Options canary are only valid for Canary deployments",
        ),
        (canary(json!({ "steps": [1] })), "Options canary steps must be an array of objects"),
        (
            canary(json!({ "steps": [{ "x": 1 }] })),
            "Options canary steps has unsupported key(s): x, Options canary steps missing key: \"instance_weight\", Options canary \
             steps instance weight must be an Integer between 1-100 (inclusive)",
        ),
        (
            canary(json!({ "steps": [{ "instance_weight": 2 }, { "instance_weight": 1 }] })),
            "Options canary steps instance weight must be sorted in ascending order",
        ),
    ];
    for (body, detail) in refusals {
        assert_eq!(world.deploy(body.clone()).await.refusal(), invalid(detail), "{body}");
    }
    let nobody = invalid("Unable to use app. Ensure that the app exists and you have access to it.");
    assert_eq!(world.deploy_as("stranger", json!({})).await.refusal(), nobody);
    assert_eq!(api.post("dev", "/v3/deployments", json!({})).await.refusal(), nobody);
    assert_eq!(world.deploy_as("aud", json!({})).await.refusal(), nobody);
    assert!(api.get("dev", "/v3/deployments").await.each("guid").is_empty());
}

async fn a_quota_that_is_too_small_for_both_is_named(api: TestApi) {
    let world = running(&api, 1).await;
    let organization = world.space.organization.as_str();
    let quota = json!({
        "name": "small", "apps": { "total_memory_in_mb": 1_500 },
        "relationships": { "organizations": { "data": [{ "guid": organization }] } },
    });
    assert_eq!(api.post("admin", "/v3/organization_quotas", quota).await.status, 201);
    let refused = world.deploy(json!({})).await.refusal();
    assert!(
        refused.contains("memory quota_exceeded for organization ")
            && refused.ends_with(
                "may not be large enough to support rolling deployments or your configured max-in-flight."
            ),
        "{refused}"
    );
    assert_eq!(world.instances().await, [1]);
    world.deployed(json!({ "options": { "memory_in_mb": 100 } })).await;
}

async fn others_wait_while_it_is_on_its_way(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.assign_droplet().await;
    world.start().await;
    let guid = world.deployed(json!({})).await;
    let droplet = json!({ "data": { "guid": droplet } });
    let set = api.patch("dev", &world.of_app("/relationships/current_droplet"), droplet.clone()).await;
    assert!(set.refusal().contains("while the app has a deployment in progress"), "{set:?}");
    let scaled =
        api.post("dev", &world.of_app("/processes/web/actions/scale"), json!({ "instances": 2 })).await;
    assert!(scaled.refusal().ends_with("Cannot scale this process while a deployment is in flight."));
    let updated = api.patch("dev", &world.of_app("/processes/web"), json!({ "command": "x" })).await;
    assert!(updated.refusal().ends_with("Cannot update this process while a deployment is in flight."));
    assert_eq!(world.turn(&guid, "cancel").await.status, 200);
    let set = api.patch("dev", &world.of_app("/relationships/current_droplet"), droplet).await;
    assert_eq!(set.status, 200, "it is on its way back");
}

async fn the_next_one_takes_over(api: TestApi) {
    let world = running(&api, 2).await;
    let first = world.deployed(json!({})).await;
    let second = world.deployed(json!({ "strategy": "canary" })).await;
    let third = world.deployed(json!({ "options": { "web_instances": 0 } })).await;
    assert_eq!(world.status(&first).await, ("FINALIZED".to_owned(), "SUPERSEDED".to_owned()));
    assert_eq!(world.status(&second).await, ("FINALIZED".to_owned(), "SUPERSEDED".to_owned()));
    assert_eq!(world.status(&third).await.0, "ACTIVE");
    let ask = async |query: &str| {
        let found = api.get("dev", &format!("/v3/deployments?app_guids={}&{query}", world.app)).await;
        found.each("guid").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ask("status_values=ACTIVE").await, std::slice::from_ref(&third));
    assert_eq!(ask("status_reasons=SUPERSEDED").await, [first.clone(), second.clone()]);
    assert_eq!(ask("states=DEPLOYED").await, [first]);
    assert_eq!(ask("states=CANCELED").await, [second]);
    assert_eq!(api.get("dev", "/v3/deployments?app_guids=x").await.each("guid"), Vec::<&str>::new());
    assert_eq!(api.get("dev", "/v3/deployments?x=1").await.status, 400);
}

async fn going_back_to_a_revision_makes_a_new_one_of_it(api: TestApi) {
    let world = running(&api, 1).await;
    let revisions = world.of_app("/revisions");
    let first = api.get("dev", &revisions).await.each("guid")[0].to_owned();
    let back = json!({ "revision": { "guid": first } });
    let same = world.deploy(back.clone()).await;
    assert!(same.refusal().contains("Unable to rollback."), "{same:?}");
    let variables = world.of_app("/environment_variables");
    api.patch("dev", &variables, json!({ "var": { "A": "later" } })).await;
    api.clock.advance(1);
    world.deployed(json!({})).await;
    api.clock.advance(1);
    let made = world.deploy(back).await;
    assert_eq!(made.at("/revision/version"), &json!(3));
    let shown = api.get("dev", &format!("/v3/revisions/{}", made.text("/revision/guid"))).await;
    assert_eq!(shown.text("/description"), "New environment variables deployed. Rolled back to revision 1.");
    assert_eq!(api.get("dev", &variables).await.at("/var"), &json!({}));
    let event =
        api.get("dev", "/v3/audit_events?types=audit.app.deployment.create&order_by=-created_at").await;
    assert_eq!(event.at("/resources/0/data/type"), &json!("rollback"));
    let off = json!({ "enabled": false });
    api.patch("dev", &world.of_app("/features/revisions"), off).await;
    assert_eq!(world.deployment(made.guid()).await.at("/revision"), &Value::Null);
    let refused = world.deploy(json!({ "revision": { "guid": first } })).await.refusal();
    assert!(refused.ends_with("for an app without revisions enabled"), "{refused}");
}

async fn who_sees_the_space_sees_it_and_developers_label_it(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    world.start().await;
    let guid = world.deployed(json!({})).await;
    let path = format!("/v3/deployments/{guid}");
    let shown = world.deployment(&guid).await;
    for who in ["dev", "aud", "sup", "man", "om", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(who, &path).await.body, shown.body, "{who}");
        assert_eq!(api.get(who, "/v3/deployments").await.each("guid"), [guid.as_str()], "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &path).await.refusal(), NOT_FOUND, "{who}");
        assert!(api.get(who, "/v3/deployments").await.each("guid").is_empty(), "{who}");
    }
    let label = json!({ "metadata": { "labels": { "a": "b" } } });
    let labelled = api.patch("dev", &path, label.clone()).await;
    assert_eq!(labelled.at("/metadata/labels"), &json!({ "a": "b" }));
    assert_eq!(api.patch("sup", &path, label.clone()).await.status, 403);
    assert_eq!(api.patch("stranger", &path, label).await.refusal(), NOT_FOUND);
    assert_eq!(api.get("dev", "/v3/deployments?label_selector=a=b").await.each("guid"), [guid.as_str()]);
}

async fn it_goes_with_its_app(api: TestApi) {
    let world = running(&api, 1).await;
    let guid = world.deployed(json!({})).await;
    api.delete_now("dev", &world.of_app("")).await;
    assert_eq!(world.deployment(&guid).await.refusal(), NOT_FOUND);
    cc_actions::deployment::advance_all(&api.ports).await.unwrap();
}

api_tests![
    a_new_web_process_begins_beside_the_old_one,
    a_stopped_app_starts_with_it_at_once,
    who_is_wrong_about_something_is_told,
    a_quota_that_is_too_small_for_both_is_named,
    others_wait_while_it_is_on_its_way,
    the_next_one_takes_over,
    going_back_to_a_revision_makes_a_new_one_of_it,
    who_sees_the_space_sees_it_and_developers_label_it,
    it_goes_with_its_app
];

//! `/v3/security_groups`: `security_group_create`, `security_groups_list`, `security_group_get`, `security_group_update`,
//! `security_group_delete`. Which spaces they are bound to is in [`bindings`].

mod bindings;

use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use cc_domain::space::Space;
use serde_json::{Value, json};

const PATH: &str = "/v3/security_groups";
const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Security group not found";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn to(spaces: &[&Space]) -> Value {
    json!({ "data": spaces.iter().map(|space| json!({ "guid": space.guid.as_str() })).collect::<Vec<_>>() })
}

/// The path of a new group.
async fn group(api: &TestApi, name: &str, more: Value) -> String {
    let mut body = json!({ "name": name });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("{PATH}/{}", api.post("admin", PATH, body).await.guid())
}

async fn an_admin_makes_a_group(api: TestApi) {
    let space = a_space().create(&api).await;
    let rules = json!([
        { "protocol": "tcp", "destination": "10.0.0.0/24", "ports": "80, 443", "log": true, "description": "web" },
        { "protocol": "icmp", "destination": "10.0.0.1-10.0.0.9", "type": 8, "code": -1 },
        { "protocol": "all", "destination": "0.0.0.0/0" }
    ]);
    let body = json!({
        "name": "g", "rules": rules, "globally_enabled": { "staging": true },
        "relationships": { "running_spaces": to(&[&space]) }
    });
    let created = api.post("admin", PATH, body).await;
    insta::assert_snapshot!("created", created.redacted());
    let path = format!("{PATH}/{}", created.guid());
    assert_eq!(api.get("admin", &path).await.body, created.body);
    let change = json!({ "name": "h", "rules": [], "globally_enabled": { "running": true } });
    let updated = api.patch("admin", &path, change).await;
    assert_eq!((updated.text("/name"), updated.at("/rules")), ("h", &json!([])));
    assert_eq!(updated.at("/globally_enabled"), &json!({ "running": true, "staging": true }));
    assert_eq!(updated.at("/relationships/running_spaces"), &to(&[&space]));
    assert_eq!(api.patch("admin", &path, json!({})).await.text("/name"), "h");
    let job = api.delete_now("admin", &path).await;
    insta::assert_snapshot!("deleted", job.redacted());
    assert_eq!(api.get("admin", &path).await.refusal(), NOT_FOUND);
    assert!(api.recorded().await.is_empty(), "there are no events of security groups");
}

async fn what_cannot_be_a_group_is_refused(api: TestApi) {
    let space = a_space().create(&api).await;
    let path = group(&api, "a", json!({})).await;
    group(&api, "b", json!({})).await;
    let shape = "Relationships Running spaces must be structured like this: \"running_spaces: {\"data\": [{\"guid\": \"valid-guid\"},\
                 {\"guid\": \"valid-guid\"}]}\"";
    let ports = "ports must be a valid single port, comma separated list of ports, or range or ports, formatted as a string";
    let tcp = |more: Value| {
        let mut rule = json!({ "protocol": "tcp", "destination": "10.0.0.1", "ports": "80" });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "name": "c", "rules": [{ "protocol": "all", "destination": "10.0.0.1" }, rule] })
    };
    let spaces =
        |phase: &str, guids: Value| json!({ "name": "c", "relationships": { phase: { "data": guids } } });
    let here = json!({ "guid": space.guid.as_str() });
    for (body, text) in [
        (json!({}), "Name can't be blank, Name must be a string".to_owned()),
        (json!({ "name": " " }), "Name can't be blank".to_owned()),
        (json!({ "name": "x".repeat(251) }), "Name is too long (maximum is 250 characters)".to_owned()),
        (json!({ "name": "a\nb" }), "name format".to_owned()),
        (json!({ "name": "a" }), "Security group with name 'a' already exists.".to_owned()),
        (json!({ "name": "c", "rules": {} }), "Rules must be an array".to_owned()),
        (json!({ "name": "c", "rules": ["x"] }), "Rules[0]: must be an object".to_owned()),
        (tcp(json!({ "ports": "80-79" })), format!("Rules[1]: {ports}")),
        (
            tcp(json!({ "x": 1, "log": 1 })),
            "Rules[1]: unknown field(s): [\"x\"], Rules[1]: log must be a boolean".to_owned(),
        ),
        (tcp(json!({ "type": 1 })), "rules rule number 2 contains the invalid field 'type'".to_owned()),
        (json!({ "name": "c", "globally_enabled": [] }), "Globally enabled must be an object".to_owned()),
        (
            json!({ "name": "c", "globally_enabled": { "running": 1 } }),
            "Globally enabled values must be booleans".to_owned(),
        ),
        (
            json!({ "name": "", "x": 1, "rules": 1, "globally_enabled": { "x": 1 }, "relationships": { "running_spaces": 1 } }),
            format!(
                "Unknown field(s): 'x', {shape}, Rules must be an array, Name can't be blank, \
                 Globally enabled only allows keys 'running' or 'staging'"
            ),
        ),
        (
            spaces("staging_spaces", json!([{ "guid": "none" }, here])),
            "Spaces with guids [\"none\"] do not exist.".to_owned(),
        ),
        (spaces("running_spaces", json!([here, here])), "Spaces with guids [] do not exist.".to_owned()),
    ] {
        assert_eq!(
            api.post("admin", PATH, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    assert_eq!(api.get("admin", PATH).await.each("name"), ["a", "b"], "nothing remains");
    for (body, text) in [
        (json!({ "name": null }), "Name must be a string, Name is too short (minimum is 1 character)"),
        (json!({ "name": " " }), "name presence"),
        (json!({ "name": "b", "rules": [] }), "Security group with name 'b' already exists."),
        (json!({ "relationships": {} }), "Unknown field(s): 'relationships'"),
        (
            json!({ "name": "", "rules": 1, "globally_enabled": 1, "x": 1 }),
            "Unknown field(s): 'x', Rules must be an array, Globally enabled must be an object, Name is too short (minimum is 1 \
             character)",
        ),
    ] {
        assert_eq!(
            api.patch("admin", &path, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    assert_eq!(api.post("admin", PATH, json!({ "name": "A" })).await.status, 201, "case counts");
}

async fn a_group_is_seen_where_it_holds(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    let other = a_space().in_organization(&org).create(&api).await;
    let bound = |phase: &str, spaces: &[&Space]| json!({ "relationships": { phase: to(spaces) } });
    let both = group(&api, "both", bound("staging_spaces", &[&other, &space])).await;
    let one = group(&api, "one", bound("running_spaces", &[&space])).await;
    let hidden = group(&api, "hidden", bound("running_spaces", &[&other])).await;
    let global = group(&api, "global", json!({ "globally_enabled": { "staging": true } })).await;
    for kind in
        [RoleKind::SpaceDeveloper, RoleKind::SpaceManager, RoleKind::SpaceAuditor, RoleKind::SpaceSupporter]
    {
        let who = kind.as_str();
        api.give(kind, who, &space).await;
        assert_eq!(api.get(who, PATH).await.each("name"), ["both", "one", "global"], "{kind}");
        assert_eq!(api.get(who, &hidden).await.refusal(), NOT_FOUND);
        assert_eq!(api.patch(who, &hidden, json!({ "x": 1 })).await.refusal(), NOT_FOUND);
        assert_eq!(api.patch(who, &one, json!({ "x": 1 })).await.refusal(), FORBIDDEN);
        assert_eq!(api.delete(who, &one).await.refusal(), FORBIDDEN);
        assert_eq!(
            api.get(who, &both).await.at("/relationships/staging_spaces"),
            &to(&[&space]),
            "no other space"
        );
    }
    for kind in
        [RoleKind::OrganizationUser, RoleKind::OrganizationAuditor, RoleKind::OrganizationBillingManager]
    {
        api.give(kind, kind.as_str(), &org).await;
        assert_eq!(api.get(kind.as_str(), PATH).await.each("name"), ["global"], "{kind}");
        assert_eq!(api.get(kind.as_str(), &one).await.refusal(), NOT_FOUND);
    }
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    assert_eq!(api.get("mia", PATH).await.each("name"), ["both", "one", "hidden", "global"]);
    assert_eq!(api.get("mia", &both).await.at("/relationships/staging_spaces"), &to(&[&space, &other]));
    assert_eq!(api.post("mia", PATH, json!({ "x": 1 })).await.refusal(), FORBIDDEN);
    assert_eq!(api.get("nobody", &global).await.status, 200);
    let named = async |query: &str| api.get("admin", &format!("{PATH}?{query}")).await.each("name").join(" ");
    assert_eq!(named("names=one,GLOBAL").await, "one");
    assert_eq!(named(&format!("running_space_guids={}", space.guid)).await, "one");
    assert_eq!(named(&format!("staging_space_guids={},x", other.guid)).await, "both");
    assert_eq!(named("globally_enabled_staging=true").await, "global");
    assert_eq!(named("globally_enabled_running=true").await, "");
    assert_eq!(named("globally_enabled_staging=false&order_by=-created_at").await, "hidden one both");
    assert_eq!(
        api.get("admin", &format!("{PATH}?globally_enabled_running=x&names[a]=b")).await.refusal(),
        format!("{PREFIX} Names must be an array, Globally enabled running must be 'true' or 'false'")
    );
}

api_tests![an_admin_makes_a_group, what_cannot_be_a_group_is_refused, a_group_is_seen_where_it_holds];

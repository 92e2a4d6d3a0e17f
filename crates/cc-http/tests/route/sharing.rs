//! `route_shared_spaces_list`, `route_share`, `route_unshare`, `route_transfer_owner`

use super::{FLAG_OFF, FORBIDDEN, NOT_FOUND, World, list_of, refused, to};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

async fn sharing_stands_behind_its_flag(api: TestApi) {
    let path = World::new(&api).await.route("www").await;
    let shares = format!("{path}/relationships/shared_spaces");
    assert_eq!(api.get("admin", &shares).await.refusal(), FLAG_OFF);
    assert_eq!(api.post("nobody", &shares, json!({})).await.refusal(), FLAG_OFF);
    assert_eq!(api.delete("admin", &format!("{shares}/x")).await.refusal(), FLAG_OFF);
    assert_eq!(
        api.patch("admin", &format!("{path}/relationships/space"), json!({})).await.refusal(),
        FLAG_OFF
    );
}

async fn a_route_is_shared_with_spaces_of_developers(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    let shares = format!("{path}/relationships/shared_spaces");
    api.set_flag("route_sharing", true).await;
    let (other, third) = (a_space().create(&api).await, a_space().create(&api).await);
    let (other_guid, third_guid) = (other.guid.as_str(), third.guid.as_str());
    api.give(RoleKind::SpaceSupporter, "dev", &other).await;
    assert_eq!(
        api.post("dev", &shares, list_of(&[other_guid, third_guid])).await.refusal(),
        refused(&format!(
            "Unable to share route www.all.io with spaces ['{third_guid}']. Ensure the spaces exist and that you have access to \
             them.\nUnable to share route www.all.io with spaces ['{other_guid}']. Write permission is required in order to \
             share a route with a space and the containing organization must not be suspended."
        ))
    );
    api.give(RoleKind::SpaceDeveloper, "dev", &other).await;
    insta::assert_snapshot!("shared", api.post("dev", &shares, list_of(&[other_guid])).await.redacted());
    assert_eq!(api.get("ann", &shares).await.at("/data/0/guid"), other_guid);
    assert_eq!(api.post("dev", &shares, list_of(&[other_guid])).await.at("/data/1"), &Value::Null);
    assert_eq!(
        api.post("dev", &shares, list_of(&[world.space.guid.as_str()])).await.refusal(),
        refused(&format!(
            "Unable to share route 'www.all.io' with space '{}'. Routes cannot be shared into the space where they were created.",
            world.space.guid
        ))
    );
    assert_eq!(api.post("ann", &shares, json!({})).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("nobody", &shares, json!({})).await.refusal(), NOT_FOUND);
    for (body, text) in [
        (json!({}), "Data can't be blank, Data must be an array"),
        (json!({ "data": [] }), "Data can't be blank"),
        (
            json!({ "data": [{}] , "x": 1 }),
            "Unknown field(s): 'x', Invalid data type: Data[0] guid should be a string.",
        ),
    ] {
        assert_eq!(api.post("dev", &shares, body).await.refusal(), refused(text));
    }
    assert_eq!(api.recorded().await[1..], ["audit.route.share", "audit.route.share"].map(str::to_owned));
}

async fn a_route_is_taken_back(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    api.set_flag("route_sharing", true).await;
    let other = a_space().create(&api).await;
    let shares = format!("{path}/relationships/shared_spaces");
    let share = format!("{shares}/{}", other.guid);
    api.post("admin", &shares, list_of(&[other.guid.as_str()])).await;
    let unable = |why: &str| {
        refused(&format!("Unable to unshare route 'www.all.io' from space '{}'. {why}", other.guid))
    };
    assert_eq!(
        api.delete("dev", &share).await.refusal(),
        unable("Ensure the space exists and that you have access to it.")
    );
    api.give(RoleKind::SpaceAuditor, "dev", &other).await;
    assert_eq!(
        api.delete("dev", &share).await.refusal(),
        unable("You don't have write permission for the target space.")
    );
    api.give(RoleKind::SpaceSupporter, "dev", &other).await;
    assert_eq!(api.delete("ann", &share).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("dev", &share).await.status, 204);
    assert_eq!(api.delete("dev", &share).await.status, 204);
    assert_eq!(api.get("dev", &shares).await.at("/data"), &json!([]));
    assert_eq!(
        api.delete("dev", &format!("{shares}/{}", world.space.guid)).await.refusal(),
        refused(&format!(
            "Unable to unshare route 'www.all.io' from space '{}'. Routes cannot be removed from the space that owns them.",
            world.space.guid
        ))
    );
}

async fn a_route_changes_hands(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    api.set_flag("route_sharing", true).await;
    let other = a_space().create(&api).await;
    let owner = format!("{path}/relationships/space");
    let body = to(other.guid.as_str());
    assert_eq!(api.patch("sue", &owner, body.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &owner, body.clone()).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("dev", &owner, body.clone()).await.refusal(),
        refused(&format!(
            "Unable to transfer owner of route 'www.all.io' to space '{}'. Ensure the space exists and that you have access to it.",
            other.guid
        ))
    );
    api.give(RoleKind::SpaceSupporter, "dev", &other).await;
    let answer = api.patch("dev", &owner, body.clone()).await;
    assert_eq!((answer.status, answer.body), (200, json!({ "status": "ok" })));
    assert_eq!(api.get("admin", &path).await.text("/relationships/space/data/guid"), other.guid.as_str());
    let shares = api.get("admin", &format!("{path}/relationships/shared_spaces")).await;
    assert_eq!(shares.at("/data/0/guid"), world.space.guid.as_str());
    assert_eq!(api.recorded().await[1..], ["audit.route.transfer-owner".to_owned()]);
    assert_eq!(api.patch("dev", &owner, body).await.refusal(), FORBIDDEN);
}

async fn a_new_owner_must_be_named_and_use_the_domain(api: TestApi) {
    let world = World::new(&api).await;
    api.set_flag("route_sharing", true).await;
    let organization = to(world.space.organization.as_str());
    let private = json!({ "name": "own.io", "relationships": { "organization": organization } });
    let private = api.post("admin", "/v3/domains", private).await;
    let mut body = world.body("www");
    body["relationships"]["domain"] = to(private.guid());
    let made = api.post("dev", "/v3/routes", body).await;
    let owner = format!("/v3/routes/{}/relationships/space", made.guid());
    for (body, text) in [
        (json!({}), "Data can't be blank, Data must be an object"),
        (json!({ "data": [] }), "Data can't be blank, Data must be an object"),
        (json!({ "data": "x" }), "Data must be an object"),
        (
            json!({ "data": {} }),
            "Data can't be blank, Data can only accept one key, Data can only accept key 'guid'",
        ),
        (json!({ "data": { "x": 1 } }), "Data can only accept key 'guid'"),
        (json!({ "data": { "guid": 1 } }), "Data 1 must be a string"),
        (json!({ "data": { "guid": "" } }), "Data guid can't be blank"),
    ] {
        assert_eq!(api.patch("nobody", &owner, body).await.refusal(), refused(text));
    }
    let far = a_space().in_organization(&an_organization().create(&api).await).create(&api).await;
    assert_eq!(
        api.patch("admin", &owner, to(far.guid.as_str())).await.refusal(),
        refused(&format!(
            "Unable to transfer owner of route 'www.own.io' to space '{}'. Target space does not have access to route's domain",
            far.guid
        ))
    );
}

api_tests![
    sharing_stands_behind_its_flag,
    a_route_is_shared_with_spaces_of_developers,
    a_route_is_taken_back,
    a_route_changes_hands,
    a_new_owner_must_be_named_and_use_the_domain
];

//! `security_group_bind_running`, `security_group_unbind_running`, `security_group_bind_staging`, `security_group_unbind_staging`,
//! `space_running_security_groups_list`, `space_staging_security_groups_list`

use super::{FORBIDDEN, NOT_FOUND, PATH, PREFIX, group, to};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

const PHASES: [&str; 2] = ["running", "staging"];

async fn who_manages_a_space_binds_what_is_seen(api: TestApi) {
    let org = an_organization().create(&api).await;
    let first = a_space().in_organization(&org).create(&api).await;
    let second = a_space().in_organization(&org).create(&api).await;
    let elsewhere = a_space().create(&api).await;
    api.give(RoleKind::SpaceManager, "sam", &first).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &first).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let secret = group(&api, "secret", json!({})).await;
    let open = group(&api, "open", json!({ "globally_enabled": { "running": true } })).await;
    for phase in PHASES {
        let path = format!("{open}/relationships/{phase}_spaces");
        let bound = api.post("sam", &path, to(&[&first, &first])).await;
        assert_eq!(bound.at("/data"), &to(&[&first])["data"]);
        insta::assert_snapshot!(format!("bound_{phase}"), bound.redacted());
        assert_eq!(api.post("dev", &path, to(&[&first])).await.refusal(), FORBIDDEN);
        assert_eq!(api.post("sam", &path, to(&[&first, &second])).await.refusal(), FORBIDDEN);
        assert_eq!(api.post("mia", &path, to(&[&elsewhere])).await.refusal(), FORBIDDEN);
        assert_eq!(api.post("mia", &path, to(&[&second])).await.at("/data"), &to(&[&first, &second])["data"]);
        let unknown = json!({ "data": [{ "guid": "x" }, { "guid": first.guid.as_str() }, { "guid": "y" }] });
        assert_eq!(
            api.post("sam", &path, unknown).await.refusal(),
            format!(
                "{PREFIX} Spaces with guids [\"x\", \"y\"] do not exist, or you do not have access to them."
            )
        );
        assert_eq!(
            api.post("dev", &path, json!({ "x": 1 })).await.refusal(),
            format!("{PREFIX} Unknown field(s): 'x', Data can't be blank, Data must be an array")
        );
        let hidden = format!("{secret}/relationships/{phase}_spaces");
        assert_eq!(api.post("sam", &hidden, json!({ "x": 1 })).await.refusal(), NOT_FOUND);
        assert_eq!(api.delete("sam", &format!("{hidden}/{}", first.guid)).await.refusal(), NOT_FOUND);
    }
    assert_eq!(api.get("admin", &open).await.at("/relationships/staging_spaces"), &to(&[&first, &second]));
}

async fn who_manages_a_space_unbinds(api: TestApi) {
    let space = a_space().create(&api).await;
    api.give(RoleKind::SpaceManager, "sam", &space).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    let group = group(&api, "g", json!({ "globally_enabled": { "running": true } })).await;
    for phase in PHASES {
        let spaces = format!("{group}/relationships/{phase}_spaces");
        let (path, unknown) = (format!("{spaces}/{}", space.guid), format!("{spaces}/none"));
        let not_bound = |guid: &str| {
            format!(
                "{PREFIX} Unable to unbind security group from space with guid '{guid}'. Ensure the space is bound to this security group."
            )
        };
        assert_eq!(api.post("sam", &spaces, to(&[&space])).await.status, 200);
        assert_eq!(api.delete("dev", &path).await.refusal(), FORBIDDEN);
        assert_eq!(api.delete("dev", &unknown).await.refusal(), not_bound("none"));
        assert_eq!(api.delete("sam", &path).await.status, 204);
        assert_eq!(api.delete("dev", &path).await.refusal(), FORBIDDEN);
        assert_eq!(api.delete("sam", &path).await.refusal(), not_bound(space.guid.as_str()));
    }
    let spaces = format!("{group}/relationships/running_spaces");
    assert_eq!(api.post("sam", &spaces, to(&[&space])).await.status, 200);
    let suspend = json!({ "suspended": true });
    assert_eq!(
        api.patch("admin", &format!("/v3/organizations/{}", space.organization), suspend).await.status,
        200
    );
    let suspended = "403 10017 CF-OrgSuspended: The organization is suspended";
    assert_eq!(api.post("sam", &spaces, to(&[&space])).await.refusal(), suspended);
    assert_eq!(api.delete("sam", &format!("{spaces}/{}", space.guid)).await.refusal(), suspended);
    assert_eq!(api.delete("admin", &format!("{spaces}/{}", space.guid)).await.status, 204);
}

async fn a_space_lists_the_groups_that_hold_in_it(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    let other = a_space().in_organization(&org).create(&api).await;
    let bound = json!({ "running_spaces": to(&[&other, &space]), "staging_spaces": to(&[&other]) });
    group(&api, "bound", json!({ "relationships": bound })).await;
    group(&api, "enabled", json!({ "globally_enabled": { "running": true } })).await;
    group(&api, "neither", json!({})).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let list = |phase: &str| format!("/v3/spaces/{}/{phase}_security_groups", space.guid);
    let running = api.get("mia", &list("running")).await;
    assert_eq!(running.each("name"), ["bound", "enabled"]);
    let shown: &Value = running.at("/resources/0/relationships");
    assert_eq!(
        shown,
        &json!({ "running_spaces": to(&[&space]), "staging_spaces": to(&[]) }),
        "no other space"
    );
    assert!(api.get("mia", &list("staging")).await.each("name").is_empty());
    let filtered = api.get("mia", &format!("{}?names=enabled&page=1", list("running"))).await;
    assert_eq!(filtered.each("name"), ["enabled"]);
    assert!(
        filtered
            .text("/pagination/first/href")
            .ends_with(&format!("{}?names=enabled&page=1&per_page=50", list("running")))
    );
    for phase in PHASES {
        assert_eq!(
            api.get("nobody", &list(phase)).await.refusal(),
            "404 10010 CF-ResourceNotFound: Space not found"
        );
        assert_eq!(api.get("nobody", &format!("{}?page=0", list(phase))).await.status, 422);
    }
}

async fn a_group_outlives_its_spaces(api: TestApi) {
    let space = a_space().create(&api).await;
    let bound = json!({ "running_spaces": to(&[&space]), "staging_spaces": to(&[&space]) });
    let path = group(&api, "g", json!({ "relationships": bound })).await;
    let job = api.delete_now("admin", &format!("/v3/spaces/{}", space.guid)).await;
    assert_eq!(job.text("/state"), "COMPLETE");
    let left = api.get("admin", &path).await;
    assert_eq!(left.at("/relationships"), &json!({ "running_spaces": to(&[]), "staging_spaces": to(&[]) }));
    assert_eq!(api.get("admin", PATH).await.each("name"), ["g"]);
}

api_tests![
    who_manages_a_space_binds_what_is_seen,
    who_manages_a_space_unbinds,
    a_space_lists_the_groups_that_hold_in_it,
    a_group_outlives_its_spaces
];

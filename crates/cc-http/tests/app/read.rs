//! `app_get`, `apps_list`

use super::NOT_FOUND;
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, a_space};
use serde_json::json;

async fn an_app_comes_with_its_space_and_organization_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.new_app("two", json!({})).await;
    insta::assert_snapshot!("list", api.get("aud", "/v3/apps?include=space,org").await.redacted());
    let one = api.get("aud", &world.of_app("?include=space.organization")).await;
    assert_eq!(one.text("/included/organizations/0/guid"), world.space.organization.as_str());
    assert_eq!(
        one.text("/included/spaces/0/guid"),
        world.space.guid.as_str(),
        "it comes with its organization"
    );
    assert_eq!(
        api.get("aud", &world.of_app("?include=space")).await.text("/included/spaces/0/guid"),
        world.space.guid.as_str()
    );
    for path in [world.of_app("?include=no"), "/v3/apps?include=no".to_owned()] {
        assert_eq!(
            api.get("aud", &path).await.refusal(),
            "400 10005 CF-BadQueryParameter: The query parameter is invalid: Invalid included resource: 'no'. \
             Valid included resources are: 'space', 'org', 'space.organization'"
        );
    }
}

async fn whoever_reads_the_space_sees_its_apps(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for who in ["dev", "aud", "sup", "man", "om", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(who, &world.of_app("")).await.guid(), world.app, "{who}");
        assert_eq!(api.get(who, "/v3/apps").await.each("guid"), [world.app.as_str()], "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &world.of_app("")).await.refusal(), NOT_FOUND, "{who}");
        assert!(api.get(who, "/v3/apps").await.each("guid").is_empty(), "{who}");
    }
    assert_eq!(api.get("admin", "/v3/apps/no").await.refusal(), NOT_FOUND);
    assert_eq!(api.get("", "/v3/apps").await.status, 401);
}

async fn apps_are_filtered(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let other = a_space().create(&api).await;
    let elsewhere = json!({
        "name": "three",
        "relationships": { "space": { "data": { "guid": other.guid.as_str() } } },
    });
    let three = api.post("admin", "/v3/apps", elsewhere).await.guid().to_owned();
    api.clock.advance(100);
    let two = world.new_app("two", json!({ "metadata": { "labels": { "a": "b" } } })).await;
    let stackless = json!({ "lifecycle": { "data": { "buildpacks": [], "stack": null } } });
    assert_eq!(api.patch("dev", &format!("/v3/apps/{two}"), stackless).await.status, 200);
    let docker = world.docker_app().await;
    let one = world.app.clone();
    let (here, there) = (world.space.guid.to_string(), other.organization.to_string());
    let cases = [
        ("names=ONE, two".replace(' ', "%20"), vec![&one, &two]),
        (format!("guids={two},{three}"), vec![&three, &two]),
        (format!("space_guids={here}"), vec![&one, &two, &docker]),
        (format!("organization_guids={there}"), vec![&three]),
        (format!("organization_guids={there}&names=one"), vec![]),
        ("stacks=cflinuxfs4".to_owned(), vec![&one, &three]),
        ("stacks=".to_owned(), vec![&two]),
        ("lifecycle_type=docker".to_owned(), vec![&docker]),
        ("lifecycle_type=buildpack&names=docker".to_owned(), vec![]),
        ("label_selector=a=b".to_owned(), vec![&two]),
        ("label_selector=!a&names=one,two".to_owned(), vec![&one]),
        ("created_ats[gt]=2030-01-01T00:00:00Z".to_owned(), vec![&two, &docker]),
        ("created_ats=2030-01-01T00:00:00Z".to_owned(), vec![&one, &three]),
        ("updated_ats[lte]=2030-01-01T00:00:00Z".to_owned(), vec![&one, &three]),
        ("order_by=-name".to_owned(), vec![&two, &three, &one, &docker]),
        ("order_by=name&per_page=1&page=2".to_owned(), vec![&one]),
    ];
    for (query, wanted) in cases {
        let answer = api.get("admin", &format!("/v3/apps?{query}")).await;
        assert_eq!(
            answer.each("guid"),
            wanted.iter().map(|g| g.as_str()).collect::<Vec<_>>(),
            "{query}: {answer:?}"
        );
    }
    let by_state = api.get("admin", "/v3/apps?order_by=state").await;
    assert_eq!(by_state.each("guid").len(), 4);
}

async fn names_are_ordered_as_they_are_compared_without_case(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for name in ["bravo", "Delta", "alpha"] {
        world.new_app(name, json!({})).await;
        let organization = api.post("admin", "/v3/organizations", json!({ "name": name })).await;
        let relationships = json!({ "organization": { "data": { "guid": organization.guid() } } });
        api.post("admin", "/v3/spaces", json!({ "name": name, "relationships": relationships })).await;
    }
    for collection in ["apps", "organizations", "spaces"] {
        let path = format!("/v3/{collection}?names=alpha,bravo,delta");
        let sorted = api.get("admin", &format!("{path}&order_by=name")).await;
        assert_eq!(sorted.each("name"), ["alpha", "bravo", "Delta"], "{collection}");
        let reversed = api.get("admin", &format!("{path}&order_by=-name")).await;
        assert_eq!(reversed.each("name"), ["Delta", "bravo", "alpha"], "{collection}");
    }
}

async fn a_bad_query_is_refused(api: TestApi) {
    BitsWorld::new(&api).await;
    let refused = async |query: &str| api.get("dev", &format!("/v3/apps?{query}")).await.refusal();
    assert_eq!(
        refused("lifecycle_type=no").await,
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Invalid lifecycle_type: 'no'"
    );
    assert!(refused("x=1").await.starts_with(
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Unknown query parameter(s): 'x'. Valid parameters are: "
    ));
    for query in ["order_by=stack", "per_page=5001", "page=0", "include=space,space", "label_selector="] {
        assert!(refused(query).await.starts_with("400 10005 CF-BadQueryParameter: "), "{query}");
    }
}

api_tests![
    an_app_comes_with_its_space_and_organization_once,
    whoever_reads_the_space_sees_its_apps,
    apps_are_filtered,
    names_are_ordered_as_they_are_compared_without_case,
    a_bad_query_is_refused
];

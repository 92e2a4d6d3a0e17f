//! `app_revisions_list`, `app_deployed_revisions_list`, `revision_get`, `revision_update`, `revision_environment_variables_get`, and when
//! there is a new one.

mod made;

use crate::api_tests;
use crate::harness::{Answer, BitsWorld, TestApi};
use cc_domain::guid::Guid;
use serde_json::{Value, json};

const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Revision not found";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

impl BitsWorld<'_> {
    async fn act(&self, verb: &str) {
        let answer = self.api.post("dev", &self.of_app(&format!("/actions/{verb}")), json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn set_variable(&self, name: &str, value: Value) {
        let body = json!({ "var": { name: value } });
        let set = self.api.patch("dev", &self.of_app("/environment_variables"), body).await;
        assert_eq!(set.status, 200, "{set:?}");
    }

    async fn set_command(&self, kind: &str, command: Value) {
        let path = self.of_app(&format!("/processes/{kind}"));
        let set = self.api.patch("dev", &path, json!({ "command": command })).await;
        assert_eq!(set.status, 200, "{set:?}");
    }

    async fn revisions(&self) -> Answer {
        self.api.get("dev", &self.of_app("/revisions")).await
    }

    /// The app's newest, which its web process was started with.
    async fn newest(&self) -> Answer {
        let web = self.api.get("dev", &self.of_app("/processes/web")).await;
        let named = web.text("/relationships/revision/data/guid").to_owned();
        let newest = self.api.get("dev", &self.of_app("/revisions?order_by=-created_at&per_page=1")).await;
        assert_eq!(newest.each("guid"), [named.as_str()]);
        self.api.get("dev", &format!("/v3/revisions/{named}")).await
    }
}

async fn those_of_an_app_are_listed_for_whoever_sees_it(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    for verb in ["start", "restart", "restart"] {
        api.clock.advance(1);
        world.set_variable("AT", json!(api.recorded().await.len().to_string())).await;
        world.act(verb).await;
    }
    let of = async |query: &str| api.get("aud", &world.of_app(&format!("/revisions{query}"))).await;
    let all = of("").await;
    insta::assert_snapshot!("list", all.redacted());
    let guid = |index: usize| all.each("guid")[index].to_owned();
    let labelled = json!({ "metadata": { "labels": { "a": "b" } } });
    api.patch("dev", &format!("/v3/revisions/{}", guid(1)), labelled).await;
    let cases = [
        ("?versions=1,3,9".to_owned(), vec![0, 2]),
        ("?versions=x".to_owned(), vec![]),
        (format!("?guids={}", guid(1)), vec![1]),
        ("?guids=".to_owned(), vec![]),
        ("?label_selector=a".to_owned(), vec![1]),
        ("?label_selector=!a".to_owned(), vec![0, 2]),
        ("?created_ats[gt]=2020-01-01T00:00:00Z".to_owned(), vec![0, 1, 2]),
        ("?created_ats[lt]=2020-01-01T00:00:00Z".to_owned(), vec![]),
        ("?order_by=-created_at&per_page=2".to_owned(), vec![2, 1]),
        ("/deployed".to_owned(), vec![2]),
        ("/deployed?guids=&created_ats[lt]=2020-01-01T00:00:00Z".to_owned(), vec![2]),
        ("/deployed?page=2".to_owned(), vec![]),
    ];
    for (query, wanted) in cases {
        let wanted: Vec<_> = wanted.into_iter().map(guid).collect();
        assert_eq!(of(&query).await.each("guid"), wanted, "{query}");
    }
    for (query, text) in [
        ("?deployable=true", "Deployable must be a boolean"),
        (
            "/deployed?versions=1",
            "Unknown query parameter(s): 'versions'. Valid parameters are: 'page', 'per_page', 'order_by', \
          'created_ats', 'updated_ats', 'guids'",
        ),
        ("?order_by=version", "Order by can only be: 'created_at', 'updated_at'"),
    ] {
        assert_eq!(
            of(query).await.refusal(),
            format!("400 10005 CF-BadQueryParameter: The query parameter is invalid: {text}")
        );
    }
    for rest in ["/revisions", "/revisions/deployed"] {
        for who in ["dev", "aud", "sup", "man", "om", "admin", "admin_read_only", "global_auditor"] {
            assert_eq!(api.get(who, &world.of_app(rest)).await.status, 200, "{who}");
        }
        for who in ["bil", "stranger"] {
            let refusal = api.get(who, &world.of_app(rest)).await.refusal();
            assert_eq!(refusal, "404 10010 CF-ResourceNotFound: App not found", "{who}");
        }
    }
}

async fn whoever_sees_the_app_sees_a_revision_and_developers_its_variables(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    world.set_variable("A", json!("1")).await;
    world.act("start").await;
    world.set_variable("A", json!("2")).await;
    let one = world.newest().await;
    let path = format!("/v3/revisions/{}", one.guid());
    let variables = format!("{path}/environment_variables");
    let shown = api.get("dev", &variables).await;
    insta::assert_snapshot!("environment_variables", shown.redacted());
    for who in ["dev", "admin", "admin_read_only"] {
        assert_eq!(api.get(who, &variables).await.body, shown.body, "{who}");
    }
    for who in ["aud", "sup", "man", "om", "global_auditor"] {
        assert_eq!(api.get(who, &path).await.body, one.body, "{who}");
        assert_eq!(api.get(who, &variables).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &path).await.refusal(), NOT_FOUND, "{who}");
        assert_eq!(api.get(who, &variables).await.refusal(), NOT_FOUND, "{who}");
    }
    for path in ["/v3/revisions/no", "/v3/revisions/no/environment_variables"] {
        assert_eq!(api.get("dev", path).await.refusal(), NOT_FOUND);
    }
    let kind = "audit.app.revision.environment_variables.show";
    let events = api.get("dev", &format!("/v3/audit_events?types={kind}")).await;
    assert_eq!(events.each("type").len(), 4, "once for each that was shown");
    assert_eq!(
        (events.at("/resources/0/data"), events.text("/resources/0/target/guid")),
        (&json!({ "revision_guid": one.guid(), "revision_version": 1 }), world.app.as_str())
    );
}

async fn developers_change_metadata(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    world.act("start").await;
    let one = world.newest().await;
    let path = format!("/v3/revisions/{}", one.guid());
    let change = json!({ "metadata": { "labels": { "k": "v", "l": "w" }, "annotations": { "n": "x" } } });
    let wanted = json!({ "labels": { "k": "v", "l": "w" }, "annotations": { "n": "x" } });
    assert_eq!(api.patch("dev", &path, change).await.at("/metadata"), &wanted);
    let change = json!({ "metadata": { "labels": { "l": null } } });
    api.patch("admin", &path, change).await;
    assert_eq!(api.get("aud", &path).await.at("/metadata/labels"), &json!({ "k": "v" }));
    for (body, text) in [
        (json!({ "metadata": 1 }), "Metadata must be an object"),
        (json!({ "description": "x" }), "Unknown field(s): 'description'"),
        (
            json!({ "metadata": { "labels": { "bad!": "x" } } }),
            "Metadata label key error: 'bad!' contains invalid characters",
        ),
    ] {
        let refusal = format!("422 10008 CF-UnprocessableEntity: {text}");
        assert_eq!(api.patch("dev", &path, body.clone()).await.refusal(), refusal);
        assert_eq!(
            api.patch("dev", "/v3/revisions/no", body).await.refusal(),
            refusal,
            "the body comes first"
        );
    }
    assert_eq!(api.patch("dev", "/v3/revisions/no", json!({})).await.refusal(), NOT_FOUND);
    for who in ["aud", "sup", "man", "om", "admin_read_only", "global_auditor"] {
        assert_eq!(api.patch(who, &path, json!({})).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.patch(who, &path, json!({})).await.refusal(), NOT_FOUND, "{who}");
    }
    world.suspend_space().await;
    let suspended = "403 10019 CF-SpaceSuspended: The space is suspended";
    assert_eq!(api.patch("dev", &path, json!({})).await.refusal(), suspended);
}

async fn without_its_droplet_a_revision_cannot_be_deployed(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let first = world.assign_droplet().await;
    world.act("start").await;
    let path = format!("/v3/revisions/{}", world.newest().await.guid());
    assert_eq!(api.get("dev", &path).await.at("/deployable"), &json!(true));
    world.assign_droplet().await;
    api.delete_now("dev", &format!("/v3/droplets/{first}")).await;
    let shown = api.get("dev", &path).await;
    assert_eq!((shown.at("/deployable"), shown.text("/droplet/guid")), (&json!(false), first.as_str()));
}

async fn revisions_go_with_their_app(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.act("start").await;
    world.act("stop").await;
    let guid = world.newest().await.guid().to_owned();
    let labelled = json!({ "metadata": { "labels": { "a": "b" } } });
    api.patch("dev", &format!("/v3/revisions/{guid}"), labelled).await;
    api.delete_now("dev", &world.of_app("")).await;
    assert_eq!(api.get("admin", &format!("/v3/revisions/{guid}")).await.refusal(), NOT_FOUND);
    let mut reader = api.store().reader().await.unwrap();
    assert!(reader.revision_environment(&Guid::new(guid)).await.unwrap().is_none());
}

api_tests![
    those_of_an_app_are_listed_for_whoever_sees_it,
    whoever_sees_the_app_sees_a_revision_and_developers_its_variables,
    developers_change_metadata,
    without_its_droplet_a_revision_cannot_be_deployed,
    revisions_go_with_their_app
];

//! More is asked than can be answered, or more slowly than anyone waits.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use axum::body::Body;
use axum::http::Request;
use cc_domain::runtime::InstanceState;
use cc_http::server::Lanes;
use serde_json::json;
use std::time::Duration;

async fn reads_in_a_crowd_are_refused_early_and_writes_are_not(api: TestApi) {
    let lanes = Lanes::new(1, 1);
    let api = api.with_lanes(lanes);
    let turn = api.lanes().reads.turn().await.unwrap();
    let refused = api.get("admin", "/v3/organizations").await;
    assert_eq!(
        refused.refusal(),
        "503 10015 CF-ServiceUnavailable: The server is overloaded. Try again later."
    );
    assert_eq!(refused.headers["retry-after"], "1");
    assert!(!refused.headers["x-vcap-request-id"].is_empty());
    assert_eq!(api.post("admin", "/v3/organizations", json!({ "name": "o" })).await.status, 201);
    assert_eq!(api.get("", "/").await.status, 200, "what needs no database does not wait");
    drop(turn);
    assert_eq!(api.get("admin", "/v3/organizations").await.status, 200);
}

async fn writes_stand_in_a_line_of_their_own(api: TestApi) {
    let api = api.with_lanes(Lanes::new(1, 1));
    let turn = api.lanes().writes.turn().await.unwrap();
    let refused = api.post("admin", "/v3/organizations", json!({ "name": "o" })).await;
    assert_eq!((refused.status, &refused.headers["retry-after"]), (503, &"5".parse().unwrap()));
    assert_eq!(api.get("admin", "/v3/organizations").await.status, 200);
    drop(turn);
    assert_eq!(api.post("admin", "/v3/organizations", json!({ "name": "o" })).await.status, 201);
}

async fn a_held_read_holds_up_nobody(api: TestApi) {
    let engine = TestEngine::default();
    let api =
        api.with_runtime(engine.runtime()).holding(Duration::from_secs(30)).with_lanes(Lanes::new(1, 1));
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    engine.has(&[InstanceState::Starting]);
    let path = format!("/v3/processes/{}/stats", world.app);
    let held = api.get("dev", &path);
    let other = async {
        engine.was_asked().await;
        api.get("dev", "/v3/organizations").await
    };
    tokio::select! {
        answer = held => panic!("it was not held: {answer:?}"),
        other = other => assert_eq!(other.status, 200),
    }
}

async fn a_body_that_does_not_come_is_waited_for_only_so_long(api: TestApi) {
    let api = api.with_time_limit(Duration::from_millis(50));
    let never = Body::from_stream(futures_util::stream::pending::<Result<&'static str, std::io::Error>>());
    let request = Request::post("/v3/organizations").header("authorization", "bearer admin");
    let answer = api.call(request.body(never).unwrap()).await;
    assert_eq!(
        answer.refusal(),
        "400 1004 CF-BadRequest: Bad request: the request body did not come in time"
    );
}

api_tests![
    reads_in_a_crowd_are_refused_early_and_writes_are_not,
    writes_stand_in_a_line_of_their_own,
    a_held_read_holds_up_nobody,
    a_body_that_does_not_come_is_waited_for_only_so_long
];

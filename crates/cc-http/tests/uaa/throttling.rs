use super::world::{PASSWORD, World};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn each_further_wrong_password_costs_twice_the_time_up_to_two_seconds() {
    let world = World::new().await;
    for _ in 0..12 {
        assert_eq!(world.login("admin", "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.clock.take_pauses(), [500, 1000, 2000, 2000, 2000, 2000, 2000, 2000]);
}

#[tokio::test]
async fn the_right_password_always_gets_in_after_the_wait_and_clears_the_count() {
    let world = World::new().await;
    for _ in 0..50 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.clock.take_pauses(), [2000]);
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.login("admin", "wrong").await.status, StatusCode::UNAUTHORIZED);
    assert!(world.clock.take_pauses().is_empty());
}

#[tokio::test]
async fn time_that_passed_by_itself_is_not_waited_for_again() {
    let world = World::new().await;
    for _ in 0..5 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    world.clock.advance(60);
    world.login("admin", "wrong").await;
    assert!(world.clock.take_pauses().is_empty());
}

#[tokio::test]
async fn another_address_and_another_user_do_not_wait() {
    let mut world = World::new().await;
    world.create_user("other", "pw").await;
    for _ in 0..10 {
        world.login("ADMIN", "wrong").await;
    }
    world.clock.take_pauses();
    assert_eq!(world.login("other", "pw").await.status, StatusCode::OK);
    world.address = "10.0.0.2";
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert!(world.clock.take_pauses().is_empty());
}

#[tokio::test]
async fn an_unknown_user_costs_the_same_as_a_known_one() {
    let world = World::new().await;
    for _ in 0..6 {
        world.login("nobody", "wrong").await;
    }
    assert_eq!(world.clock.take_pauses(), [500, 1000]);
}

#[tokio::test]
async fn attempts_at_one_time_wait_for_each_other() {
    let world = World::new().await;
    for _ in 0..4 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    tokio::join!(world.login("admin", "a"), world.login("admin", "b"), world.login("admin", "c"));
    assert_eq!(world.clock.take_pauses(), [500, 1000, 2000]);
}

/// The lockout that was seen: seven failures, then twenty attempts at one time.
#[tokio::test]
async fn a_crowd_of_wrong_passwords_is_sent_away_and_the_right_one_waits_for_a_few_at_most() {
    let world = World::new().await;
    for _ in 0..7 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    // Nobody's wait ends before somebody was sent away, so that a slow crowd is one as well.
    world.clock.hold_pauses(true);
    let mut crowd: FuturesUnordered<_> = (0..20).map(|_| world.login("admin", "wrong")).collect();
    let first = crowd.next().await;
    world.clock.hold_pauses(false);
    let crowd: Vec<_> = first.into_iter().chain(crowd.collect::<Vec<_>>().await).collect();
    let (refused, tried): (Vec<_>, Vec<_>) =
        crowd.iter().partition(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(crowd.first().map(|answer| answer.status), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(!refused.is_empty() && tried.len() >= 3, "{} {}", refused.len(), tried.len());
    for answer in refused {
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(answer.refusal(), (429, "too_many_requests".to_owned()));
    }
    assert_eq!(world.clock.take_pauses(), vec![2000; tried.len()]);
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.clock.take_pauses(), [2000]);
}

#[tokio::test]
async fn what_a_clock_far_ahead_wrote_down_is_not_waited_for() {
    let world = World::new().await;
    world.clock.advance(1_000_000);
    for _ in 0..7 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    world.clock.advance(-1_000_000);
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert!(world.clock.take_pauses().is_empty());
}

#[tokio::test]
async fn wrong_client_secrets_and_wrong_old_passwords_cost_time_as_well() {
    let world = World::new().await;
    for _ in 0..5 {
        world.grant("ssh-proxy:wrong", &[("grant_type", "authorization_code"), ("code", "x")]).await;
    }
    assert_eq!(world.clock.take_pauses(), [500]);
    let token = world.admin_token().await;
    let path = format!("/Users/{}/password", world.admin_guid().await);
    for _ in 0..5 {
        let body = json!({"oldPassword": "wrong", "password": "new"});
        assert_eq!(world.call(Method::PUT, &path, &token, Some(body)).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.clock.take_pauses(), [500]);
}

use super::world::{PASSWORD, World};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn each_further_wrong_password_costs_twice_the_time_up_to_half_a_minute() {
    let world = World::new().await;
    for _ in 0..12 {
        assert_eq!(world.login("admin", "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.clock.take_pauses(), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
}

#[tokio::test]
async fn the_right_password_always_gets_in_after_the_wait_and_clears_the_count() {
    let world = World::new().await;
    for _ in 0..50 {
        world.login("admin", "wrong").await;
    }
    world.clock.take_pauses();
    assert_eq!(world.login("admin", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.clock.take_pauses(), [30_000]);
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

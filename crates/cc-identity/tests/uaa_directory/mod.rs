//! Users of an external UAA, over HTTP.

mod stand_in;

use super::world::at;
use cc_domain::identity::{Directory as _, DirectoryError, KnownUser};
use cc_identity::Pace;
use stand_in::{Uaa, directory};
use std::error::Error as _;
use std::time::{Duration, Instant};

fn user(guid: &str, username: &str, origin: &str) -> KnownUser {
    KnownUser { guid: guid.to_owned(), username: username.to_owned(), origin: origin.to_owned() }
}

fn guids(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The error and what it came from.
fn said<T: std::fmt::Debug>(outcome: Result<T, DirectoryError>) -> String {
    let error = outcome.expect_err("refused");
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

#[tokio::test]
async fn guids_are_asked_for_together_and_kept() {
    let uaa = Uaa::started().await;
    uaa.knows("g1", "ann", "uaa", true);
    uaa.knows("g2", "bob", "ldap", true);
    let directory = uaa.directory();
    let found = directory.users_by_guid(&guids(&["g2", "g1", "gone", "g1"])).await.expect("found");
    assert_eq!(found, [user("g1", "ann", "uaa"), user("g2", "bob", "ldap")]);
    assert_eq!(
        uaa.asked(),
        ["GET /ids/Users?filter=id+eq+%22g1%22+or+id+eq+%22g2%22+or+id+eq+%22gone%22&count=3"]
    );
    let again = directory.users_by_guid(&guids(&["g1", "gone"])).await.expect("found");
    assert_eq!(again, [user("g1", "ann", "uaa")]);
    assert!(uaa.asked().is_empty());
    assert!(directory.users_by_guid(&[]).await.expect("found").is_empty());
    assert!(uaa.asked().is_empty());
}

#[tokio::test]
async fn many_guids_are_asked_for_in_batches_with_one_token() {
    let uaa = Uaa::started().await;
    let all: Vec<_> = (0..450).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
    for guid in &all {
        uaa.knows(guid, guid, "uaa", true);
    }
    assert_eq!(uaa.directory().users_by_guid(&all).await.expect("found").len(), 450);
    let counts: Vec<_> =
        uaa.asked().iter().filter_map(|a| a.rsplit_once("count=").map(|(_, n)| n.to_owned())).collect();
    assert_eq!(counts, ["200", "200", "50"]);
    assert_eq!(uaa.inner().tokens, 1);
}

#[tokio::test]
async fn the_same_question_at_the_same_time_is_asked_once() {
    let uaa = Uaa::started().await;
    uaa.knows("g1", "ann", "uaa", true);
    uaa.inner().delay = Duration::from_millis(100);
    let directory = std::sync::Arc::new(uaa.directory());
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let directory = directory.clone();
            tokio::spawn(async move { directory.users_by_guid(&guids(&["g1"])).await })
        })
        .collect();
    for each in asking {
        assert_eq!(each.await.expect("no panic").expect("found").len(), 1);
    }
    assert_eq!(uaa.asked().len(), 1);
}

#[tokio::test]
async fn a_user_who_comes_is_seen_soon_and_one_who_is_renamed_later() {
    let uaa = Uaa::started().await;
    let pace = Pace { missing: Duration::ZERO, ..Pace::default() };
    let directory = directory(&uaa.url, pace);
    assert!(directory.users_by_guid(&guids(&["g1"])).await.expect("answered").is_empty());
    uaa.knows("g1", "ann", "uaa", true);
    assert_eq!(directory.users_by_guid(&guids(&["g1"])).await.expect("found").len(), 1);
    uaa.inner().users[0].1 = "anna".to_owned();
    assert_eq!(directory.users_by_guid(&guids(&["g1"])).await.expect("found")[0].username, "ann");
}

#[tokio::test]
async fn names_are_asked_for_as_the_reference_does() {
    let uaa = Uaa::started().await;
    uaa.knows("g1", "ann", "uaa", true);
    uaa.knows("g2", "ann", "ldap", false);
    let directory = uaa.directory();
    assert_eq!(directory.users_by_name("ann", None).await.expect("found").len(), 2);
    let one = directory.users_by_name("ann", Some("ldap".to_owned())).await.expect("found");
    assert_eq!(one, [user("g2", "ann", "ldap")]);
    directory.users_by_name(r#"x" or "y&z=\"#, None).await.expect("answered");
    directory.users_by_names(&guids(&["ann", "bob"])).await.expect("answered");
    directory.users_by_name_parts(&guids(&["a", "%"])).await.expect("answered");
    let paged = |query: &str| format!("GET {query}&count=500&startIndex=1");
    assert_eq!(
        uaa.asked(),
        [
            paged("/ids/Users?filter=username+eq+%22ann%22&includeInactive=true"),
            paged("/ids/Users?filter=origin+eq+%22ldap%22+and+username+eq+%22ann%22&includeInactive=true"),
            paged("/ids/Users?filter=username+eq+%22x%5C%22+or+%5C%22y%26z%3D%5C%5C%22&includeInactive=true"),
            paged("/ids/Users?filter=username+eq+%22ann%22+or+username+eq+%22bob%22&includeInactive=true"),
            paged(
                "/Users?filter=username+co+%22a%22+or+username+co+%22%25%22&attributes=id%2CuserName%2Corigin"
            ),
        ]
    );
}

#[tokio::test]
async fn a_search_reads_every_page() {
    let uaa = Uaa::started().await;
    for n in 0..1_100 {
        uaa.knows(&format!("g{n}"), &format!("name{n}"), "uaa", true);
    }
    let found = uaa.directory().users_by_name_part("name").await.expect("found");
    assert_eq!((found.len(), uaa.asked().len()), (1_100, 3));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let uaa = Uaa::started().await;
    uaa.knows("g1", "ann", "uaa", true);
    let directory = uaa.directory();
    directory.users_by_name("ann", None).await.expect("found");
    // Another one was given out, so the first is good no longer.
    uaa.inner().tokens += 1;
    assert_eq!(directory.users_by_name("ann", None).await.expect("found").len(), 1);
    assert_eq!((uaa.asked().len(), uaa.inner().tokens), (3, 3));
    uaa.instead("/ids/Users", 401, "{}");
    assert_eq!(
        said(directory.users_by_name("ann", None).await),
        "the UAA answered 401 Unauthorized to a look-up of names"
    );
    assert_eq!(uaa.inner().tokens, 4);
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_before() {
    let uaa = Uaa::started().await;
    uaa.inner().expires_in = 0;
    let directory = uaa.directory();
    for _ in 0..2 {
        directory.users_by_name("ann", None).await.expect("answered");
    }
    assert_eq!(uaa.inner().tokens, 2);
    uaa.instead("/oauth/token", 200, r#"{"access_token":"token-2","expires_in":18446744073709551615}"#);
    directory.users_by_name("ann", None).await.expect("answered");
    uaa.instead("/oauth/token", 401, "{}");
    directory.users_by_name("ann", None).await.expect("answered with the token of before");
}

#[tokio::test]
async fn what_is_wrong_with_a_uaa_is_said() {
    let uaa = Uaa::started().await;
    let directory = uaa.directory();
    uaa.instead("/oauth/token", 401, r#"{"error":"unauthorized"}"#);
    let text = said(directory.users_by_guid(&guids(&["g1"])).await);
    assert_eq!(text, "the UAA gives no token to the client of uaa_client_id: 401 Unauthorized");
    uaa.instead("/oauth/token", 200, "<html>");
    let text = said(directory.users_by_guid(&guids(&["g1"])).await);
    assert_eq!(text, "what the UAA answered to the request for a token cannot be read");
    uaa.inner().instead.clear();
    for malformed in ["<html>", "[]", "{}", r#"{"resources":[{"id":1}]}"#, r#"{"resources":[null]}"#] {
        uaa.instead("/ids/Users", 200, malformed);
        let text = said(directory.users_by_guid(&guids(&["g1"])).await);
        assert_eq!(text, "what the UAA answered to a look-up of guids cannot be read", "{malformed}");
    }
    uaa.instead("/ids/Users", 403, "{}");
    let text = said(directory.users_by_guid(&guids(&["g1"])).await);
    assert_eq!(text, "the UAA answered 403 Forbidden to a look-up of guids");
    uaa.inner().instead.clear();
    assert!(directory.users_by_guid(&guids(&["g1"])).await.is_ok());
}

#[tokio::test]
async fn a_uaa_that_is_away_or_slow_is_not_waited_for_again_and_again() {
    let rest = Duration::from_millis(300);
    let pace = Pace { request: Duration::from_millis(100), rest, ..Pace::default() };
    let away = directory("http://127.0.0.1:1", pace);
    assert_eq!(said(away.users_by_name("ann", None).await), "the UAA cannot be reached");
    let uaa = Uaa::started().await;
    uaa.inner().delay = Duration::from_secs(10);
    let slow = directory(&uaa.url, pace);
    assert_eq!(said(slow.users_by_name("ann", None).await), "the UAA took too long");
    let began = Instant::now();
    assert_eq!(said(slow.users_by_name("ann", None).await), "the UAA did not answer a moment ago");
    assert!(began.elapsed() < Duration::from_millis(50));
    uaa.inner().delay = Duration::ZERO;
    tokio::time::sleep(rest).await;
    assert!(slow.users_by_name("ann", None).await.is_ok());
}

#[tokio::test]
async fn a_client_is_one_that_the_uaa_has_and_that_no_user_is() {
    let uaa = Uaa::started().await;
    uaa.knows("taken", "ann", "uaa", false);
    uaa.inner().clients = guids(&["robot", "taken", "a%2Fb"]);
    let directory = uaa.directory();
    let shaped = "0f51ba17-7b74-4d4e-8d17-d5a5a0f1b9a1";
    for (guid, is_client) in
        [("robot", true), ("taken", false), ("nobody", false), ("a/b", true), ("..", false), ("", false)]
    {
        assert_eq!(directory.is_client(guid).await.expect("answered"), is_client, "{guid}");
    }
    for (guid, is_client) in [("robot", true), (shaped, false)] {
        uaa.instead(&format!("/oauth/clients/{guid}"), 403, "{}");
        assert_eq!(directory.is_client(guid).await.expect("answered"), is_client, "{guid}");
    }
    uaa.instead("/oauth/clients/robot", 500, "");
    assert_eq!(
        said(directory.is_client("robot").await),
        "the UAA answered 500 Internal Server Error to a look-up of a client"
    );
}

#[tokio::test]
async fn a_shadow_user_has_the_guid_that_the_uaa_gives() {
    let uaa = Uaa::started().await;
    let directory = uaa.directory();
    let add = async || directory.add_shadow_user("not-this", "ann", "ldap", at(0)).await;
    assert_eq!(add().await.expect("made"), user("made", "ann", "ldap"));
    let sent = serde_json::json!({
        "userName": "ann", "origin": "ldap", "emails": [{ "primary": true, "value": "ann" }],
    });
    assert_eq!((uaa.asked(), &uaa.inner().bodies[0]), (vec!["POST /Users".to_owned()], &sent));
    assert_eq!(directory.users_by_guid(&guids(&["made"])).await.expect("kept").len(), 1);
    assert!(uaa.asked().is_empty());
    let conflict = r#"{"error":"scim_resource_already_exists","user_id":"there"}"#;
    uaa.instead("/Users", 409, conflict);
    assert_eq!(add().await.expect("known"), user("there", "ann", "ldap"));
    uaa.instead("/Users", 409, "{}");
    assert_eq!(said(add().await), "what the UAA answered to a new user cannot be read");
    uaa.knows("found", "ann", "ldap", false);
    assert_eq!(add().await.expect("found by name").guid, "found");
    uaa.instead("/Users", 429, "");
    assert!(matches!(add().await, Err(DirectoryError::RateLimited)));
    uaa.instead("/Users", 403, "{}");
    assert_eq!(said(add().await), "the UAA answered 403 Forbidden to a new user");
}

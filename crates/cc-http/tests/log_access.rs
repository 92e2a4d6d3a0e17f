//! Who may read the logs of an app.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_actions::log::{may_read, may_read_all};
use cc_domain::identity::{Claims, TokenUser};
use cc_domain::time::Timestamp;

fn token(user: Option<&str>, scope: &str) -> Claims {
    Claims {
        jti: "j".to_owned(),
        session: None,
        client_id: user.map_or("dev", |_| "cf").to_owned(),
        grant_type: String::new(),
        scopes: vec![scope.to_owned()],
        audiences: vec!["cloud_controller".to_owned()],
        user: user.map(|guid| TokenUser {
            guid: guid.to_owned(),
            username: String::new(),
            email: String::new(),
            origin: String::new(),
        }),
        auth_time: None,
        rev_sig: String::new(),
        issued_at: Timestamp::from_seconds(0),
        expires_at: Timestamp::from_seconds(10),
        issuer: String::new(),
    }
}

async fn logs_are_for_those_who_see_the_app_or_read_everything(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for (claims, source, reads) in [
        (token(Some("dev"), "cloud_controller.read"), world.app.as_str(), true),
        (token(Some("dev"), "cloud_controller.read"), "elsewhere", false),
        (token(Some("stranger"), "cloud_controller.read"), world.app.as_str(), false),
        // A client whose id is a user's guid is somebody else.
        (token(None, "cloud_controller.read"), world.app.as_str(), false),
        (token(Some("stranger"), "logs.admin"), world.app.as_str(), true),
        (token(Some("stranger"), "logs.admin"), "elsewhere", true),
    ] {
        let answer = may_read(api.ports.store.as_ref(), &claims, source).await.unwrap();
        assert_eq!(answer, reads, "{claims:?} {source}");
        assert_eq!(may_read_all(&claims), claims.scopes == ["logs.admin"]);
    }
    let closed = Claims { audiences: vec!["openid".to_owned()], ..token(Some("dev"), "logs.admin") };
    assert!(!may_read(api.ports.store.as_ref(), &closed, &world.app).await.unwrap());
}

api_tests![logs_are_for_those_who_see_the_app_or_read_everything];

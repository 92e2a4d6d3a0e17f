//! What a client asks first: `root_get`, `v3_root_get`, `info_get`, `v2_info_get`

use crate::api_tests;
use crate::harness::TestApi;

/// Without a token.
const NOBODY: &str = "";

async fn the_root_names_what_is_there_and_needs_no_token(api: TestApi) {
    insta::assert_snapshot!("root", api.get(NOBODY, "/").await.redacted());
    let v3 = api.get(NOBODY, "/v3").await;
    assert_eq!(v3.text("/links/apps/href"), "https://api.example.org/v3/apps");
    assert!(v3.at("/links/jobs").is_null());
    for (name, link) in v3.at("/links").as_object().unwrap() {
        assert!(link["href"].is_string(), "{name}: Java clients cannot read null");
    }
}

async fn older_clients_find_the_login_server(api: TestApi) {
    let info = api.get(NOBODY, "/v2/info").await;
    assert_eq!(info.text("/authorization_endpoint"), "https://login.example.org");
    assert_eq!(info.text("/token_endpoint"), "https://uaa.example.org");
    insta::assert_snapshot!("info", api.get(NOBODY, "/v3/info").await.redacted());
}

api_tests![the_root_names_what_is_there_and_needs_no_token, older_clients_find_the_login_server];

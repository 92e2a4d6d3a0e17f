//! A first start, a login, a second start.

use cc_tests::{Server, databases};
use serde_json::json;

#[test]
fn a_new_server_lets_the_admin_in_and_keeps_what_was_made() {
    for database in databases("start") {
        let mut server = Server::start(database);
        let admin = server.admin();
        let root = server.anonymous().get("/").expect(200).json();
        assert_eq!(root["links"]["cloud_controller_v3"]["meta"]["version"], json!("3.223.0"));
        let org = admin.post("/v3/organizations", &json!({ "name": "kept" })).expect(201).guid();
        server.kill();
        server.start_again();
        assert_eq!(admin.get(&format!("/v3/organizations/{org}")).expect(200).json()["name"], json!("kept"));
        admin.complete(&admin.delete(&format!("/v3/organizations/{org}")).expect(202));
        admin.get(&format!("/v3/organizations/{org}")).expect(404);
        server.stop();
    }
}

//! A first start, a login, a second start.

use cc_tests::{Client, Server, databases};
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

/// What the server of the last start said.
fn greeting(server: &Server) -> String {
    let log = server.log();
    log.rsplit_once("Cloud Foundry is up.").expect("a start greets").1.to_owned()
}

#[test]
fn a_start_names_no_password_that_does_not_let_in() {
    for database in databases("greeting") {
        let mut server = Server::start(database);
        let file = server.data_dir().join("admin-password");
        assert!(!greeting(&server).contains("admin-password"), "the password was given");
        server.stop();
        server.set("CC_ADMIN_PASSWORD", "");
        server.start_again();
        let said = greeting(&server);
        assert!(
            !said.contains("admin-password") && said.contains("CC_ADMIN_PASSWORD at the first start"),
            "{said}"
        );
        assert!(!file.exists(), "the admin was there already");
        server.admin();
    }
}

#[test]
fn the_password_of_the_first_start_is_named_until_it_is_changed() {
    for database in databases("first_password") {
        let mut server = Server::start_with(database, &[("CC_ADMIN_PASSWORD", "")]);
        let file = server.data_dir().join("admin-password");
        assert!(greeting(&server).contains(&format!("the password in {}", file.display())));
        let first = std::fs::read_to_string(&file).expect("a first start keeps the password");
        let admin = Client::login(server.port(), "admin", first.trim());
        server.stop();
        server.start_again();
        assert!(greeting(&server).contains(&format!("the password in {}", file.display())));

        let found = admin.get("/Users?filter=userName+eq+%22admin%22").expect(200).json();
        let guid = found["resources"][0]["id"].as_str().expect("there is an admin").to_owned();
        let change = json!({ "oldPassword": first.trim(), "password": "another-one" });
        admin.put(&format!("/Users/{guid}/password"), &change).expect(200);
        server.stop();
        server.start_again();
        assert!(!greeting(&server).contains("admin-password"), "{}", greeting(&server));
        Client::login(server.port(), "admin", "another-one");
    }
}

//! Apps with folders, from the bytes that a client sends to the bytes that the app serves.

use crate::push::{a_package, a_space, answers, assign, build_of, ended, push_bits, running, staged};
use cc_tests::{Client, Server, databases, folders_archive};
use serde_json::json;

const V8: &[u8] = include_bytes!("../archives/cli-v8.zip");
const ZIP: &[u8] = include_bytes!("../archives/infozip.zip");
const JAR: &[u8] = include_bytes!("../archives/jar.zip");
const MAC: &[u8] = include_bytes!("../archives/macos.zip");

#[track_caller]
fn serves(client: &Client, host: &str, path: &str, text: &str) {
    let answer = client.ask_app(host, path);
    assert_eq!((answer.status, answer.text.as_str()), (200, text), "{path}");
}

#[test]
fn a_site_with_folders_is_served_whoever_packed_it() {
    for database in databases("folders") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        for (name, bits) in [("cli", V8), ("zip", ZIP), ("jar", JAR), ("mac", MAC)] {
            push_bits(&client, &space, name, bits);
            let host = format!("{name}.apps.localhost");
            answers(&client, &host, "hi\n");
            serves(&client, &host, "/css/a.css", "body { color: red }\n");
            serves(&client, &host, "/css/deep/b.css", "p { margin: 0 }\n");
            serves(&client, &host, "/img/gr%C3%BCn.txt", "grün\n");
            assert_eq!(client.ask_app(&host, "/empty").status, 301, "{name}: an empty folder is one");
        }
    }
}

#[test]
fn a_second_push_with_matched_files_serves_the_same_files() {
    // The SHA-1 of 70,000 times `x`.
    let sha1 = "c470329cc624dc097102eb4fc87a0ecfdf013186";
    let big = "x".repeat(70_000);
    for database in databases("matched") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let page = ("index.html".to_owned(), "home".to_owned());
        let all = [("Staticfile".to_owned(), String::new()), page, ("js/lib/big.js".to_owned(), big.clone())];
        let app = push_bits(&client, &space, "matched", &folders_archive(&all));
        answers(&client, "matched.apps.localhost", "home");
        serves(&client, "matched.apps.localhost", "/js/lib/big.js", &big);

        let file = json!([{ "path": "js/lib/big.js", "mode": "0644", "checksum": { "value": sha1 }, "size_in_bytes": 70_000 }]);
        let matched = client.post("/v3/resource_matches", &json!({ "resources": file })).expect(201).json();
        assert_eq!(matched["resources"], file);
        // The CLI sends the folders of a matched file all the same.
        let mut rest = folders_archive(&all[..1]);
        for folder in ["js/", "js/lib/"] {
            rest = cc_tests::with_folder(&rest, folder);
        }
        let package = a_package(&client, &app);
        let uploaded =
            client.upload_with(&format!("/v3/packages/{package}/upload"), &matched["resources"], Some(&rest));
        assert_eq!(uploaded.expect(200).json()["state"], json!("READY"));
        let build = ended(&client, &build_of(&client, &package));
        assert_eq!(build["state"], json!("STAGED"), "{build}");
        assign(&client, &app, build["droplet"]["guid"].as_str().expect("a droplet"));
        client.act(&format!("/v3/apps/{app}/actions/restart")).expect(200);
        running(&client, &app, 1);
        client.until("the second version", || {
            (client.ask_app("matched.apps.localhost", "/index.html").status == 404).then_some(())
        });
        serves(&client, "matched.apps.localhost", "/js/lib/big.js", &big);
    }
}

#[test]
fn three_thousand_files_in_three_hundred_folders_are_served_byte_for_byte() {
    let file = |folder: usize, number: usize| {
        (format!("d{}/e{folder}/f{number}.txt", folder % 17), format!("{folder}/{number}\n").repeat(folder))
    };
    let mut all: Vec<(String, String)> =
        (0..300).flat_map(|folder| (0..10).map(move |number| file(folder, number))).collect();
    all.push(("Staticfile".to_owned(), String::new()));
    all.push(("index.html".to_owned(), "many".to_owned()));
    let bits = folders_archive(&all);
    for database in databases("many") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = push_bits(&client, &space, "many", &bits);
        answers(&client, "many.apps.localhost", "many");
        for (path, text) in all.iter().filter(|(path, _)| path.starts_with('d')) {
            serves(&client, "many.apps.localhost", &format!("/{path}"), text);
        }
        // The same again.
        let droplet = staged(&client, &app, &bits);
        assert!(!droplet.is_empty());
    }
}

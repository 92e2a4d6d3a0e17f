//! The request sequence of `cf push` (v9), word for word as a trace of it shows, and what the CLI reads of each answer.

use crate::push::{Space, a_space};
use cc_tests::{Answer, Client, Server, databases, site};
use serde_json::{Value, json};

/// What every answer has, and what the CLI could not read.
#[track_caller]
fn read(answer: Answer, status: u16) -> Value {
    let answer = answer.expect(status);
    assert!(answer.header("x-vcap-request-id").is_some_and(|id| !id.is_empty()), "{answer:?}");
    if answer.text.is_empty() {
        return Value::Null;
    }
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    answer.json()
}

/// Members that must be whole numbers, since the CLI refuses a page for one that is not.
#[track_caller]
fn are_whole(value: &Value, members: &[&str]) {
    for member in members {
        assert!(value[*member].is_i64() || value[*member].is_u64(), "{member} in {value}");
    }
}

/// Applies the manifest and looks the app up, as the CLI begins.
fn applied(client: &Client, server: &Server, space: &Space) -> String {
    let manifest = "---\napplications:\n- name: seq\n  path: /tmp/site\n  default-route: true\n";
    let answer =
        client.post_yaml(&format!("/v3/spaces/{}/actions/apply_manifest", space.guid), manifest).expect(202);
    let location = answer.header("location").unwrap_or_default().to_owned();
    let own = format!("http://localhost:{}", server.port());
    let path = location.strip_prefix(&own).unwrap_or_else(|| panic!("not absolute: {location}")).to_owned();
    assert_eq!(answer.text, "");
    // The first poll is at once and is held until the job is over.
    let job = read(client.get(&path), 200);
    assert_eq!(job["state"], json!("COMPLETE"), "{job}");
    assert_eq!(
        (&job["operation"], &job["errors"], &job["warnings"]),
        (&json!("space.apply_manifest"), &json!([]), &json!([]))
    );
    app(client, space)["guid"].as_str().expect("an app has a guid").to_owned()
}

fn app(client: &Client, space: &Space) -> Value {
    let found = read(client.get(&format!("/v3/apps?names=seq&space_guids={}", space.guid)), 200);
    assert_eq!(found["pagination"]["total_results"], json!(1));
    found["resources"][0].clone()
}

/// Matches, package, upload, build: the guid of the droplet.
fn staged(client: &Client, space: &Space, app_guid: &str) -> String {
    let file = json!({ "path": "index.html", "mode": "0644", "checksum": { "value": "da39a3ee5e6b4b0d3255bfef95601890afd80709" }, "size_in_bytes": 5 });
    let matches = read(client.post("/v3/resource_matches", &json!({ "resources": [file] })), 201);
    assert_eq!(matches, json!({ "resources": [] }));
    let relationships = json!({ "app": { "data": { "guid": app_guid } } });
    let package =
        read(client.post("/v3/packages", &json!({ "type": "bits", "relationships": relationships })), 201);
    assert_eq!((&package["type"], &package["state"]), (&json!("bits"), &json!("AWAITING_UPLOAD")));
    let guid = package["guid"].as_str().expect("a package has a guid");
    let uploaded = read(client.upload(&format!("/v3/packages/{guid}/upload"), &site("hello")), 200);
    assert_eq!(uploaded["state"], json!("READY"), "{uploaded}");
    let build = read(client.post("/v3/builds", &json!({ "package": { "guid": guid } })), 201);
    assert_eq!(build["state"], json!("STAGING"));
    app(client, space);
    let build = client.until("the end of the build", || {
        let build = read(client.get(&format!("/v3/builds/{}", build["guid"].as_str()?)), 200);
        (build["state"] != json!("STAGING")).then_some(build)
    });
    assert_eq!((&build["state"], &build["error"]), (&json!("STAGED"), &Value::Null));
    let droplet = build["droplet"]["guid"].as_str().expect("a staged build has a droplet").to_owned();
    assert_eq!(read(client.get(&format!("/v3/droplets/{droplet}")), 200)["state"], json!("STAGED"));
    droplet
}

fn started(client: &Client, app: &str, droplet: &str) {
    let current = format!("/v3/apps/{app}/relationships/current_droplet");
    let assigned = read(client.patch(&current, &json!({ "data": { "guid": droplet } })), 200);
    assert_eq!(assigned["data"]["guid"], json!(droplet));
    assert_eq!(read(client.act(&format!("/v3/apps/{app}/actions/restart")), 200)["state"], json!("STARTED"));
    let processes = read(client.get(&format!("/v3/apps/{app}/processes")), 200);
    assert_eq!(processes["resources"][0]["type"], json!("web"));
    assert!(processes["resources"][0]["command"].is_string(), "Java clients cannot read null");
    client.until("a running instance", || {
        let stats = read(client.get(&format!("/v3/processes/{app}/stats")), 200);
        (stats["resources"][0]["state"] == json!("RUNNING")).then_some(())
    });
}

/// What `cf app` shows at the end of a push.
fn summary(client: &Client, app: &str, droplet: &str) {
    let process = read(client.get(&format!("/v3/processes/{app}")), 200);
    are_whole(&process, &["instances", "memory_in_mb", "disk_in_mb", "log_rate_limit_in_bytes_per_second"]);
    assert_eq!(process["memory_in_mb"], json!(256), "what `up` gives an app that asks for none");
    assert_eq!(read(client.get(&format!("/v3/processes/{app}/sidecars")), 200)["resources"], json!([]));
    let stats = read(client.get(&format!("/v3/processes/{app}/stats")), 200);
    let instance = &stats["resources"][0];
    are_whole(instance, &["index", "uptime", "mem_quota", "disk_quota", "log_rate_limit"]);
    are_whole(&instance["usage"], &["mem", "disk", "log_rate"]);
    assert!(instance["usage"]["cpu"].is_f64());
    assert_eq!(instance["routable"], json!(true));
    let routes = read(client.get(&format!("/v3/apps/{app}/routes")), 200);
    assert_eq!(routes["resources"][0]["url"], json!("seq.apps.localhost"));
    let current = read(client.get(&format!("/v3/apps/{app}/droplets/current")), 200);
    assert_eq!((&current["guid"], &current["stack"]), (&json!(droplet), &json!("cflinuxfs4")));
    assert_eq!(current["buildpacks"][0]["name"], json!("staticfile_buildpack"));
    let path = format!(
        "/v3/deployments?app_guids={app}&order_by=-created_at&page=1&per_page=1&status_values=ACTIVE"
    );
    assert_eq!(read(client.get(&path), 200)["resources"], json!([]));
}

/// What of its log the CLI shows while it stages.
fn lines(client: &Client, app: &str) -> Vec<String> {
    let log = client
        .get(&format!("/api/v1/read/{app}?start_time=0&envelope_types=LOG&limit=1000"))
        .expect(200)
        .json();
    let batch = log["envelopes"]["batch"].as_array().cloned().unwrap_or_default();
    let staging = batch.iter().filter(|e| e["tags"]["source_type"] == json!("STG"));
    staging.map(|e| e["log"]["payload"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_push_request_by_request() {
    for database in databases("cli") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = applied(&client, &server, &space);
        let droplet = staged(&client, &space, &app);
        started(&client, &app, &droplet);
        summary(&client, &app, &droplet);
        client.until("the app to answer", || {
            let answer = client.ask_app("seq.apps.localhost", "/");
            (answer.status == 200).then(|| assert_eq!(answer.text, "hello"))
        });
        // "Reach it at http://seq.apps.localhost:" in base64, up to the port.
        let last = lines(&client, &app).pop().unwrap_or_default();
        assert!(last.starts_with("UmVhY2ggaXQgYXQgaHR0cDovL3NlcS5hcHBzLmxvY2FsaG9zd"), "{last}");
    }
}

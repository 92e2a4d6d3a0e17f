//! `cf push`, request by request (client-flows 6), and what happens to it when things go wrong.

use cc_tests::{Client, Server, archive, databases, site};
use serde_json::{Value, json};

/// Where a journey pushes to.
pub(crate) struct Space {
    pub guid: String,
}

pub(crate) fn a_space(client: &Client) -> Space {
    let org = client.post("/v3/organizations", &json!({ "name": "org" })).expect(201).guid();
    let relationships = json!({ "organization": { "data": { "guid": org } } });
    let guid = client
        .post("/v3/spaces", &json!({ "name": "space", "relationships": relationships }))
        .expect(201)
        .guid();
    Space { guid }
}

/// The manifest, then the app's guid.
pub(crate) fn apply(client: &Client, space: &Space, name: &str, extra: &str) -> String {
    let yaml = format!("applications:\n- name: {name}\n  default-route: true\n{extra}");
    client.complete(
        &client.post_yaml(&format!("/v3/spaces/{}/actions/apply_manifest", space.guid), &yaml).expect(202),
    );
    let found = client.get(&format!("/v3/apps?names={name}&space_guids={}", space.guid)).expect(200).json();
    found["resources"][0]["guid"].as_str().expect("the manifest made the app").to_owned()
}

pub(crate) fn a_package(client: &Client, app: &str) -> String {
    let body = json!({ "type": "bits", "relationships": { "app": { "data": { "guid": app } } } });
    let package = client.post("/v3/packages", &body).expect(201);
    assert_eq!(package.json()["state"], json!("AWAITING_UPLOAD"));
    package.guid()
}

/// An uploaded package that is READY.
pub(crate) fn uploaded(client: &Client, app: &str, bits: &[u8]) -> String {
    let package = a_package(client, app);
    client.upload(&format!("/v3/packages/{package}/upload"), bits).expect(200);
    client.until("a READY package", || {
        let state = client.get(&format!("/v3/packages/{package}")).expect(200).json()["state"].clone();
        assert_ne!(state, json!("FAILED"));
        (state == json!("READY")).then_some(())
    });
    package
}

pub(crate) fn build_of(client: &Client, package: &str) -> String {
    client.post("/v3/builds", &json!({ "package": { "guid": package } })).expect(201).guid()
}

/// The build at its end.
pub(crate) fn ended(client: &Client, build: &str) -> Value {
    client.until("the end of the build", || {
        let build = client.get(&format!("/v3/builds/{build}")).expect(200).json();
        (build["state"] != json!("STAGING")).then_some(build)
    })
}

pub(crate) fn staged(client: &Client, app: &str, bits: &[u8]) -> String {
    let package = uploaded(client, app, bits);
    let build = ended(client, &build_of(client, &package));
    assert_eq!(build["state"], json!("STAGED"), "{build}");
    build["droplet"]["guid"].as_str().expect("a staged build has a droplet").to_owned()
}

pub(crate) fn assign(client: &Client, app: &str, droplet: &str) {
    let body = json!({ "data": { "guid": droplet } });
    client.patch(&format!("/v3/apps/{app}/relationships/current_droplet"), &body).expect(200);
}

/// Waits until this many web instances run.
pub(crate) fn running(client: &Client, app: &str, instances: usize) {
    client.until(&format!("{instances} running instances"), || {
        let stats = client.get(&format!("/v3/processes/{app}/stats")).expect(200).json();
        let all = stats["resources"].as_array().expect("stats are a list");
        let up = all.iter().filter(|i| i["state"] == json!("RUNNING")).count();
        (up == instances && all.len() == instances).then_some(())
    });
}

/// All of it, for a site of one page.
pub(crate) fn pushed(client: &Client, space: &Space, name: &str, page: &str) -> String {
    push_bits(client, space, name, &site(page))
}

/// All of it, for these bits.
pub(crate) fn push_bits(client: &Client, space: &Space, name: &str, bits: &[u8]) -> String {
    let app = apply(client, space, name, "");
    let droplet = staged(client, &app, bits);
    assign(client, &app, &droplet);
    client.act(&format!("/v3/apps/{app}/actions/restart")).expect(200);
    running(client, &app, 1);
    app
}

#[track_caller]
pub(crate) fn answers(client: &Client, host: &str, page: &str) {
    client.until(&format!("{host} to answer"), || {
        let answer = client.ask_app(host, "/");
        (answer.status == 200).then(|| assert_eq!(answer.text, page))
    });
}

#[test]
fn a_pushed_site_answers_on_its_url_and_survives_the_servers_death() {
    for database in databases("push") {
        let mut server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = pushed(&client, &space, "site", "hello");
        answers(&client, "site.apps.localhost", "hello");

        client
            .post(&format!("/v3/apps/{app}/processes/web/actions/scale"), &json!({ "instances": 2 }))
            .expect(202);
        running(&client, &app, 2);
        for index in 0..2 {
            client.until(&format!("instance {index} to answer"), || {
                let pinned = format!("{app}:{index}");
                let headers = [("x-cf-app-instance", pinned.as_str())];
                let answer = client.send_as("GET", "/", &headers, b"", "site.apps.localhost");
                (answer.status == 200).then(|| assert_eq!(answer.text, "hello"))
            });
        }

        let before = instance_guids(&client, &app);
        server.kill();
        server.start_again();
        let client = server.admin();
        running(&client, &app, 2);
        answers(&client, "site.apps.localhost", "hello");
        assert_eq!(
            instance_guids(&client, &app),
            before,
            "running apps are not interrupted by the server's death"
        );

        let lines = client.get(&format!("/api/v1/read/{app}?envelope_types=LOG&limit=1000")).expect(200).text;
        assert!(lines.contains("RTR"), "the router logs requests: {lines}");

        client.complete(&client.delete(&format!("/v3/apps/{app}")).expect(202));
        client.get(&format!("/v3/apps/{app}")).expect(404);
        client.until("the route to lead nowhere", || {
            (client.ask_app("site.apps.localhost", "/").status == 404).then_some(())
        });
        server.stop();
    }
}

#[test]
fn a_procfile_with_u0000_fails_the_staging_once_and_says_why() {
    for database in databases("procfile_nul") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let app = apply(&client, &space, "odd", "  buildpacks: [procfile_buildpack]\n");
        let procfile = "\"we\\0b\": ./run\nweb: ./run\n";
        let package = uploaded(&client, &app, &archive(&[("Procfile", procfile)]));
        let build = ended(&client, &build_of(&client, &package));
        let told = build["error"].as_str().unwrap_or_default();
        assert!(
            told.starts_with("StagingError - Staging error: U+0000 is not allowed in process types"),
            "{build}"
        );
        assert_eq!((&build["state"], &build["droplet"]), (&json!("FAILED"), &Value::Null));
        // Once: the app can be staged again at once, and nothing of the first build is still to be done.
        let good = uploaded(&client, &app, &archive(&[("Procfile", "web: ./run\n")]));
        assert_eq!(ended(&client, &build_of(&client, &good))["state"], json!("STAGED"));
        let failed = client.get("/v3/audit_events?types=audit.app.build.failed").expect(200).json();
        assert_eq!(failed["pagination"]["total_results"], json!(1));
    }
}

pub(crate) fn instance_guids(client: &Client, app: &str) -> Vec<Value> {
    let stats = client.get(&format!("/v3/processes/{app}/stats")).expect(200).json();
    let mut guids: Vec<Value> = stats["resources"]
        .as_array()
        .expect("stats are a list")
        .iter()
        .map(|i| i["instance_guid"].clone())
        .collect();
    guids.sort_by_key(ToString::to_string);
    guids
}

#[test]
fn staging_a_start_and_a_deletion_finish_once_though_the_server_is_killed_in_the_middle() {
    for database in databases("kill") {
        let mut server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);

        let app = apply(&client, &space, "slow", "");
        let package = uploaded(&client, &app, &site("slow"));
        let build = build_of(&client, &package);
        server.kill();
        server.start_again();
        let client = server.admin();
        let build = ended(&client, &build);
        assert_eq!(build["state"], json!("STAGED"), "{build}");
        let droplets = client.get(&format!("/v3/apps/{app}/droplets")).expect(200).json();
        assert_eq!(droplets["pagination"]["total_results"], json!(1), "one build makes one droplet");

        assign(&client, &app, build["droplet"]["guid"].as_str().expect("a droplet"));
        client.act(&format!("/v3/apps/{app}/actions/start")).expect(200);
        server.kill();
        server.start_again();
        let client = server.admin();
        running(&client, &app, 1);
        answers(&client, "slow.apps.localhost", "slow");

        let deletion = client.delete(&format!("/v3/apps/{app}")).expect(202);
        server.kill();
        server.start_again();
        let client = server.admin();
        client.complete(&deletion);
        client.get(&format!("/v3/apps/{app}")).expect(404);
    }
}

/// A buildpack of an admin, as an archive that follows the lifecycle's contract; `release` is what it says of processes.
fn buildpack(client: &Client, name: &str, release: &str) {
    let guid = client.post("/v3/buildpacks", &json!({ "name": name })).expect(201).guid();
    let release = format!("#!/bin/sh\necho '{release}'\n");
    let bits = archive(&[
        ("bin/detect", "#!/bin/sh\necho own\n"),
        ("bin/compile", "#!/bin/sh\necho '-----> compiled by our own' && echo built > \"$1/index.html\"\n"),
        ("bin/release", &release),
    ]);
    client.complete(&client.upload_archive(&format!("/v3/buildpacks/{guid}/upload"), &bits).expect(202));
}

#[test]
fn an_uploaded_buildpack_stages_and_a_droplet_without_a_start_command_is_refused() {
    for database in databases("buildpack") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        buildpack(&client, "mute", "--- {}");
        buildpack(&client, "own", r#"{"default_process_types": {"web": "sleep 600"}}"#);

        let app = apply(&client, &space, "none", "  buildpacks: [mute]\n");
        let package = uploaded(&client, &app, &archive(&[("readme", "x")]));
        let build = ended(&client, &build_of(&client, &package));
        assert_eq!(build["state"], json!("FAILED"), "{build}");
        assert_eq!(build["error"], json!("StagingError - Staging error: Start command not specified"));
        assert_eq!(
            client.get(&format!("/v3/apps/{app}/droplets")).expect(200).json()["resources"],
            json!([])
        );

        let app = apply(&client, &space, "own", "  buildpacks: [own]\n  health-check-type: process\n");
        let droplet = staged(&client, &app, &archive(&[("readme", "x")]));
        let droplet = client.get(&format!("/v3/droplets/{droplet}")).expect(200).json();
        assert_eq!(droplet["process_types"], json!({ "web": "sleep 600" }));
        assert_eq!(droplet["buildpacks"][0]["name"], json!("own"));
        assign(&client, &app, droplet["guid"].as_str().expect("a droplet has a guid"));
        client.act(&format!("/v3/apps/{app}/actions/start")).expect(200);
        running(&client, &app, 1);
    }
}

#[test]
fn a_program_with_a_command_runs_and_its_crash_is_told() {
    for database in databases("program") {
        let server = Server::start(database);
        let client = server.admin();
        let space = a_space(&client);
        let extra = "  buildpacks: [binary_buildpack]\n  command: echo started; exit 3\n  health-check-type: process\n";
        let app = apply(&client, &space, "crasher", extra);
        let droplet = staged(&client, &app, &archive(&[("readme", "x")]));
        assign(&client, &app, &droplet);
        client.act(&format!("/v3/apps/{app}/actions/start")).expect(200);
        client.until("the event of a crash", || {
            let events =
                client.get(&format!("/v3/audit_events?target_guids={app}&types=audit.app.process.crash"));
            let events = events.expect(200).json();
            events["resources"].as_array().is_some_and(|e| !e.is_empty()).then_some(())
        });
        let lines = client.get(&format!("/api/v1/read/{app}?envelope_types=LOG&limit=1000")).expect(200).text;
        // "started" in base64.
        assert!(lines.contains("c3RhcnRlZA=="), "{lines}");
    }
}

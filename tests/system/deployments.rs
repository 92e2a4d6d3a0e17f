//! Deployments on real processes, asked through the real router.

use crate::push::{Space, a_space, answers, pushed, running, staged};
use cc_tests::{Client, Server, databases, site};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

const HOST: &str = "site.apps.localhost";

/// Asks the app without a pause until it is told to stop; how often each answer came.
fn asked_all_the_time(client: Client, stop: Arc<AtomicBool>) -> JoinHandle<BTreeMap<(u16, String), u32>> {
    thread::spawn(move || {
        let mut answers = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            let answer = client.ask_app(HOST, "/");
            *answers.entry((answer.status, answer.text)).or_insert(0) += 1;
        }
        answers
    })
}

fn deploy(client: &Client, app: &str, droplet: &str, more: &Value) -> String {
    let mut body =
        json!({ "droplet": { "guid": droplet }, "relationships": { "app": { "data": { "guid": app } } } });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    client.post("/v3/deployments", &body).expect(201).guid()
}

/// Waits until the deployment has this status.
fn comes_to(client: &Client, deployment: &str, value: &str, reason: &str) {
    client.until(&format!("{value} {reason}"), || {
        let shown = client.get(&format!("/v3/deployments/{deployment}")).expect(200).json();
        (shown["status"]["value"] == json!(value))
            .then(|| assert_eq!(shown["status"]["reason"], json!(reason)))
    });
}

fn two_instances(client: &Client, space: &Space) -> String {
    let app = pushed(client, space, "site", "old");
    let scale = format!("/v3/apps/{app}/processes/web/actions/scale");
    client.post(&scale, &json!({ "instances": 2 })).expect(202);
    running(client, &app, 2);
    answers(client, HOST, "old");
    app
}

#[test]
fn no_request_fails_while_an_app_is_rolled_out() {
    for database in databases("rollout") {
        let server = Server::start(database);
        let client = server.admin();
        let app = two_instances(&client, &a_space(&client));
        let droplet = staged(&client, &app, &site("new"));
        let stop = Arc::new(AtomicBool::new(false));
        let asking = asked_all_the_time(server.anonymous(), Arc::clone(&stop));
        let deployment = deploy(&client, &app, &droplet, &json!({}));
        comes_to(&client, &deployment, "FINALIZED", "DEPLOYED");
        client.until("the new page alone", || (client.ask_app(HOST, "/").text == "new").then_some(()));
        stop.store(true, Ordering::Relaxed);
        let answers = asking.join().expect("asking does not panic");
        let pages: Vec<_> = answers.keys().map(|(status, page)| (*status, page.as_str())).collect();
        assert_eq!(pages, [(200, "new"), (200, "old")], "{answers:?}");
        let shown = client.get(&format!("/v3/deployments/{deployment}")).expect(200).json();
        let new = shown["new_processes"][0]["guid"].as_str().expect("it made a process").to_owned();
        running(&client, &new, 2);
    }
}

#[test]
fn a_canary_waits_beside_the_old_page_and_a_cancellation_takes_it_away() {
    for database in databases("canary") {
        let server = Server::start(database);
        let client = server.admin();
        let app = two_instances(&client, &a_space(&client));
        let droplet = staged(&client, &app, &site("new"));
        let deployment = deploy(&client, &app, &droplet, &json!({ "strategy": "canary" }));
        client.until("the first step", || {
            let shown = client.get(&format!("/v3/deployments/{deployment}")).expect(200).json();
            (shown["status"]["reason"] == json!("PAUSED")).then_some(())
        });
        client.until("the new page", || (client.ask_app(HOST, "/").text == "new").then_some(()));
        client.until("the old page", || (client.ask_app(HOST, "/").text == "old").then_some(()));
        client.act(&format!("/v3/deployments/{deployment}/actions/cancel")).expect(200);
        comes_to(&client, &deployment, "FINALIZED", "CANCELED");
        client.until("the old page alone", || {
            let pages: Vec<String> = (0..8).map(|_| client.ask_app(HOST, "/").text).collect();
            pages.iter().all(|page| page == "old").then_some(())
        });
        running(&client, &app, 2);
    }
}

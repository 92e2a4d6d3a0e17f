//! Tasks on the engine: one that ends well, one that fails, one that is canceled; and what becomes of them when the server dies.

use crate::push::{a_space, apply, assign, staged};
use cc_tests::{Client, Server, databases, site};
use serde_json::{Value, json};

/// An app with a droplet that was never started.
fn an_app(client: &Client) -> String {
    let app = apply(client, &a_space(client), "job", "");
    let droplet = staged(client, &app, &site("page"));
    assign(client, &app, &droplet);
    app
}

fn run(client: &Client, app: &str, name: &str, command: &str) -> String {
    let body = json!({ "name": name, "command": command, "memory_in_mb": 32 });
    let task = client.post(&format!("/v3/apps/{app}/tasks"), &body).expect(202);
    assert_eq!(task.json()["state"], json!("RUNNING"), "the engine is here");
    task.guid()
}

/// State and failure reason of a task at its end.
fn end_of(client: &Client, task: &str) -> (Value, Value) {
    client.until("the end of the task", || {
        let shown = client.get(&format!("/v3/tasks/{task}")).expect(200).json();
        let state = shown["state"].clone();
        let is_over = state == json!("SUCCEEDED") || state == json!("FAILED");
        is_over.then(|| (state, shown["result"]["failure_reason"].clone()))
    })
}

/// `begun`, as the log has it.
const BEGUN: &str = "YmVndW4=";
/// `32m`
const MEMORY: &str = "MzJt";

/// Waits for a line of the app's log with this source and payload.
fn line(client: &Client, app: &str, source: &str, payload: &str) {
    client.until(&format!("the line {payload} of {source}"), || {
        let path = format!("/api/v1/read/{app}?envelope_types=LOG&limit=1000");
        let lines = client.get(&path).expect(200).text;
        (lines.contains(payload) && lines.contains(source)).then_some(())
    });
}

#[test]
fn a_task_ends_well_or_fails_or_is_canceled() {
    for database in databases("tasks") {
        let mut server = Server::start(database);
        let client = server.admin();
        let app = an_app(&client);

        let good = run(&client, &app, "good", "echo $MEMORY_LIMIT");
        assert_eq!(end_of(&client, &good), (json!("SUCCEEDED"), Value::Null));
        line(&client, &app, "APP/TASK/good", MEMORY);

        let bad = run(&client, &app, "bad", "exit 5");
        let (state, reason) = end_of(&client, &bad);
        assert_eq!((state, reason), (json!("FAILED"), json!("APP/TASK/bad: Exited with status 5")));

        let long = run(&client, &app, "long", "echo begun; exec sleep 1000");
        line(&client, &app, "APP/TASK/long", BEGUN);
        let canceled = client.act(&format!("/v3/tasks/{long}/actions/cancel")).expect(202).json();
        assert_eq!(canceled["state"], json!("CANCELING"));
        assert_eq!(end_of(&client, &long), (json!("FAILED"), json!("task was cancelled")));

        let listed = client.get(&format!("/v3/apps/{app}/tasks?order_by=created_at")).expect(200).json();
        let names: Vec<_> =
            listed["resources"].as_array().into_iter().flatten().map(|t| t["name"].clone()).collect();
        assert_eq!(names, [json!("good"), json!("bad"), json!("long")]);
        server.stop();
    }
}

#[test]
fn tasks_end_once_whatever_happens_to_the_server() {
    for database in databases("tasks_kill") {
        let mut server = Server::start(database);
        let client = server.admin();
        let app = an_app(&client);
        let short = run(&client, &app, "short", "echo once; sleep 1; exit 6");
        let long = run(&client, &app, "long", "echo begun; exec sleep 1000");
        line(&client, &app, "APP/TASK/long", BEGUN);
        server.kill();
        server.start_again();
        let client = server.admin();
        assert_eq!(end_of(&client, &short), (json!("FAILED"), json!("APP/TASK/short: Exited with status 6")));
        client.complete(&client.delete(&format!("/v3/apps/{app}")).expect(202));
        client.get(&format!("/v3/tasks/{long}")).expect(404);
        server.stop();
    }
}

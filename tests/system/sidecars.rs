//! Sidecars that developers make, on the engine.

use crate::push::{a_space, pushed, running};
use cc_tests::{Server, databases};
use serde_json::json;

/// `beside 8m`, as the log has it.
const LINE: &str = "YmVzaWRlIDht";

#[test]
fn a_sidecar_runs_beside_its_process_from_the_next_start_on() {
    for database in databases("sidecars") {
        let mut server = Server::start(database);
        let client = server.admin();
        let app = pushed(&client, &a_space(&client), "site", "hello");
        let command = "echo beside $MEMORY_LIMIT; exec sleep 1000";
        let body =
            json!({ "name": "agent", "command": command, "process_types": ["web"], "memory_in_mb": 8 });
        client.post(&format!("/v3/apps/{app}/sidecars"), &body).expect(201);
        client.act(&format!("/v3/apps/{app}/actions/restart")).expect(200);
        running(&client, &app, 1);
        client.until("the sidecar's line", || {
            let path = format!("/api/v1/read/{app}?envelope_types=LOG&limit=1000");
            let lines = client.get(&path).expect(200).text;
            (lines.contains(LINE) && lines.contains("APP/PROC/WEB/SIDECAR/AGENT")).then_some(())
        });
        let revisions =
            client.get(&format!("/v3/apps/{app}/revisions?order_by=-created_at")).expect(200).json();
        assert_eq!(revisions["resources"][0]["description"], json!("Sidecars updated."));
        assert_eq!(revisions["resources"][0]["sidecars"][0]["name"], json!("agent"));
        server.stop();
    }
}

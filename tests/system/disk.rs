//! An app that fills the disk, under a server of root and under one of a plain user.

use crate::push::{a_space, apply, assign, running, staged};
use cc_tests::{Database, PLAIN_USER, Server, archive};
use serde_json::json;

/// Says the number of each piece of 4 MB that it wrote.
const PIECES: &str = "i=0; while :; do head -c 4194304 /dev/zero > piece$i; i=$((i+1)); echo piece $i; done";
const ONE: &str = "exec cat /dev/zero > one";

#[test]
fn a_disk_writer_is_ended_near_its_quota() {
    for user in [None, PLAIN_USER] {
        let server = Server::start_as(Database::Sqlite, user, &[]);
        let client = server.admin();
        let space = a_space(&client);
        let quiet = apply(
            &client,
            &space,
            "quiet",
            "  buildpacks: [binary_buildpack]\n  command: exec sleep 1000\n  health-check-type: process\n",
        );
        assign(&client, &quiet, &staged(&client, &quiet, &archive(&[("readme", "x")])));
        client.act(&format!("/v3/apps/{quiet}/actions/start")).expect(200);
        running(&client, &quiet, 1);
        for (name, command) in [("one", ONE), ("pieces", PIECES)] {
            let extra = format!(
                "  buildpacks: [binary_buildpack]\n  command: {command:?}\n  health-check-type: process\n  \
                 disk_quota: 64M\n  memory: 64M\n"
            );
            let app = apply(&client, &space, name, &extra);
            assign(&client, &app, &staged(&client, &app, &archive(&[("readme", "x")])));
            client.act(&format!("/v3/apps/{app}/actions/start")).expect(200);
            let crash = client.until("the crash of the writer", || {
                let path = format!("/v3/audit_events?target_guids={app}&types=audit.app.process.crash");
                let events = client.get(&path).expect(200).json();
                events["resources"].as_array().and_then(|all| all.first().cloned())
            });
            let reason = &crash["data"]["exit_description"];
            assert!(reason.as_str().is_some_and(|text| text.contains("disk quota exceeded")), "{crash}");
            let lines = client.get(&format!("/api/v1/read/{app}?envelope_types=LOG&limit=1000")).expect(200);
            let lines = lines.json()["envelopes"]["batch"].as_array().cloned().unwrap_or_default();
            // "piece 6" in base64 and what follows: the 64th piece of 4 MB would be four times the quota.
            let most = lines.iter().filter(|line| {
                line["log"]["payload"].as_str().is_some_and(|text| text.starts_with("cGllY2Ug"))
            });
            let restarts =
                1 + lines.iter().filter(|line| line["tags"]["source_type"] == json!("CELL")).count();
            assert!(most.count() <= 64 * restarts, "{name}");
            client.act(&format!("/v3/apps/{app}/actions/stop")).expect(200);
        }
        running(&client, &quiet, 1);
    }
}

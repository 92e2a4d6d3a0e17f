//! The largest numbers that clients may send: to a server with little memory, while an app runs, and again after a restart.

use crate::push::{a_space, pushed};
use cc_tests::{Answer, Client, Server, databases};
use serde_json::{Value, json};

const MOST: i64 = 2_147_483_647;
/// Bytes of data that the server may have.
const MEMORY: u64 = 256 << 20;

/// Accepted or refused with a reason, but never a failure of the server.
#[track_caller]
fn no_failure(answer: Answer) -> Answer {
    assert!(answer.status < 500, "{} {}", answer.status, answer.text);
    answer
}

fn start(database: cc_tests::Database) -> Server {
    Server::start_with(database, &[("CC_APPS_MEMORY_MB", "1200")])
}

fn is_ready(server: &Server) {
    server.anonymous().get("/readyz").expect(200);
}

#[test]
fn the_largest_number_of_instances_costs_what_there_is_room_for() {
    for database in databases("instances") {
        let mut server = start(database);
        server.limit_memory(MEMORY);
        let client = server.admin();
        let space = a_space(&client);
        let app = pushed(&client, &space, "many", "hello");
        let scale = format!("/v3/apps/{app}/processes/web/actions/scale");
        client.post(&scale, &json!({ "instances": MOST, "memory_in_mb": 300 })).expect(202);

        for _ in 0..2 {
            let refused = client.until("a refusal for want of room", || {
                let stats = client.get(&format!("/v3/processes/{app}/stats")).expect(200).json();
                let all = stats["resources"].as_array().expect("stats are a list").clone();
                assert_eq!(all.len(), 10_000);
                let last = all.last().cloned().unwrap_or_default();
                (last["details"] != Value::Null).then_some(last)
            });
            assert_eq!(refused["state"], json!("DOWN"));
            assert_eq!(refused["details"], json!("insufficient resources: memory"));
            for path in ["process_instances", "stats"] {
                let all = client.get(&format!("/v3/processes/{app}/{path}")).expect(200).json();
                assert_eq!(all["resources"].as_array().map(Vec::len), Some(10_000));
            }
            let page = client.get("/v3/processes?embed=process_instances&per_page=5000").expect(200).json();
            let shown = &page["resources"][0]["process_instances"];
            assert_eq!(shown.as_array().map(Vec::len), Some(10_000));
            no_failure(client.delete(&format!("/v3/processes/{app}/instances/{}", MOST - 1)));
            is_ready(&server);
            assert!(server.peak_memory() < MEMORY, "{}", server.peak_memory());
            server.kill();
            server.start_again();
            server.limit_memory(MEMORY);
        }
        is_ready(&server);
        let back = json!({ "instances": 1 });
        client.post(&scale, &back).expect(202);
        client.until("one instance", || {
            let stats = client.get(&format!("/v3/processes/{app}/stats")).expect(200).json();
            let all = stats["resources"].as_array().cloned().unwrap_or_default();
            matches!(all.as_slice(), [one] if one["state"] == json!("RUNNING")).then_some(())
        });
    }
}

#[test]
fn every_other_largest_number_is_taken_or_refused_and_the_server_stays() {
    for database in databases("numbers") {
        let mut server = start(database);
        server.limit_memory(MEMORY);
        let client = server.admin();
        let space = a_space(&client);
        let app = pushed(&client, &space, "numbers", "hello");
        let everything = |client: &Client| {
            let checks = json!({ "type": "http", "data": { "timeout": MOST, "invocation_timeout": MOST,
                "interval": MOST, "endpoint": "/" } });
            let readiness = json!({ "type": "http", "data": { "invocation_timeout": MOST, "interval": MOST,
                "endpoint": "/" } });
            let process = json!({ "health_check": checks, "readiness_health_check": readiness });
            no_failure(client.patch(&format!("/v3/processes/{app}"), &process));
            for member in ["memory_in_mb", "disk_in_mb", "instances", "log_rate_limit_in_bytes_per_second"] {
                let number = if member.starts_with("log") { i64::MAX } else { MOST };
                let path = format!("/v3/apps/{app}/processes/web/actions/scale");
                no_failure(client.post(&path, &json!({ member: number })));
                no_failure(client.post(&path, &json!({ member: u64::MAX })));
            }
            for size in ["2147483647M", "9223372036854775807B", "8388607T", "99999999999999999999999G"] {
                let yaml = format!(
                    "applications:\n- name: numbers\n  instances: 2147483647\n  memory: {size}\n  disk_quota: {size}\n  \
                     log-rate-limit-per-second: {size}\n  timeout: 2147483647\n  health-check-interval: 2147483647\n"
                );
                let path = format!("/v3/spaces/{}/actions/apply_manifest", space.guid);
                let answer = no_failure(client.post_yaml(&path, &yaml));
                if answer.status == 202 {
                    client.follow(&answer);
                }
            }
            let package = client.get(&format!("/v3/apps/{app}/packages")).expect(200).json();
            let package = &package["resources"][0]["guid"];
            let build = json!({ "package": { "guid": package }, "staging_memory_in_mb": MOST,
                "staging_disk_in_mb": MOST, "staging_log_rate_limit_bytes_per_second": MOST });
            let build = no_failure(client.post("/v3/builds", &build));
            if build.status == 201 {
                let ended = client.until("the end of the build", || {
                    let build = client.get(&format!("/v3/builds/{}", build.guid())).expect(200).json();
                    (build["state"] != json!("STAGING")).then_some(build)
                });
                assert_eq!(ended["error"], json!("InsufficientResources - Insufficient resources"));
            }
            let sidecar =
                json!({ "name": "s", "command": "sleep 1", "process_types": ["web"], "memory_in_mb": MOST });
            no_failure(client.post(&format!("/v3/apps/{app}/sidecars"), &sidecar));
            let route = client.get(&format!("/v3/apps/{app}/routes")).expect(200).json();
            let route = route["resources"][0]["guid"].as_str().unwrap_or_default().to_owned();
            for (weight, port) in [(128, 65_535), (MOST, MOST)] {
                let destination =
                    json!({ "destinations": [{ "app": { "guid": app }, "port": port, "weight": weight }] });
                no_failure(client.patch(&format!("/v3/routes/{route}/destinations"), &destination));
            }
            let buildpack = json!({ "name": format!("b{}", client.token().len()), "position": MOST });
            no_failure(client.post("/v3/buildpacks", &buildpack));
            let apps = json!({ "total_memory_in_mb": i64::MAX, "total_instances": i64::MAX,
                "per_process_memory_in_mb": i64::MAX, "log_rate_limit_in_bytes_per_second": i64::MAX });
            no_failure(client.post("/v3/organization_quotas", &json!({ "name": "huge", "apps": apps })));
            let apps = json!({ "total_memory_in_mb": MOST, "total_instances": MOST });
            no_failure(client.post("/v3/organization_quotas", &json!({ "name": "large", "apps": apps })));
            for query in ["page=2147483647&per_page=5000", "page=9223372036854775807", "per_page=2147483647"]
            {
                for list in ["apps", "processes", "audit_events", "organizations", "routes"] {
                    no_failure(client.get(&format!("/v3/{list}?{query}")));
                }
            }
            no_failure(client.get("/Users?startIndex=9223372036854775807&count=9223372036854775807"));
            no_failure(client.get(&format!("/api/v1/read/{app}?limit=1000&start_time={}", i64::MIN)));
            no_failure(client.get(&format!("/api/v1/read/{app}?limit=1000&end_time={}", i64::MAX)));
            for what in ["stats", "process_instances"] {
                no_failure(client.get(&format!("/v3/processes/{app}/{what}")));
            }
            no_failure(client.act(&format!("/v3/apps/{app}/actions/restart")));
        };
        everything(&client);
        is_ready(&server);
        assert!(server.peak_memory() < MEMORY, "{}", server.peak_memory());
        server.kill();
        server.start_again();
        server.limit_memory(MEMORY);
        let client = server.admin();
        client.get(&format!("/v3/processes/{app}/stats")).expect(200);
        is_ready(&server);
        assert!(server.peak_memory() < MEMORY, "{}", server.peak_memory());
    }
}

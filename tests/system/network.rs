//! Apps that want what is not theirs on the network: a port of another, or services of the machine.

use crate::push::{Space, a_space, apply, assign, instance_guids, running, staged};
use cc_tests::{Client, Database, Server, archive, databases};
use nix::ifaddrs::getifaddrs;
use serde_json::json;

/// Answers as somebody else on every port that instances are told next, and tries again for those it did not get.
const THIEF: &str = r#"
mkdir -p public
echo stolen >public/index.html
echo '{}' >.cf-static.json
while :; do
  for port in $(seq FIRST LAST); do
    if ! kill -0 "${held[$port]}" 2>/dev/null; then
      PORT=$port "$CF_LIFECYCLE" static >/dev/null 2>&1 &
      held[$port]=$!
    fi
  done
  sleep 0.05
done
"#;

/// Leaves a thief two seconds.
const VICTIM: &str = r#"
mkdir -p public
echo mine >public/index.html
echo '{}' >.cf-static.json
sleep 2
exec "$CF_LIFECYCLE" static
"#;

/// Shows on its page which of some addresses it reached.
const VISITOR: &str = r#"
mkdir -p public
echo '{}' >.cf-static.json
for to in ADDRESSES; do
  if timeout 5 bash -c "exec 3<>/dev/tcp/${to/://}" 2>/dev/null; then echo "$to open"; else echo "$to closed"; fi
done >public/index.html
exec "$CF_LIFECYCLE" static
"#;

fn started(client: &Client, space: &Space, name: &str, script: &str, extra: &str) -> String {
    let app = apply(client, space, name, extra);
    let bits = archive(&[("Procfile", "web: exec bash run.sh\n"), ("run.sh", script)]);
    let droplet = staged(client, &app, &bits);
    assign(client, &app, &droplet);
    client.act(&format!("/v3/apps/{app}/actions/start")).expect(200);
    app
}

/// None, and said so, where this machine cannot give apps networks of their own.
fn with_gateway(server: Server) -> Option<Server> {
    let log = server.log();
    if log.contains(" net=gateway ") {
        return Some(server);
    }
    eprintln!("SKIPPED: apps have no networks of their own here\n{log}");
    None
}

fn a_thief_gets_no_visitor(isolation: &str, first: u16) {
    for database in databases(&format!("steal_{isolation}")) {
        let last = first + 39;
        let ports = format!("{first}-{last}");
        let settings = [("CC_ISOLATION", isolation), ("CC_NETWORK", "shared"), ("CC_APP_PORTS", &*ports)];
        let server = Server::start_with(database, &settings);
        let client = server.admin();
        let space = a_space(&client);
        let script = THIEF.replace("FIRST", &first.to_string()).replace("LAST", &last.to_string());
        let extra = "  health-check-type: process\n  memory: 512M\n";
        let thief = started(&client, &space, "thief", &script, extra);
        let victim = started(&client, &space, "victim", VICTIM, "");
        client.until("the victim to answer", || {
            let answer = client.ask_app("victim.apps.localhost", "/");
            (answer.status == 200).then(|| assert_eq!(answer.text.trim(), "mine"))
        });
        client.until("the end of the thief", || {
            let path = format!("/v3/audit_events?types=audit.app.process.crash&target_guids={thief}");
            let events = client.get(&path).expect(200).json();
            let mut all = events["resources"].as_array().into_iter().flatten();
            all.any(|event| {
                event["data"]["exit_description"].as_str().is_some_and(|text| text.starts_with("held "))
            })
            .then_some(())
        });
        let path = format!("/v3/audit_events?types=audit.app.process.crash&target_guids={victim}");
        assert_eq!(client.get(&path).expect(200).json()["resources"], json!([]));
    }
}

#[test]
fn a_thief_gets_no_visitor_in_the_strongest_tier() {
    a_thief_gets_no_visitor("auto", 24_300);
}

#[test]
fn a_thief_gets_no_visitor_in_the_process_tier() {
    a_thief_gets_no_visitor("process", 24_400);
}

/// An address of this machine that others see.
fn own_address() -> String {
    let all = getifaddrs().expect("addresses are to be had");
    let mut all = all.filter_map(|one| Some(one.address?.as_sockaddr_in()?.ip()));
    all.find(|ip| !ip.is_loopback()).expect("this machine has a network").to_string()
}

#[test]
fn an_app_with_a_network_of_its_own_reaches_neither_the_api_nor_another_app() {
    let Some(server) = with_gateway(Server::start(Database::Sqlite)) else { return };
    let client = server.admin();
    let space = a_space(&client);
    let target = started(&client, &space, "target", VICTIM, "");
    client.until("the target to answer", || {
        (client.ask_app("target.apps.localhost", "/").status == 200).then_some(())
    });
    let stats = client.get(&format!("/v3/processes/{target}/stats")).expect(200).json();
    let place = &stats["resources"][0];
    assert_eq!(place["instance_ports"][0]["internal"], json!(8080));
    let other = place["instance_internal_ip"].as_str().expect("an instance has an address");
    let port = server.port();
    let own = own_address();
    let closed = [
        format!("127.0.0.1:{port}"),
        format!("{own}:{port}"),
        format!("{other}:8080"),
        "169.254.169.254:80".to_owned(),
    ];
    started(&client, &space, "visitor", &VISITOR.replace("ADDRESSES", &closed.join(" ")), "");
    let page = client.until("the visitor to answer", || {
        let answer = client.ask_app("visitor.apps.localhost", "/");
        (answer.status == 200).then_some(answer.text)
    });
    let expected = closed.map(|to| format!("{to} closed"));
    assert_eq!(page.lines().collect::<Vec<_>>(), expected);
}

/// Shows what the public route of another app answers.
const CALLER: &str = r#"
mkdir -p public
echo '{}' >.cf-static.json
exec 3<>/dev/tcp/ADDRESS
printf 'GET / HTTP/1.1\r\nHost: target.apps.localhost\r\nConnection: close\r\n\r\n' >&3
tail -n 1 <&3 >public/index.html
exec "$CF_LIFECYCLE" static
"#;

#[test]
fn an_app_with_a_network_of_its_own_calls_another_by_its_public_route() {
    let Some(server) = with_gateway(Server::start_for_all(Database::Sqlite, &[])) else { return };
    let client = server.admin();
    let space = a_space(&client);
    started(&client, &space, "target", VICTIM, "");
    client.until("the target to answer", || {
        (client.ask_app("target.apps.localhost", "/").status == 200).then_some(())
    });
    let address = format!("{}/{}", own_address(), server.port());
    started(&client, &space, "caller", &CALLER.replace("ADDRESS", &address), "");
    client.until("the caller to answer", || {
        let answer = client.ask_app("caller.apps.localhost", "/");
        (answer.status == 200).then(|| assert_eq!(answer.text.trim(), "mine"))
    });
}

#[test]
fn apps_with_networks_of_their_own_outlive_the_servers_death() {
    let Some(mut server) = with_gateway(Server::start(Database::Sqlite)) else { return };
    let client = server.admin();
    let space = a_space(&client);
    let app = started(&client, &space, "app", VICTIM, "");
    running(&client, &app, 1);
    let before = instance_guids(&client, &app);
    server.kill();
    server.start_again();
    let client = server.admin();
    running(&client, &app, 1);
    client.until("the app to answer", || {
        (client.ask_app("app.apps.localhost", "/").status == 200).then_some(())
    });
    assert_eq!(instance_guids(&client, &app), before);
}

use super::Broker;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A second of its delays.
const SECOND: Duration = Duration::from_millis(20);

struct Asker(Broker);

struct Answer {
    status: u16,
    head: String,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    fn told(self) -> (u16, Value) {
        (self.status, self.json())
    }
}

impl Asker {
    async fn start() -> Self {
        Self(Broker::start(SECOND).await.expect("a port"))
    }

    /// Over the network.
    async fn send(&self, method: &str, path: &str, headers: &str, body: &Value) -> Answer {
        let address = self.0.url().strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        let (head, text) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_lowercase(), text: text.to_owned() }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.send(method, path, "", &body).await.told()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, Value::Null).await
    }

    async fn control(&self, what: &str, body: Value) {
        let done = self.ask("POST", &format!("/control/{what}"), body).await;
        assert_eq!(done, (200, json!({ "ok": true })));
    }

    async fn state_of(&self, instance: &str) -> (u16, Value) {
        let (status, body) =
            self.get(&format!("/good/t/v2/service_instances/{instance}/last_operation")).await;
        (status, body["state"].clone())
    }
}

fn instance(plan: &str) -> Value {
    json!({ "service_id": "t-main-id", "plan_id": format!("t-main-{plan}-id") })
}

#[tokio::test]
async fn every_kind_of_catalogue_has_its_tag_in_it() {
    let broker = Asker::start().await;
    let (status, good) = broker.get("/good/t/v2/catalog").await;
    assert_eq!((status, &good["services"][0]["plans"][1]["id"]), (200, &json!("t-main-large-id")));
    let names = |catalog: &Value| -> Vec<String> {
        let services = catalog["services"].as_array().cloned().unwrap_or_default();
        services.iter().map(|s| s["name"].to_string()).collect()
    };
    let all = ["\"t-main\"", "\"t-plain\"", "\"t-context\"", "\"t-unbindable\"", "\"t-syslog\""];
    assert_eq!(names(&good), all);
    broker.control("catalog", json!({ "base": "/good/t", "version": 2 })).await;
    let second = broker.get("/good/t/v2/catalog").await.1;
    assert_eq!(names(&second)[4], "\"t-new\"");
    assert_eq!(second["services"][0]["plans"][0]["name"], "tiny");
    assert_eq!(names(&broker.get("/good/other/v2/catalog").await.1)[4], "\"other-syslog\"");
    for (kind, status, pointer, wanted) in [
        ("small", 200, "/services/0/plans/0/name", json!("single")),
        ("route", 200, "/services/1/requires/0", json!("route_forwarding")),
        ("volume", 200, "/services/0/requires/0", json!("volume_mount")),
        ("costs", 200, "/services/0/plans/10/metadata/costs/0/amount/eUr", json!(2.5)),
        ("schemas", 200, "/services/0/plans/7/id", json!("t-only-p7-id")),
        ("bare", 200, "/unknown", json!(true)),
        ("nulls", 200, "/services/0/plans/0/free", Value::Null),
        ("swap", 200, "/services/0/plans/0/id", json!("t-a-p-id")),
        ("hugetags", 200, "/services/0/tags/1", json!("u".repeat(1_024))),
        ("empty", 200, "/services", json!([])),
        ("nothing", 200, "", json!({})),
        ("badservice", 200, "/services/1/id", json!(1)),
        ("badplan", 200, "/services/0/plans/4/maximum_polling_duration", json!(1.5)),
        ("badmaintenance", 200, "/services/0/plans/3/maintenance_info/version", json!("1.0")),
        ("badmaintenancetype", 200, "/services/0/plans/0/maintenance_info", json!("x")),
        ("badschema", 200, "/services/0/plans/0/schemas/service_instance", json!("x")),
        ("badplans", 200, "/services/0/plans", json!("x")),
        ("badplanitems", 200, "/services/0/plans/1", json!(1)),
        ("noplans", 200, "/services/0/plans", Value::Null),
        ("badservices", 200, "/services", json!("x")),
        ("badserviceitems", 200, "/services/0", json!("x")),
        ("duplicate", 200, "/services/2/plans/0/id", json!("t-a-q-id")),
        ("dupnames", 200, "/services/1/name", json!("t-a")),
        ("dupclients", 200, "/services/1/dashboard_client/id", json!("t-client")),
        ("created", 201, "/services/0/name", json!("t-only")),
        ("auth", 401, "/description", json!("who are you")),
        ("status-503", 503, "/description", json!("status 503")),
        ("array", 200, "", json!([])),
        ("good@async", 200, "/services/0/name", json!("t-main")),
    ] {
        let (got, body) = broker.get(&format!("/{kind}/t/v2/catalog")).await;
        assert_eq!((got, body.pointer(pointer)), (status, Some(&wanted)), "{kind}");
    }
    for (kind, text) in
        [("html", "<html><body>Hello</body></html>"), ("broken", "{\"not json"), ("nobody", "")]
    {
        let answer = broker.send("GET", &format!("/{kind}/t/v2/catalog"), "", &Value::Null).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, text), "{kind}");
    }
    let redirect = broker.send("GET", "/redirect/t/v2/catalog", "", &Value::Null).await;
    assert_eq!(redirect.status, 302);
    assert!(redirect.head.contains(&format!("location: {}/small/t/v2/catalog", broker.0.url())));
    let auth = format!("authorization: Basic {}\r\n", STANDARD.encode("admin:secret"));
    assert_eq!(broker.send("GET", "/auth/t/v2/catalog", &auth, &Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_instance_is_made_changed_shown_and_taken_away() {
    let broker = Asker::start().await;
    let path = "/good/t/v2/service_instances/i";
    assert_eq!(broker.get(path).await, (404, json!({ "description": "no such instance" })));
    assert_eq!(broker.ask("DELETE", path, Value::Null).await, (410, json!({})));
    assert_eq!(broker.ask("PATCH", path, json!({})).await.0, 404);
    let made = json!({ "dashboard_url": "https://dashboard.example.com/t" });
    assert_eq!(broker.ask("PUT", path, instance("small")).await, (201, made.clone()));
    assert_eq!(broker.ask("PUT", path, instance("small")).await, (200, made));
    let update = json!({ "plan_id": "t-main-large-id", "parameters": { "a": 1 } });
    let changed = json!({ "dashboard_url": "https://dashboard.example.com/t/updated" });
    assert_eq!(broker.ask("PATCH", path, update).await, (200, changed));
    let shown = json!({
        "service_id": "t-main-id",
        "plan_id": "t-main-large-id",
        "dashboard_url": "https://dashboard.example.com/t/updated/fetched",
        "parameters": { "a": 1 },
    });
    assert_eq!(broker.get(path).await, (200, shown));
    assert_eq!(broker.state_of("i").await, (200, json!("succeeded")));
    assert_eq!(broker.ask("POST", path, json!({})).await, (405, json!({ "description": "no such method" })));
    assert_eq!(broker.ask("DELETE", path, Value::Null).await, (200, json!({})));
    assert_eq!(broker.state_of("i").await.0, 410);
    assert_eq!(broker.get("/good/t/v2/else").await, (404, json!({ "description": "no such path" })));
    assert_eq!(broker.get("/good/v2/catalog").await, (404, json!({ "description": "no such broker" })));
}

#[tokio::test]
async fn a_binding_gives_what_its_kind_and_service_give() {
    let broker = Asker::start().await;
    let bind = async |kind: &str, service: &str| {
        let path = format!("/{kind}/t/v2/service_instances/i/service_bindings/b");
        let body = json!({ "service_id": service, "parameters": { "role": "x" } });
        let bound = broker.ask("PUT", &path, body).await.1;
        let mut fetched = broker.get(&path).await.1;
        assert_eq!(
            fetched.as_object_mut().and_then(|f| f.remove("parameters")),
            Some(json!({ "role": "x" }))
        );
        assert_eq!(fetched, bound);
        assert_eq!(broker.ask("DELETE", &path, Value::Null).await, (200, json!({})));
        assert_eq!(broker.ask("DELETE", &path, Value::Null).await, (410, json!({})));
        assert_eq!(broker.get(&path).await, (404, json!({ "description": "no such binding" })));
        bound
    };
    let good = bind("good", "t-main-id").await;
    assert_eq!(good["credentials"]["uri"], "db://user:secret@t.example.com:5432/db");
    assert_eq!(good.as_object().map(serde_json::Map::len), Some(1));
    let drain = json!("syslog-tls://drain.example.com/t?a=b,c");
    assert_eq!(bind("good", "t-syslog-id").await["syslog_drain_url"], drain);
    let volume = bind("volume", "t-volume-id").await;
    assert_eq!((&volume["syslog_drain_url"], &volume["volume_mounts"][0]["mode"]), (&drain, &json!("rw")));
    let route = bind("route", "t-route-id").await;
    assert_eq!(route, json!({ "route_service_url": "https://route.example.com/t" }));
}

#[tokio::test]
async fn operations_end_later_in_every_way() {
    let broker = Asker::start().await;
    let path = |guid: &str| format!("/good/t/v2/service_instances/{guid}");
    let make = async |guid: &str, how: &str| {
        let body = json!({ "plan_id": "t-main-small-id", "parameters": { "behave": how } });
        broker.ask("PUT", &path(guid), body).await
    };
    let url = "https://dashboard.example.com/t/provision";
    let started = (202, json!({ "operation": "provision-operation", "dashboard_url": url }));
    assert_eq!(make("a", "async").await, started);
    assert_eq!(broker.state_of("a").await.1, "succeeded");
    assert_eq!(make("b", "async_slow").await.0, 202);
    assert_eq!(broker.state_of("b").await.1, "in progress");
    assert_eq!(broker.state_of("b").await.1, "succeeded");
    assert_eq!(make("c", "async_fail").await.0, 202);
    let last = broker.get(&format!("{}/last_operation", path("c"))).await.1;
    assert_eq!(last, json!({ "state": "failed", "description": "provision went wrong" }));
    assert_eq!(make("d", "async_noop").await, (202, json!({ "dashboard_url": url })));
    assert_eq!(make("e", "async_hold").await.0, 202);
    for _ in 0..3 {
        assert_eq!(broker.state_of("e").await.1, "in progress");
    }
    broker.control("release", json!({ "guid": "e", "state": "failed", "description": "stays" })).await;
    let last = broker.get(&format!("{}/last_operation", path("e"))).await.1;
    assert_eq!(last, json!({ "state": "failed", "description": "stays" }));
    let unknown = broker.ask("POST", "/control/release", json!({ "guid": "nobody" })).await;
    assert_eq!(unknown, (404, json!({ "ok": false })));
    // An update takes effect at its end, a deletion too.
    broker
        .control("behave", json!({ "guid": "a", "update": "async_slow", "deprovision": "async_gone" }))
        .await;
    assert_eq!(broker.ask("PATCH", &path("a"), instance("large")).await.0, 202);
    assert_eq!(broker.state_of("a").await.1, "in progress");
    assert_eq!(broker.get(&path("a")).await.1["plan_id"], "t-main-small-id");
    assert_eq!(broker.state_of("a").await.1, "succeeded");
    assert_eq!(broker.get(&path("a")).await.1["plan_id"], "t-main-large-id");
    assert_eq!(broker.ask("DELETE", &path("a"), Value::Null).await.0, 202);
    assert_eq!(broker.get(&path("a")).await.0, 200);
    assert_eq!(broker.state_of("a").await.0, 410);
    assert_eq!(broker.get(&path("a")).await.0, 404);
}

#[tokio::test]
async fn the_first_that_says_how_it_goes_counts() {
    let broker = Asker::start().await;
    let path = |guid: &str| format!("/good/t/v2/service_instances/{guid}");
    let status = async |guid: &str, body: Value| broker.ask("PUT", &path(guid), body).await.0;
    assert_eq!(status("a", instance("fail")).await, 500);
    assert_eq!(status("a", instance("async")).await, 202);
    assert_eq!(status("b", instance("timeout")).await, 202);
    assert_eq!(broker.state_of("b").await.1, "in progress");
    let at_default = "/good@error_418/t/v2/service_instances/x";
    assert_eq!(broker.ask("PUT", at_default, instance("small")).await.0, 418);
    assert_eq!(broker.ask("PUT", at_default, instance("async")).await.0, 202);
    let mut said = instance("fail");
    said["parameters"] = json!({
        "behave": "existing", "deprovision": ["conflict", "ok"], "bind": "RequiresApp", "last_operation": "badstate",
    });
    assert_eq!(status("c", said.clone()).await, 200);
    assert_eq!(broker.state_of("c").await.1, "strange");
    let binding = format!("{}/service_bindings/d", path("c"));
    assert_eq!(broker.ask("PUT", &binding, json!({})).await.1["error"], "RequiresApp");
    broker
        .control(
            "behave",
            json!({ "guid": "d", "bind": { "status": 200, "body": [], "headers": { "x-a": 1 } } }),
        )
        .await;
    let answer = broker.send("PUT", &binding, "", &json!({})).await;
    assert!(answer.head.contains("x-a: 1"), "{}", answer.head);
    assert_eq!(answer.told(), (200, json!([])));
    assert_eq!(broker.ask("DELETE", &path("c"), Value::Null).await.0, 409);
    broker.control("behave", json!({ "base": "/good/t", "provision": ["gone", "error_502_html", "html"], "deprovision": "nobody" })).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(status("c", said.clone()).await);
    }
    assert_eq!(statuses, [410, 502, 200, 200]);
    broker.control("behave", json!({ "base": "/good/t", "deprovision": null })).await;
    assert_eq!(broker.ask("DELETE", &path("c"), Value::Null).await.0, 200);
}

#[tokio::test]
async fn the_log_tells_what_was_sent() {
    let broker = Asker::start().await;
    let who = STANDARD.encode(r#"{"user_id":"u"}"#);
    let headers = format!(
        "x-broker-api-version: 2.15\r\nx-broker-api-originating-identity: cloudfoundry {who}\r\n\
         x-broker-api-request-identity: r\r\nx-api-info-location: i\r\naccept: application/json\r\n\
         authorization: Basic {}\r\n",
        STANDARD.encode("admin:secret")
    );
    let path = "/good/t/v2/service_instances/i/service_bindings/b?accepts_incomplete=true&x=";
    broker.send("PUT", path, &headers, &json!({ "plan_id": "p" })).await;
    for _ in 0..3 {
        broker.get("/good/t/v2/service_instances/i/last_operation").await;
    }
    broker.get("/good/t/v2/catalog").await;
    let bound = json!({
        "operation": "bind",
        "method": "PUT",
        "path": "/v2/service_instances/i/service_bindings/b",
        "query": { "accepts_incomplete": "true", "x": "" },
        "body": { "plan_id": "p" },
        "headers": {
            "version": "2.15",
            "identity": { "platform": "cloudfoundry", "user_id": "u" },
            "auth": "admin:secret",
            "accept": "application/json",
            "content_type": null,
            "request_identity": true,
            "api_info": true,
        },
    });
    assert_eq!(broker.get("/control/log?guid=b").await.1, json!({ "requests": [bound] }));
    let operations = async |query: &str| {
        let log = broker.get(&format!("/control/log?{query}")).await.1;
        let requests = log["requests"].as_array().cloned().unwrap_or_default();
        requests.iter().map(|r| r["operation"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(operations("guid=i").await, ["bind", "last_operation"]);
    assert_eq!(operations("base=/good/t").await, ["bind", "last_operation", "catalog"]);
    assert_eq!(broker.0.heard(), 5);
    let began = Instant::now();
    assert_eq!(operations("guid=i&quiet=5").await.len(), 2);
    assert!(began.elapsed() >= 5 * SECOND);
    broker.control("reset", json!({ "base": "/good/t" })).await;
    assert!(operations("base=/good/t").await.is_empty());
    assert_eq!(broker.get("/good/t/v2/service_instances/i/service_bindings/b").await.0, 404);
}

#[tokio::test]
async fn delays_are_shortened() {
    let broker = Asker::start().await;
    let began = Instant::now();
    assert_eq!(broker.get("/slow/t/v2/catalog").await.0, 200);
    assert!((5 * SECOND..20 * SECOND).contains(&began.elapsed()));
    broker.control("behave", json!({ "guid": "i", "provision": "hang" })).await;
    let began = Instant::now();
    assert_eq!(broker.ask("PUT", "/good/t/v2/service_instances/i", instance("async")).await.0, 201);
    assert!(began.elapsed() >= 20 * SECOND);
}

#[tokio::test]
async fn controls_that_are_none_are_refused() {
    let broker = Asker::start().await;
    for (what, body) in [
        ("reset", json!({})),
        ("catalog", json!({ "base": "b" })),
        ("behave", json!([])),
        ("release", json!(1)),
    ] {
        assert_eq!(broker.ask("POST", &format!("/control/{what}"), body).await.0, 400, "{what}");
    }
    assert_eq!(broker.ask("POST", "/control/else", json!({})).await.0, 404);
    assert_eq!(broker.get("/control/log").await, (200, json!({ "requests": [] })));
}

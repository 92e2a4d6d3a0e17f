//! Every recording on both databases: what differs is listed in `differences.toml`, and nothing else.

use cc_conformance::differences::Known;
use cc_conformance::installation::DatabaseKind;
use cc_conformance::{all, home, report};
use secrecy::SecretString;

async fn nothing_differs_but_what_is_listed(kind: DatabaseKind) {
    let replayed = all(&home().join("recordings"), &[], kind).await.expect("the recordings are replayed");
    let known = Known::read(&home().join("differences.toml")).expect("the differences are read");
    let mut findings = known.judge(&replayed);
    let waiting = report::waiting(&replayed);
    let routed = known.waiting.iter().filter(|operation| !waiting.contains(operation.as_str()));
    findings.extend(routed.map(|operation| format!("{operation} is routed, and is listed as waiting still")));
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    nothing_differs_but_what_is_listed(DatabaseKind::Sqlite).await;
}

/// Says so and passes without a server, unless one is required.
#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let Ok(server) = std::env::var("CC_TEST_POSTGRES") else {
        assert!(std::env::var("CC_TEST_REQUIRE_POSTGRES").is_err(), "CC_TEST_POSTGRES names no server");
        eprintln!("SKIPPED: no PostgreSQL; name one in CC_TEST_POSTGRES=postgres://user@host:port/postgres");
        return;
    };
    nothing_differs_but_what_is_listed(DatabaseKind::Postgres(SecretString::from(server))).await;
}

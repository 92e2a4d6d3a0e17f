//! Every recording on both databases: what differs is listed in `differences.toml`, and nothing else.

use cc_conformance::differences::Known;
use cc_conformance::installation::Engine;
use cc_conformance::{all, home};
use secrecy::SecretString;

async fn nothing_differs_but_what_is_listed(engine: Engine) {
    let replayed = all(&home().join("recordings"), &[], engine).await.unwrap();
    let findings = Known::read(&home().join("differences.toml")).unwrap().judge(&replayed);
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    nothing_differs_but_what_is_listed(Engine::Sqlite).await;
}

/// Says so and passes without a server, unless one is required.
#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let Ok(server) = std::env::var("CC_TEST_POSTGRES") else {
        assert!(std::env::var("CC_TEST_REQUIRE_POSTGRES").is_err(), "CC_TEST_POSTGRES names no server");
        eprintln!("SKIPPED: no PostgreSQL; name one in CC_TEST_POSTGRES=postgres://user@host:port/postgres");
        return;
    };
    nothing_differs_but_what_is_listed(Engine::Postgres(SecretString::from(server))).await;
}

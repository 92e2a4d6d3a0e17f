//! Databases on the PostgreSQL server that the environment names.

use cc_store::{Database, DatabaseUrl};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use tokio_postgres::{NoTls, SimpleQueryMessage};
use uuid::Uuid;

fn server() -> Option<String> {
    let url = std::env::var("CC_TEST_POSTGRES").ok();
    if url.is_none() {
        assert!(
            std::env::var("CC_TEST_REQUIRE_POSTGRES").is_err(),
            "CC_TEST_REQUIRE_POSTGRES is set, but CC_TEST_POSTGRES names no server"
        );
        eprintln!("SKIPPED: no PostgreSQL; name one in CC_TEST_POSTGRES=postgres://user@host:port/postgres");
    }
    url
}

fn on(server: &str, database: &str) -> String {
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{database}")
}

#[expect(clippy::disallowed_methods, reason = "names of databases have nothing to do with ids of the domain")]
fn unique() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A new database, copied from a migrated one or empty.
pub async fn fresh(migrated: bool) -> Option<DatabaseUrl> {
    let server = server()?;
    let template = if migrated { template(&server).await } else { "template0" };
    let name = format!("cc_test_{}", unique());
    run(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    Some(DatabaseUrl::Postgres(SecretString::from(on(&server, &name))))
}

async fn template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("cc_template_{}", unique());
            run(server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
            let url = on(server, &name);
            let database = Database::open(super::settings(&DatabaseUrl::Postgres(SecretString::from(url))))
                .await
                .unwrap();
            database.migrate().await.unwrap();
            drop(database);
            let left =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            run(server, &left).await;
            name
        })
        .await
}

pub async fn sql(url: &SecretString, sql: &str) -> Vec<Vec<Option<String>>> {
    run(url.expose_secret(), sql).await
}

async fn run(url: &str, sql: &str) -> Vec<Vec<Option<String>>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let task = tokio::spawn(connection);
    let messages = client.simple_query(sql).await.unwrap();
    drop(client);
    task.await.unwrap().unwrap();
    messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect())
            }
            _ => None,
        })
        .collect()
}

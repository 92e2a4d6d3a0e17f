//! A fresh, migrated database for each test: a copy of a SQLite file, or a database made from a template on the PostgreSQL server that
//! `CC_TEST_POSTGRES` names. Without it those tests say so and pass, unless `CC_TEST_REQUIRE_POSTGRES` is set.

use cc_store::{Database, DatabaseUrl, SealingKeys, Settings};
use rusqlite::types::ValueRef;
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{NoTls, SimpleQueryMessage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct TestDatabase {
    pub store: Arc<Database>,
    url: DatabaseUrl,
    folder: Option<TempDir>,
}

impl TestDatabase {
    pub async fn fresh(engine: Engine) -> Option<Self> {
        let (url, folder) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("db");
                std::fs::copy(sqlite_template().await, &path).unwrap();
                (DatabaseUrl::Sqlite(path), Some(folder))
            }
            Engine::Postgres => (postgres().await?, None),
        };
        Some(Self { store: open(url.clone()).await, url, folder })
    }

    /// A SQLite database that begins as a copy of a file.
    pub async fn copy_of(file: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        std::fs::copy(file, &path).unwrap();
        let url = DatabaseUrl::Sqlite(path);
        Self { store: open(url.clone()).await, url, folder: Some(folder) }
    }

    /// Runs SQL past the store and reads every column as text: to make what no operation makes yet, and to look from outside.
    pub async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => sqlite_sql(path, sql),
            DatabaseUrl::Postgres(url) => run(url.expose_secret(), sql).await,
        }
    }

    /// All that whoever has the database reads in it: the bytes of the file, or the rows of every table.
    pub async fn everything(&self) -> String {
        let DatabaseUrl::Sqlite(path) = &self.url else {
            let tables = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").await;
            let mut all = String::new();
            for table in tables.iter().flatten() {
                let rows = self.sql(&format!("SELECT t::text FROM {table} t")).await;
                all.extend(rows.into_iter().flatten());
            }
            return all;
        };
        let files = [path.clone(), PathBuf::from(format!("{}-wal", path.display()))];
        let bytes: Vec<u8> = files.iter().filter_map(|file| std::fs::read(file).ok()).flatten().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn engine(&self) -> Engine {
        match self.url {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite,
            DatabaseUrl::Postgres(_) => Engine::Postgres,
        }
    }

    /// The folder with the one file `db` of a SQLite database, for copies. Nobody else may hold its store.
    pub fn into_folder(self) -> TempDir {
        let folder = self.folder.unwrap();
        drop(self.store);
        let log = folder.path().join("db-wal");
        assert!(!log.exists(), "somebody still holds the database");
        folder
    }
}

async fn open(url: DatabaseUrl) -> Arc<Database> {
    let keys = SealingKeys::new("test", [("test".to_owned(), [7; 32])]).unwrap();
    Database::open(Settings { pool_size: 8, ..Settings::new(url, keys) }).await.unwrap()
}

async fn sqlite_template() -> PathBuf {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let (_, path) = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("template");
            let database = open(DatabaseUrl::Sqlite(path.clone())).await;
            database.migrate().await.unwrap();
            // The last connection that closes writes everything into the one file.
            drop(database);
            let log = path.with_extension("-wal");
            assert!(!log.exists(), "the template is one file");
            (folder, path)
        })
        .await;
    path.clone()
}

async fn postgres() -> Option<DatabaseUrl> {
    let Ok(server) = std::env::var("CC_TEST_POSTGRES") else {
        assert!(
            std::env::var("CC_TEST_REQUIRE_POSTGRES").is_err(),
            "CC_TEST_REQUIRE_POSTGRES is set, but CC_TEST_POSTGRES names no server"
        );
        eprintln!("SKIPPED: no PostgreSQL; name one in CC_TEST_POSTGRES=postgres://user@host:port/postgres");
        return None;
    };
    let template = postgres_template(&server).await;
    let name = unique("cc_test");
    run(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    Some(on(&server, &name))
}

fn on(server: &str, database: &str) -> DatabaseUrl {
    let (base, _) = server.rsplit_once('/').unwrap();
    DatabaseUrl::Postgres(SecretString::from(format!("{base}/{database}")))
}

async fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = unique("cc_template");
            run(server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
            let database = open(on(server, &name)).await;
            database.migrate().await.unwrap();
            drop(database);
            let left = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
            run(server, &format!("{left} = '{name}'")).await;
            name
        })
        .await
}

/// A name that no other test run on the server has.
#[expect(clippy::disallowed_methods, reason = "names of test databases come through no port")]
fn unique(prefix: &str) -> String {
    format!("{prefix}_{}", uuid::Uuid::new_v4().simple())
}

fn sqlite_sql(path: &Path, sql: &str) -> Vec<Vec<String>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cell = |i| match row.get_ref(i).unwrap() {
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other => format!("{other:?}"),
        };
        all.push((0..columns).map(cell).collect());
    }
    all
}

async fn run(url: &str, sql: &str) -> Vec<Vec<String>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let task = tokio::spawn(connection);
    let messages = client.simple_query(sql).await.unwrap();
    drop(client);
    task.await.unwrap().unwrap();
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|i| row.get(i).unwrap_or("Null").to_owned()).collect())
        }
        _ => None,
    });
    rows.collect()
}

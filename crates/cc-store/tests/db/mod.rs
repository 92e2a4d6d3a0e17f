//! A fresh, migrated database for each test, and builders for what tests put into it.
//!
//! SQLite: a copy of a migrated file. PostgreSQL: `CREATE DATABASE … TEMPLATE` on the server that `CC_TEST_POSTGRES` names; without it those
//! tests say so and pass, unless `CC_TEST_REQUIRE_POSTGRES=1`.

mod build;
mod postgres;

pub use build::{Build, a_space, a_user, an_app, an_organization, guid, metadata, name, now, page};

use cc_store::{Database, DatabaseUrl, SealingKeys, Settings};
use diesel::connection::LoadConnection;
use diesel::deserialize::FromSql;
use diesel::row::{Field, Row};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of one test; it goes when this is dropped.
pub struct Db {
    pub database: Arc<Database>,
    pub engine: Engine,
    pub url: DatabaseUrl,
    _folder: Option<TempDir>,
}

impl std::ops::Deref for Db {
    type Target = Database;
    fn deref(&self) -> &Database {
        &self.database
    }
}

/// The key ring of all tests.
pub fn keys() -> SealingKeys {
    SealingKeys::new("test", [("test".to_owned(), [7; 32])]).unwrap()
}

impl Db {
    /// Migrated and with the default quota. `None` if there is no server and none is required.
    pub async fn fresh(engine: Engine) -> Option<Self> {
        let db = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("db");
                std::fs::copy(sqlite_template().await, &path).unwrap();
                Self::open(engine, DatabaseUrl::Sqlite(path), Some(folder)).await
            }
            Engine::Postgres => Self::open(engine, postgres::fresh(true).await?, None).await,
        };
        db.seed_default_quota(&guid("quota"), now(0)).await.unwrap();
        Some(db)
    }

    /// Without any table.
    pub async fn empty(engine: Engine) -> Option<Self> {
        Some(match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                Self::open(engine, DatabaseUrl::Sqlite(folder.path().join("db")), Some(folder)).await
            }
            Engine::Postgres => Self::open(engine, postgres::fresh(false).await?, None).await,
        })
    }

    async fn open(engine: Engine, url: DatabaseUrl, folder: Option<TempDir>) -> Self {
        let database = Database::open(settings(&url)).await.unwrap();
        Self { database, engine, url, _folder: folder }
    }

    /// Another process on the same database.
    pub async fn replica(&self) -> Arc<Database> {
        Database::open(settings(&self.url)).await.unwrap()
    }

    /// Runs SQL of no adapter, to look from outside.
    pub async fn sql(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => sqlite_sql(path, sql),
            DatabaseUrl::Postgres(url) => postgres::sql(url, sql).await,
        }
    }
}

pub fn settings(url: &DatabaseUrl) -> Settings {
    Settings { pool_size: 8, ..Settings::new(url.clone(), keys()) }
}

async fn sqlite_template() -> PathBuf {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let (_, path) = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("template");
            let database = Database::open(settings(&DatabaseUrl::Sqlite(path.clone()))).await.unwrap();
            database.migrate().await.unwrap();
            drop(database);
            sqlite_sql(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
            (folder, path)
        })
        .await;
    path.clone()
}

/// Reads every column as text.
fn sqlite_sql(path: &Path, sql: &str) -> Vec<Vec<Option<String>>> {
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let rows = LoadConnection::load(&mut connection, diesel::sql_query(sql)).unwrap();
    rows.map(|row| {
        let row = row.unwrap();
        (0..row.field_count())
            .map(|i| row.get(i).unwrap().value().map(|v| FromSql::<Text, Sqlite>::from_sql(v).unwrap()))
            .collect()
    })
    .collect()
}

/// `both_engines! { async fn name(db: Db) { … } }` makes a module `name` with the tests `sqlite` and `postgres`, each on a fresh database.
#[macro_export]
macro_rules! both_engines { ($(async fn $name:ident($db:ident: Db) $body:block)*) => { $(
    mod $name {
        use super::*;
        async fn body($db: $crate::db::Db) $body
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn sqlite() {
            body($crate::db::Db::fresh($crate::db::Engine::Sqlite).await.unwrap()).await;
        }
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn postgres() {
            if let Some(db) = $crate::db::Db::fresh($crate::db::Engine::Postgres).await {
                body(db).await;
            }
        }
    }
)* } }

//! A database of its own for each file: a copy of a migrated SQLite file, or made from a template on a PostgreSQL server.

use super::stand_ins::Ids;
use anyhow::Context;
use cc_domain::ports::Ids as _;
use cc_store::{Database, DatabaseUrl, SealingKeys, Settings};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio_postgres::NoTls;

#[derive(Clone, Debug)]
pub enum DatabaseKind {
    Sqlite,
    /// A server, as in `postgres://user@host:port/postgres`.
    Postgres(SecretString),
}

/// Makes databases.
pub enum Databases {
    Sqlite { template: PathBuf, _folder: TempDir },
    Postgres { server: SecretString, prefix: String, made: AtomicU32 },
}

impl Databases {
    pub async fn prepare(kind: DatabaseKind) -> anyhow::Result<Self> {
        match kind {
            DatabaseKind::Sqlite => {
                let folder = tempfile::tempdir()?;
                let template = folder.path().join("template");
                let database = open(DatabaseUrl::Sqlite(template.clone())).await?;
                database.migrate().await?;
                Ok(Self::Sqlite { template, _folder: folder })
            }
            DatabaseKind::Postgres(server) => {
                let prefix = format!("cc_conformance_{}", Ids.uuid().replace('-', ""));
                run(&server, &format!("CREATE DATABASE {prefix}")).await?;
                let database = open(on(&server, &prefix)?).await?;
                database.migrate().await?;
                drop(database);
                let connections = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
                run(&server, &format!("{connections} = '{prefix}'")).await?;
                Ok(Self::Postgres { server, prefix, made: AtomicU32::new(0) })
            }
        }
    }

    /// A migrated, empty one.
    pub(super) async fn fresh(&self, folder: &Path) -> anyhow::Result<Arc<Database>> {
        match self {
            Self::Sqlite { template, .. } => {
                let path = folder.join("db");
                std::fs::copy(template, &path)?;
                open(DatabaseUrl::Sqlite(path)).await
            }
            Self::Postgres { server, prefix, made } => {
                let name = format!("{prefix}_{}", made.fetch_add(1, Ordering::Relaxed));
                run(server, &format!("CREATE DATABASE {name} TEMPLATE {prefix}")).await?;
                open(on(server, &name)?).await
            }
        }
    }

    /// Removes what was made on a server that stays.
    pub async fn clean(&self) -> anyhow::Result<()> {
        if let Self::Postgres { server, prefix, made } = self {
            for number in 0..made.load(Ordering::Relaxed) {
                run(server, &format!("DROP DATABASE IF EXISTS {prefix}_{number} WITH (FORCE)")).await?;
            }
            run(server, &format!("DROP DATABASE IF EXISTS {prefix} WITH (FORCE)")).await?;
        }
        Ok(())
    }
}

fn on(server: &SecretString, database: &str) -> anyhow::Result<DatabaseUrl> {
    let (base, _) = server.expose_secret().rsplit_once('/').context("a server without a database")?;
    Ok(DatabaseUrl::Postgres(SecretString::from(format!("{base}/{database}"))))
}

async fn open(url: DatabaseUrl) -> anyhow::Result<Arc<Database>> {
    let keys = SealingKeys::new("recordings", [("recordings".to_owned(), [7; 32])])?;
    Ok(Database::open(Settings { pool_size: 4, ..Settings::new(url, keys) }).await?)
}

async fn run(server: &SecretString, sql: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(server.expose_secret(), NoTls).await?;
    let task = tokio::spawn(connection);
    client.simple_query(sql).await.with_context(|| sql.to_owned())?;
    drop(client);
    task.await??;
    Ok(())
}

//! The two databases, as far as this program speaks to them itself: making them, seeding, looking at jobs.

use anyhow::Context;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// The URL of a database of its own.
    Postgres(String),
}

impl Database {
    pub fn sqlite(folder: &Path) -> Self {
        Self::Sqlite(folder.join("bench.db"))
    }

    /// A fresh database beside the one that `server` names.
    pub async fn postgres(server: &str) -> anyhow::Result<Self> {
        let name = format!("cc_bench_{}", std::process::id());
        for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            run_on(server, &statement).await?;
        }
        let (base, _) = server.rsplit_once('/').context("the URL names a database")?;
        Ok(Self::Postgres(format!("{base}/{name}")))
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// As the server's setting names it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// What the floor is given: kind and place.
    pub fn place(&self) -> (&'static str, String) {
        match self {
            Self::Sqlite(path) => ("sqlite", path.display().to_string()),
            Self::Postgres(url) => ("postgres", url.clone()),
        }
    }

    /// Runs statements that give nothing.
    pub async fn run(&self, sql: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(path) => Ok(rusqlite::Connection::open(path)?.execute_batch(sql)?),
            Self::Postgres(url) => run_on(url, sql).await,
        }
    }

    /// The one column of a query, as numbers.
    pub async fn numbers(&self, sql: &str) -> anyhow::Result<Vec<i64>> {
        match self {
            Self::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path)?;
                let mut statement = connection.prepare(sql)?;
                let rows = statement.query_map([], |row| row.get(0))?;
                Ok(rows.collect::<Result<_, _>>()?)
            }
            Self::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
                let connection = tokio::spawn(connection);
                let rows = client.query(sql, &[]).await?;
                drop(client);
                connection.await??;
                Ok(rows.iter().map(|row| row.get(0)).collect())
            }
        }
    }
}

async fn run_on(url: &str, sql: &str) -> anyhow::Result<()> {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.context("PostgreSQL cannot be reached")?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    Ok(connection.await??)
}

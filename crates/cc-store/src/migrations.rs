//! The schema's steps, embedded, and their bookkeeping in the table `schema_migrations`.
//!
//! Every step has one number and one name on both engines. All that are missing run in one transaction under a lock, so that of several
//! processes that start at once one migrates and the others find it done.

mod older_texts;

use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::seal::SealingKeys;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager};

diesel::table! {
    schema_migrations (version) {
        version -> Text,
    }
}

/// From here on some columns of text are sealed, and a binary that does not know the step must not read them.
const SEALED: &str = "0003_sealed";

struct Migration {
    version: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: "0001_core",
        postgres: include_str!("../migrations/postgres/0001_core/up.sql"),
        sqlite: include_str!("../migrations/sqlite/0001_core/up.sql"),
    },
    Migration {
        version: "0002_revisions",
        postgres: include_str!("../migrations/postgres/0002_revisions/up.sql"),
        sqlite: include_str!("../migrations/sqlite/0002_revisions/up.sql"),
    },
    Migration {
        version: SEALED,
        postgres: include_str!("../migrations/postgres/0003_sealed/up.sql"),
        sqlite: include_str!("../migrations/sqlite/0003_sealed/up.sql"),
    },
    Migration {
        version: "0004_principals",
        postgres: include_str!("../migrations/postgres/0004_principals/up.sql"),
        sqlite: include_str!("../migrations/sqlite/0004_principals/up.sql"),
    },
    Migration {
        version: "0005_shares",
        postgres: include_str!("../migrations/postgres/0005_shares/up.sql"),
        sqlite: include_str!("../migrations/sqlite/0005_shares/up.sql"),
    },
];

/// Any number; it must only differ from the advisory locks of others in the same database.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7246110931)";
const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT NOT NULL PRIMARY KEY)";

/// How a database stands to this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// Exactly the steps of this binary.
    Current,
    /// Empty, or from an older binary.
    Older,
    /// Has a step that this binary does not know, the newest of which is this.
    Newer(String),
}

fn version_of(applied: &[String]) -> Version {
    let is_known = |version: &String| MIGRATIONS.iter().any(|m| m.version == version);
    match applied.iter().filter(|v| !is_known(v)).max() {
        Some(newest) => Version::Newer(newest.clone()),
        None if applied.len() == MIGRATIONS.len() => Version::Current,
        None => Version::Older,
    }
}

/// Where the database stands. Changes nothing.
pub async fn version(conn: &mut Conn) -> Result<Version, StoreError> {
    Ok(version_of(&applied(conn).await?))
}

/// Whether no step was ever applied.
pub async fn is_empty(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(applied(conn).await?.is_empty())
}

async fn applied(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let catalogue = match conn.flavour() {
        Any::Postgres => "to_regclass('schema_migrations') IS NOT NULL",
        Any::Sqlite => "EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations')",
    };
    let has_table: bool = diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(catalogue))
        .get_result(conn)
        .await
        .map_err(failed)?;
    if !has_table {
        return Ok(Vec::new());
    }
    schema_migrations::table.select(schema_migrations::version).load(conn).await.map_err(failed)
}

/// Applies what is missing; the number of steps. Steps of a newer binary are left alone, and then nothing is applied.
pub async fn migrate(conn: &mut Conn, keys: &SealingKeys) -> Result<usize, StoreError> {
    type Transactions = <Conn as AsyncConnection>::TransactionManager;
    Transactions::begin_transaction(conn).await.map_err(failed)?;
    let outcome = steps(conn, keys).await;
    match outcome {
        Ok(count) => Transactions::commit_transaction(conn).await.map_err(failed).map(|()| count),
        Err(error) => {
            Transactions::rollback_transaction(conn).await.map_err(failed)?;
            Err(error)
        }
    }
}

/// Lets go of what the steps have overwritten: SQLite keeps it in its log, and the older pages in the file until the log is written back.
/// Whoever reads at the time holds that up, and then it happens later by itself.
pub async fn forget_older_texts(conn: &mut Conn) -> Result<(), StoreError> {
    if conn.flavour() == Any::Sqlite {
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(failed)?;
    }
    Ok(())
}

async fn steps(conn: &mut Conn, keys: &SealingKeys) -> Result<usize, StoreError> {
    if conn.flavour() == Any::Postgres {
        conn.batch_execute(LOCK).await.map_err(failed)?;
    }
    conn.batch_execute(CREATE_TABLE).await.map_err(failed)?;
    let applied = applied(conn).await?;
    if version_of(&applied) != Version::Older {
        return Ok(0);
    }
    let mut count = 0;
    for step in MIGRATIONS.iter().filter(|m| !applied.iter().any(|v| v == m.version)) {
        let sql = match conn.flavour() {
            Any::Postgres => step.postgres,
            Any::Sqlite => step.sqlite,
        };
        conn.batch_execute(sql).await.map_err(failed)?;
        diesel::insert_into(schema_migrations::table)
            .values(schema_migrations::version.eq(step.version))
            .execute(conn)
            .await
            .map_err(failed)?;
        if step.version == SEALED {
            older_texts::seal(conn, keys).await?;
        }
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_this_binary_does_not_know_makes_a_database_newer() {
        let known: Vec<String> = MIGRATIONS.iter().map(|m| m.version.to_owned()).collect();
        assert_eq!(version_of(&[]), Version::Older);
        assert_eq!(version_of(&known), Version::Current);
        let mut newer = known;
        newer.push("9998_x".into());
        newer.push("9999_y".into());
        assert_eq!(version_of(&newer), Version::Newer("9999_y".into()));
    }
}

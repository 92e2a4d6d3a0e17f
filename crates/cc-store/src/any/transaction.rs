//! Transactions of either driver. Nested ones are savepoints on both.

use super::conn::{Conn, Driver, in_place};
use diesel::QueryResult;
use diesel::connection::{
    AnsiTransactionManager as Ansi, TransactionManager as SyncTransactions, TransactionManagerStatus,
};
use diesel::result::Error;
use diesel::sqlite::SqliteConnection;
use diesel_async::{AsyncConnection, AsyncPgConnection, TransactionManager};

type Postgres = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// What diesel-async calls to begin and end a transaction on a [`Conn`].
pub struct ConnTransactions;

/// The outermost transaction takes SQLite's write lock at once, so that no upgrade of a lock can fail half way.
fn begin_sqlite(c: &mut SqliteConnection) -> QueryResult<()> {
    match Ansi::begin_transaction_sql(c, "BEGIN IMMEDIATE") {
        Err(Error::AlreadyInTransaction) => Ansi::begin_transaction(c),
        other => other,
    }
}

impl TransactionManager<Conn> for ConnTransactions {
    type TransactionStateData = Conn;

    async fn begin_transaction(conn: &mut Conn) -> QueryResult<()> {
        match &mut conn.driver {
            Driver::Postgres(c) => Postgres::begin_transaction(&mut **c).await,
            Driver::Sqlite(c) => in_place(|| begin_sqlite(c)),
        }
    }

    async fn rollback_transaction(conn: &mut Conn) -> QueryResult<()> {
        match &mut conn.driver {
            Driver::Postgres(c) => Postgres::rollback_transaction(&mut **c).await,
            Driver::Sqlite(c) => in_place(|| Ansi::rollback_transaction(&mut **c)),
        }
    }

    async fn commit_transaction(conn: &mut Conn) -> QueryResult<()> {
        match &mut conn.driver {
            Driver::Postgres(c) => Postgres::commit_transaction(&mut **c).await,
            Driver::Sqlite(c) => in_place(|| Ansi::commit_transaction(&mut **c)),
        }
    }

    fn transaction_manager_status_mut(conn: &mut Conn) -> &mut TransactionManagerStatus {
        match &mut conn.driver {
            Driver::Postgres(c) => Postgres::transaction_manager_status_mut(&mut **c),
            Driver::Sqlite(c) => Ansi::transaction_manager_status_mut(&mut **c),
        }
    }

    fn is_broken_transaction_manager(conn: &mut Conn) -> bool {
        match &mut conn.driver {
            Driver::Postgres(c) => Postgres::is_broken_transaction_manager(&mut **c),
            Driver::Sqlite(c) => Ansi::is_broken_transaction_manager(&mut **c),
        }
    }
}

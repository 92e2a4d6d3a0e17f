//! A connection to either driver.
//!
//! SQLite runs in place: a statement is shorter than a hop to a blocking thread and back. On a multi-thread runtime the worker hands
//! its other tasks over for that time (`block_in_place`); on a current-thread runtime, which only tests have, it just runs. What takes
//! microseconds just runs too ([`Rendered::is_short`]): to wake the thread that the tasks are handed to takes longer.

use super::backend::Any;
use super::rendered::Rendered;
use super::row::AnyRow;
use super::totals::Totals;
use super::transaction::ConnTransactions;
use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection as _, Instrumentation, LoadConnection,
    SimpleConnection as _, TransactionManager as _,
};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::IntoOwnedRow;
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionResult, QueryResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{
    AsyncConnection, AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection, TransactionManager as _,
};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::{Handle, RuntimeFlavor};

/// How many statements a store has sent, so that tests can see that a page costs the same however long it is.
#[derive(Clone, Debug, Default)]
pub struct StatementCount(Arc<AtomicU64>);

impl StatementCount {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A connection that takes queries written for [`Any`].
pub struct Conn {
    pub(super) driver: Driver,
    statements: StatementCount,
    totals: Totals,
}

pub(super) enum Driver {
    Postgres(Box<AsyncPgConnection>),
    Sqlite(Box<SqliteConnection>),
}

impl Conn {
    pub fn postgres(connection: AsyncPgConnection, statements: StatementCount) -> Self {
        Self { driver: Driver::Postgres(Box::new(connection)), statements, totals: Totals::default() }
    }

    pub fn sqlite(connection: SqliteConnection, statements: StatementCount) -> Self {
        Self { driver: Driver::Sqlite(Box::new(connection)), statements, totals: Totals::default() }
    }

    /// The same connection, with what others have counted.
    pub fn sharing(mut self, totals: Totals) -> Self {
        self.totals = totals;
        self
    }

    /// What was counted, on this connection and those that share with it.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    pub fn flavour(&self) -> Any {
        match self.driver {
            Driver::Postgres(_) => Any::Postgres,
            Driver::Sqlite(_) => Any::Sqlite,
        }
    }
}

/// Runs a short blocking call on this thread without starving the tasks that wait behind it.
pub fn in_place<T>(call: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(call),
        _ => call(),
    }
}

/// Runs a statement; in place if it may take long.
fn on_sqlite<T>(
    connection: &mut SqliteConnection,
    query: Rendered,
    run: impl FnOnce(&mut SqliteConnection, Rendered) -> T,
) -> T {
    let depth = AnsiTransactionManager::transaction_manager_status_mut(connection).transaction_depth();
    if query.is_short(matches!(depth, Ok(Some(_)))) {
        run(connection, query)
    } else {
        in_place(|| run(connection, query))
    }
}

/// An error that took the connection with it is about the server, whatever it says. To the driver a connection within a transaction is
/// broken too; one that is there answers nothing with nothing, in a failed transaction as well.
async fn with_connection(error: Error, connection: &mut AsyncPgConnection) -> Error {
    match error {
        Error::DatabaseError(DatabaseErrorKind::Unknown, info)
            if connection.batch_execute("").await.is_err() =>
        {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, info)
        }
        other => other,
    }
}

fn load_sqlite(connection: &mut SqliteConnection, query: Rendered) -> QueryResult<Vec<QueryResult<AnyRow>>> {
    let mut cache = None;
    let cursor = LoadConnection::load(connection, query)?;
    cursor.map(|row| Ok(Ok(AnyRow::Sqlite(IntoOwnedRow::into_owned(row?, &mut cache))))).collect()
}

impl SimpleAsyncConnection for Conn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.statements.add_one();
        match &mut self.driver {
            Driver::Postgres(c) => c.batch_execute(sql).await,
            Driver::Sqlite(c) => in_place(|| c.batch_execute(sql)),
        }
    }
}

impl AsyncConnectionCore for Conn {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<BoxStream<'static, QueryResult<AnyRow>>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = BoxStream<'static, QueryResult<AnyRow>>;
    type Row<'conn, 'query> = AnyRow;
    type Backend = Any;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Any> + QueryId + 'query,
    {
        let rendered = Rendered::of(self.flavour(), &source.as_query());
        async move {
            let rendered = rendered?;
            self.statements.add_one();
            match &mut self.driver {
                Driver::Postgres(c) => {
                    let mut rows = match c.load(rendered).await {
                        // The driver's stream must not be asked again after its end.
                        Ok(rows) => rows.fuse(),
                        Err(error) => return Err(with_connection(error, c).await),
                    };
                    // What fails while it runs fails in the place of the first row.
                    let first = match rows.next().await {
                        Some(Err(error)) => return Err(with_connection(error, c).await),
                        first => first,
                    };
                    let rows = futures_util::stream::iter(first).chain(rows);
                    Ok(rows.map(|row| row.map(AnyRow::Postgres)).boxed())
                }
                Driver::Sqlite(c) => {
                    let rows = on_sqlite(c, rendered, load_sqlite)?;
                    Ok(futures_util::stream::iter(rows).boxed())
                }
            }
        }
        .boxed()
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Any> + QueryId + 'query,
    {
        let rendered = Rendered::of(self.flavour(), &source);
        async move {
            let rendered = rendered?;
            self.statements.add_one();
            match &mut self.driver {
                Driver::Postgres(c) => match c.execute_returning_count(rendered).await {
                    Err(error) => Err(with_connection(error, c).await),
                    count => count,
                },
                Driver::Sqlite(c) => {
                    on_sqlite(c, rendered, |c, rendered| c.execute_returning_count(&rendered))
                }
            }
        }
        .boxed()
    }
}

impl AsyncConnection for Conn {
    type TransactionManager = ConnTransactions;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let statements = StatementCount::default();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::postgres(AsyncPgConnection::establish(url).await?, statements))
        } else {
            Ok(Self::sqlite(in_place(|| SqliteConnection::establish(url))?, statements))
        }
    }

    fn transaction_state(&mut self) -> &mut Conn {
        self
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        match &mut self.driver {
            Driver::Postgres(c) => c.instrumentation(),
            Driver::Sqlite(c) => c.instrumentation(),
        }
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        match &mut self.driver {
            Driver::Postgres(c) => c.set_instrumentation(instrumentation),
            Driver::Sqlite(c) => c.set_instrumentation(instrumentation),
        }
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        match &mut self.driver {
            Driver::Postgres(c) => c.set_prepared_statement_cache_size(size),
            Driver::Sqlite(c) => c.set_prepared_statement_cache_size(size),
        }
    }
}

impl PoolableConnection for Conn {
    fn is_broken(&mut self) -> bool {
        match &mut self.driver {
            Driver::Postgres(c) => c.is_broken(),
            Driver::Sqlite(_) => ConnTransactions::is_broken_transaction_manager(self),
        }
    }
}

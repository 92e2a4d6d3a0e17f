//! Pools of connections. SQLite: one writer and as many read-only readers as there are cores. PostgreSQL: one pool for both.

use crate::any::conn::{Conn, StatementCount, in_place};
use crate::any::totals::Totals;
use crate::database::DatabaseUrl;
use cc_domain::store::StoreError;
use deadpool::Runtime;
use deadpool::managed::PoolError;
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use std::time::Duration;

/// Each connection fills its own cache and the whole server is to idle in 30 MB, hence the small sizes.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = wal; PRAGMA synchronous = normal; \
     PRAGMA foreign_keys = on; PRAGMA cache_size = -4096; PRAGMA mmap_size = 67108864; PRAGMA temp_store = memory;";
const READ_ONLY: &str = "PRAGMA query_only = on;";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// The connections of one store.
pub struct Pools {
    readers: Pool<Conn>,
    writers: Pool<Conn>,
}

impl Pools {
    /// Makes the pools; connections are opened when they are first needed.
    pub fn new(
        url: &DatabaseUrl,
        size: usize,
        wait: Duration,
        statement_timeout: Duration,
        statements: &StatementCount,
        totals: &Totals,
    ) -> Self {
        let shared = || (statements.clone(), totals.clone());
        let pool = |size, access| build(url, size, access, wait, statement_timeout, shared());
        match url {
            DatabaseUrl::Sqlite(_) => {
                Self { readers: pool(size, Access::Read), writers: pool(1, Access::Write) }
            }
            DatabaseUrl::Postgres(_) => {
                let both = pool(size, Access::Write);
                Self { readers: both.clone(), writers: both }
            }
        }
    }

    /// A connection for questions only.
    pub async fn reader(&self) -> Result<Object<Conn>, StoreError> {
        self.readers.get().await.map_err(unavailable)
    }

    /// A connection that may change things. On SQLite there is one, and whoever has it holds up all other writers.
    pub async fn writer(&self) -> Result<Object<Conn>, StoreError> {
        self.writers.get().await.map_err(unavailable)
    }
}

fn unavailable(error: PoolError<diesel_async::pooled_connection::PoolError>) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn build(
    url: &DatabaseUrl,
    size: usize,
    access: Access,
    wait: Duration,
    statement_timeout: Duration,
    (statements, totals): (StatementCount, Totals),
) -> Pool<Conn> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
    config.custom_setup = Box::new(move |url: &str| {
        let (url, statements, totals) = (url.to_owned(), statements.clone(), totals.clone());
        async move {
            let opened = if is_sqlite {
                open_sqlite(&url, access, statements)
            } else {
                open_postgres(&url, statement_timeout, statements).await
            };
            opened.map(|conn| conn.sharing(totals))
        }
        .boxed()
    });
    Pool::builder(AsyncDieselConnectionManager::<Conn>::new_with_config(url.text(), config))
        .max_size(size.max(1))
        .wait_timeout(Some(wait))
        .create_timeout(Some(wait))
        .runtime(Runtime::Tokio1)
        .build()
        .expect("a runtime is given, the one thing that building can miss")
}

fn open_sqlite(url: &str, access: Access, statements: StatementCount) -> ConnectionResult<Conn> {
    in_place(|| {
        let mut connection = SqliteConnection::establish(url)?;
        let setup =
            if access == Access::Read { format!("{SQLITE_SETUP}{READ_ONLY}") } else { SQLITE_SETUP.into() };
        connection.batch_execute(&setup).map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Conn::sqlite(connection, statements))
    })
}

async fn open_postgres(url: &str, timeout: Duration, statements: StatementCount) -> ConnectionResult<Conn> {
    let mut connection = AsyncPgConnection::establish(url).await?;
    let setup = format!(
        "SET statement_timeout = {0}; SET lock_timeout = {0}; SET idle_in_transaction_session_timeout = {0};",
        timeout.as_millis()
    );
    connection.batch_execute(&setup).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::postgres(connection, statements))
}

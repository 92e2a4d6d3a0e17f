//! Pools of connections: for questions, for changes, and a few set aside, so that a crowd of the first holds up nothing else.
//!
//! SQLite: as many read-only readers as there are cores, one writer, one reader set aside. PostgreSQL: all together are as many as configured.

use crate::any::conn::{Conn, StatementCount, in_place};
use crate::any::totals::Totals;
use crate::database::DatabaseUrl;
use cc_domain::store::StoreError;
use deadpool::Runtime;
use deadpool::managed::PoolError;
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use std::sync::Once;
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
    /// For what must go on under any load of requests: logins, the queue of jobs, jobs that read, health.
    aside_readers: Pool<Conn>,
    aside_writers: Pool<Conn>,
}

/// How many connections to PostgreSQL each pool has.
struct Shares {
    aside: usize,
    readers: usize,
    writers: usize,
}

impl Shares {
    /// `None` if there are too few to share out.
    fn of(size: usize) -> Option<Self> {
        let aside = (size / 5).clamp(1, 4);
        let readers = size.checked_sub(aside)? / 2;
        (readers > 0).then(|| Self { aside, readers, writers: size - aside - readers })
    }
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
                let writers = pool(1, Access::Write);
                Self {
                    readers: pool(size, Access::Read),
                    writers: writers.clone(),
                    aside_readers: pool(1, Access::Read),
                    aside_writers: writers,
                }
            }
            DatabaseUrl::Postgres(_) => match Shares::of(size) {
                Some(shares) => {
                    let aside = pool(shares.aside, Access::Write);
                    Self {
                        readers: pool(shares.readers, Access::Write),
                        writers: pool(shares.writers, Access::Write),
                        aside_readers: aside.clone(),
                        aside_writers: aside,
                    }
                }
                None => {
                    let all = pool(size, Access::Write);
                    Self {
                        readers: all.clone(),
                        writers: all.clone(),
                        aside_readers: all.clone(),
                        aside_writers: all,
                    }
                }
            },
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

    /// As [`Self::reader`], of those set aside.
    pub async fn aside_reader(&self) -> Result<Object<Conn>, StoreError> {
        self.aside_readers.get().await.map_err(unavailable)
    }

    /// As [`Self::writer`], of those set aside.
    pub async fn aside_writer(&self) -> Result<Object<Conn>, StoreError> {
        self.aside_writers.get().await.map_err(unavailable)
    }

    /// Questions that can be asked at a time.
    pub fn readers(&self) -> usize {
        self.readers.status().max_size
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
    speak_english(&mut connection).await?;
    Ok(Conn::postgres(connection, statements))
}

/// Errors are told apart by their texts (`errors`). Only a superuser or a role with the right to may choose the language; a server that
/// speaks another one works, and what it refuses is understood less well.
async fn speak_english(connection: &mut AsyncPgConnection) -> ConnectionResult<()> {
    static SAID: Once = Once::new();
    if connection.batch_execute("SET lc_messages TO 'C'").await.is_ok() {
        return Ok(());
    }
    let asked = diesel::dsl::sql::<Text>("current_setting('lc_messages')");
    let language: String = diesel::select(asked)
        .get_result(connection)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    if !is_english(&language) {
        SAID.call_once(|| {
            tracing::warn!(
                lc_messages = language,
                "the database speaks another language, so that some of its errors are not understood; \
                 `ALTER ROLE … SET lc_messages TO 'C'` by a superuser helps"
            );
        });
    }
    Ok(())
}

fn is_english(lc_messages: &str) -> bool {
    ["", "C", "POSIX"].contains(&lc_messages)
        || ["en", "C.", "English"].iter().any(|language| lc_messages.starts_with(language))
}

#[cfg(test)]
mod tests {
    use super::{Shares, is_english};

    #[test]
    fn a_server_that_speaks_english_is_known() {
        for text in ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "English_United States.1252"] {
            assert!(is_english(text), "{text}");
        }
        for text in ["de_DE.UTF-8", "fr_FR", "Chinese (Simplified)_China.936", "Croatian"] {
            assert!(!is_english(text), "{text}");
        }
    }

    #[test]
    fn all_pools_together_have_what_is_configured() {
        for size in 3..200 {
            let Shares { aside, readers, writers } = Shares::of(size).unwrap();
            assert_eq!(aside + readers + writers, size);
            assert!(aside > 0 && readers > 0 && writers > 0, "{size}");
        }
        assert!((0..3).all(|size| Shares::of(size).is_none()));
    }
}

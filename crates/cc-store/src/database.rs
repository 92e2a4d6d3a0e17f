//! The store itself: opening, migrating, and the doors to sessions.

use crate::any::Conn;
use crate::any::conn::StatementCount;
use crate::any::totals::Totals;
use crate::job::{Wakes, listen};
use crate::migrations::{self, Version};
use crate::organization::seed;
use crate::pool::Pools;
use crate::seal::SealingKeys;
use crate::session::Session;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::organization::OrganizationQuota;
use cc_domain::store::{DynReader, DynTx, Store, StoreError};
use cc_domain::time::Timestamp;
use diesel_async::pooled_connection::deadpool::Object;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// Which database.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file; it is made if it is not there, its folder is not.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database`. Without TLS: for a database on this machine or on a network one trusts.
    Postgres(SecretString),
}

impl DatabaseUrl {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
            Self::Postgres(url) => url.expose_secret().to_owned(),
        }
    }
}

/// How to reach the database and how much of it to use.
pub struct Settings {
    pub url: DatabaseUrl,
    /// Connections: to PostgreSQL in all, to SQLite for reading (one more writes).
    pub pool_size: usize,
    /// What seals and opens secrets.
    pub keys: SealingKeys,
    /// How long a request waits for a free connection before [`StoreError::Unavailable`].
    pub connection_wait: Duration,
    /// PostgreSQL gives up a statement, a lock or an idle transaction after this.
    pub statement_timeout: Duration,
}

impl Settings {
    /// Sizes and times fit for most; SQLite gets a reader a core.
    pub fn new(url: DatabaseUrl, keys: SealingKeys) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let pool_size = match url {
            DatabaseUrl::Sqlite(_) => cores,
            DatabaseUrl::Postgres(_) => 16,
        };
        Self {
            url,
            pool_size,
            keys,
            connection_wait: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(30),
        }
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer binary has been here: this one would misread what it wrote.
    #[error("the database has the migration {0}, which this version does not know; use the newer version")]
    Newer(String),
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
}

/// A store on SQLite or PostgreSQL.
pub struct Database {
    pools: Pools,
    keys: Arc<SealingKeys>,
    wakes: Arc<Wakes>,
    statements: StatementCount,
    /// What listens for work that other replicas queue; PostgreSQL only.
    listener: Option<AbortHandle>,
    /// What forgets counts that other replicas may have changed; PostgreSQL only.
    forgetter: Option<AbortHandle>,
}

impl Database {
    /// Connects and refuses a database of a newer binary. Does not migrate: see [`Self::migrate`]. Needs a tokio runtime, and a
    /// multi-thread one unless nothing else runs on it, since SQLite works in place.
    pub async fn open(settings: Settings) -> Result<Arc<Self>, OpenError> {
        let (statements, totals) = (StatementCount::default(), Totals::default());
        let Settings { url, pool_size, keys, connection_wait, statement_timeout } = settings;
        let pools = Pools::new(&url, pool_size, connection_wait, statement_timeout, &statements, &totals);
        let wakes = Arc::new(Wakes::default());
        if let Version::Newer(version) = migrations::version(&mut *pools.writer().await?).await? {
            return Err(OpenError::Newer(version));
        }
        let listener = match &url {
            DatabaseUrl::Sqlite(_) => None,
            DatabaseUrl::Postgres(url) => Some(listen::spawn(url.clone(), Arc::clone(&wakes))),
        };
        let forgetter = listener.is_some().then(|| totals.spawn_forgetting());
        Ok(Arc::new(Self { pools, keys: Arc::new(keys), wakes, statements, listener, forgetter }))
    }

    /// Brings the schema up to this binary's; the number of steps applied.
    pub async fn migrate(&self) -> Result<usize, OpenError> {
        let mut conn = self.pools.writer().await?;
        let count = migrations::migrate(&mut conn, &self.keys).await?;
        if count > 0 {
            migrations::forget_older_texts(&mut conn).await?;
        }
        match migrations::version(&mut conn).await? {
            Version::Newer(version) => Err(OpenError::Newer(version)),
            Version::Current | Version::Older => Ok(count),
        }
    }

    /// Where the schema stands.
    pub async fn version(&self) -> Result<Version, StoreError> {
        migrations::version(&mut *self.pools.aside_reader().await?).await
    }

    /// Questions that requests can ask at a time.
    pub fn readers(&self) -> usize {
        self.pools.readers()
    }

    /// Whether no binary has ever migrated it.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        migrations::is_empty(&mut *self.pools.reader().await?).await
    }

    /// Makes sure that there is the quota `default` of new organizations, without limits but those of the reference.
    pub async fn seed_default_quota(
        &self,
        guid: &Guid<OrganizationQuota>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        seed::default_quota(&mut *self.pools.writer().await?, guid, now).await
    }

    /// Statements sent so far.
    pub fn statements(&self) -> u64 {
        self.statements.get()
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.pools
    }

    pub(crate) fn keys(&self) -> &SealingKeys {
        &self.keys
    }

    pub(crate) fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.listener.is_some()
    }

    fn session(&self, conn: Object<Conn>) -> Box<DynReader> {
        Box::new(Session::reader(conn, Arc::clone(&self.keys), Arc::clone(&self.wakes)))
    }
}

/// The same store on the connections set aside: for jobs and the engine, which no crowd of requests may hold up.
pub struct Aside(pub Arc<Database>);

#[async_trait]
impl Store for Aside {
    async fn begin(&self) -> Result<Box<DynTx>, StoreError> {
        self.0.begin().await
    }

    async fn reader(&self) -> Result<Box<DynReader>, StoreError> {
        Ok(self.0.session(self.0.pools.aside_reader().await?))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.0.ping().await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for task in [&self.listener, &self.forgetter].into_iter().flatten() {
            task.abort();
        }
    }
}

/// The schema is not this binary's.
#[derive(Debug, thiserror::Error)]
#[error("the database is not migrated to this version: {0:?}")]
struct NotMigrated(Version);

#[async_trait]
impl Store for Database {
    async fn begin(&self) -> Result<Box<DynTx>, StoreError> {
        let conn = self.pools.writer().await?;
        Ok(Box::new(Session::begin(conn, Arc::clone(&self.keys), Arc::clone(&self.wakes)).await?))
    }

    async fn reader(&self) -> Result<Box<DynReader>, StoreError> {
        Ok(self.session(self.pools.reader().await?))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        match self.version().await? {
            Version::Current => Ok(()),
            other => Err(StoreError::Unavailable(Box::new(NotMigrated(other)))),
        }
    }
}

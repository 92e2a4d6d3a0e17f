//! A connection in use: for questions, or for one transaction. All resources implement their ports on it.

use crate::any::Conn;
use crate::errors::failed;
use crate::job::Wakes;
use crate::seal::SealingKeys;
use async_trait::async_trait;
use cc_domain::store::{Reader, StoreError, Tx};
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncConnection, TransactionManager};
use std::marker::PhantomData;
use std::sync::Arc;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// What a session may do. Read ports are implemented for every `A`, write ports for [`Change`] only, so that a write through a reader does
/// not compile.
pub trait Access: Send + Sync + 'static {
    const IN_TRANSACTION: bool;
}

/// Questions, each its own moment.
pub enum Ask {}
impl Access for Ask {
    const IN_TRANSACTION: bool = false;
}

/// One transaction.
pub enum Change {}
impl Access for Change {
    const IN_TRANSACTION: bool = true;
}

/// A pooled connection with what the adapters need beside it.
pub struct Session<A: Access> {
    /// `None` once the session has ended.
    connection: Option<Object<Conn>>,
    pub keys: Arc<SealingKeys>,
    wakes: Arc<Wakes>,
    has_enqueued: bool,
    access: PhantomData<A>,
}

impl<A: Access> Session<A> {
    fn new(connection: Object<Conn>, keys: Arc<SealingKeys>, wakes: Arc<Wakes>) -> Self {
        Self { connection: Some(connection), keys, wakes, has_enqueued: false, access: PhantomData }
    }

    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut Conn {
        self.connection.as_mut().expect("only the end of the session takes it")
    }

    /// The connection, and the keys that open what it reads.
    pub fn conn_and_keys(&mut self) -> (&mut Conn, &SealingKeys) {
        (self.connection.as_mut().expect("only the end of the session takes it"), &self.keys)
    }
}

impl Session<Ask> {
    pub fn reader(connection: Object<Conn>, keys: Arc<SealingKeys>, wakes: Arc<Wakes>) -> Self {
        Self::new(connection, keys, wakes)
    }
}

impl Session<Change> {
    pub async fn begin(
        mut connection: Object<Conn>,
        keys: Arc<SealingKeys>,
        wakes: Arc<Wakes>,
    ) -> Result<Self, StoreError> {
        Transactions::begin_transaction(&mut *connection).await.map_err(failed)?;
        Ok(Self::new(connection, keys, wakes))
    }

    /// Remembers that the commit has to wake the workers.
    pub fn has_enqueued(&mut self) {
        self.has_enqueued = true;
    }
}

impl<A: Access> Drop for Session<A> {
    /// A transaction that nobody ended (a cancelled request) goes with its connection: back in the pool it would keep its locks until the
    /// next one who gets it.
    fn drop(&mut self) {
        if let (true, Some(connection)) = (A::IN_TRANSACTION, self.connection.take()) {
            connection.totals().forget();
            drop(Object::take(connection));
        }
    }
}

impl<A: Access> Reader for Session<A> {}

#[async_trait]
impl Tx for Session<Change> {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        if self.has_enqueued {
            Wakes::announce(self.conn()).await?;
        }
        Transactions::commit_transaction(self.conn()).await.map_err(failed)?;
        self.conn().totals().forget();
        if self.has_enqueued {
            self.wakes.wake_workers();
        }
        drop(self.connection.take());
        Ok(())
    }

    async fn rollback(mut self: Box<Self>) {
        // Within the transaction rows may have been counted that are gone now.
        self.conn().totals().forget();
        match Transactions::rollback_transaction(self.conn()).await {
            Ok(()) => drop(self.connection.take()),
            Err(error) => tracing::warn!(%error, "rollback failed; the connection is given up"),
        }
    }
}

//! What reading, locking and deleting have in common for all resources. A room says of its entity what [`Stored`] and [`Visible`] want, and
//! keeps to itself what is special.

use crate::any::Conn;
use crate::any::dsl::{All, Lock, LockExt, Pred, TextOneOf};
use crate::any::paging::{Listed, OrderBy, Rows};
use crate::any::sets::{IdSet, Matching};
use crate::errors::failed;
use crate::list::{self, Column, Filter, in_order_of, page_of_ids, with_guids};
use crate::metadata;
use crate::seal::SealingKeys;
use crate::session::{Access, Change, Session};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Order, Page, PageRequest, Scope};
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use diesel::OptionalExtension;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// Rows of one insert: a few columns each stay below the parameters that a database takes.
pub const BATCH: usize = 1_000;

/// Ways in which a row of `T` is seen, of which one is enough; `None` is all rows.
pub type Ways<T> = Option<Vec<Pred<T>>>;

/// An entity with a table of its own.
#[async_trait]
pub trait Stored: Sized + Send + 'static {
    type Table: Listed;
    type Guid: Column<Self::Table, Text> + Default;
    type CreatedAt: Column<Self::Table, BigInt> + Default;
    type UpdatedAt: Column<Self::Table, BigInt> + Default;
    /// Whose labels and annotations are its own, if it has any.
    const OWNER: Option<MetadataOwner>;

    /// Those of a set by row id, in insertion order. The number of statements does not depend on how many there are.
    async fn load(
        connection: (&mut Conn, &SealingKeys),
        which: IdSet<Self::Table>,
    ) -> Result<Vec<(i64, Self)>, StoreError>;
}

/// An entity that is shown to whom the rule for reading it names.
pub trait Visible: Stored {
    /// What a list of them is narrowed by.
    type Filter: Sync;

    /// What a single read finds.
    fn visible(scope: &Scope) -> Ways<Self::Table>;

    /// What a list shows.
    fn listed(scope: &Scope) -> Ways<Self::Table> {
        Self::visible(scope)
    }

    fn filter(filter: &Self::Filter, scope: &Scope) -> Rows<Self::Table>;

    fn order(order: Order) -> OrderBy<Self::Table> {
        list::order::<Self>(order)
    }
}

/// Names the columns that every table has, in an `impl` of [`Stored`].
macro_rules! columns {
    ($table:ident) => {
        columns!($table, updated_at);
    };
    ($table:ident, $updated_at:ident) => {
        type Table = $table::table;
        type Guid = $table::guid;
        type CreatedAt = $table::created_at;
        type UpdatedAt = $table::$updated_at;
    };
}
pub(crate) use columns;

/// The rows of a set in insertion order, each as the `Row` of the room: one statement.
macro_rules! rows {
    ($conn:expr, $which:expr, $id:expr, $source:expr) => {
        $source
            .filter($crate::any::sets::InSetExt::in_set($id, $which))
            .order($id.asc())
            .select(Row::as_select())
            .load::<Row>($conn)
            .await
            .map_err($crate::errors::failed)?
    };
}
pub(crate) use rows;

fn is<E: Stored>(guid: &Guid<E>) -> Pred<E::Table> {
    Pred::is(E::Guid::default(), guid.as_str())
}

/// The row id of a guid; `None` if there is no such row.
pub async fn id_of<E: Stored>(conn: &mut Conn, guid: &Guid<E>) -> Result<Option<i64>, StoreError> {
    Matching::new(All::of(vec![is(guid)])).get_result(conn).await.optional().map_err(failed)
}

/// The row id of a guid that must be there.
pub async fn known_id_of<E: Stored>(conn: &mut Conn, guid: &Guid<E>) -> Result<i64, StoreError> {
    Matching::new(All::of(vec![is(guid)])).get_result(conn).await.map_err(failed)
}

/// As [`id_of`], and locks the row until the transaction ends.
pub async fn lock_id_of<E: Stored>(conn: &mut Conn, guid: &Guid<E>) -> Result<Option<i64>, StoreError> {
    let this = Matching::new(All::of(vec![is(guid)]));
    this.locked(Lock::Update).get_result(conn).await.optional().map_err(failed)
}

/// Guids of those that match, in insertion order.
pub async fn guids_where<E: Stored>(
    conn: &mut Conn,
    filter: All<E::Table>,
) -> Result<Vec<Guid<E>>, StoreError> {
    let guids: Vec<String> =
        Matching::new(filter).in_order().told(E::Guid::default()).load(conn).await.map_err(failed)?;
    Ok(guids.into_iter().map(Guid::new).collect())
}

/// Makes entities of rows and their metadata, which is asked for at once.
pub async fn with_metadata<E: Stored, R>(
    conn: &mut Conn,
    rows: Vec<R>,
    id: impl Fn(&R) -> i64,
    mut entity: impl FnMut(R, Metadata) -> Result<E, StoreError>,
) -> Result<Vec<(i64, E)>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(&id).collect();
    let mut metadata = match E::OWNER {
        Some(owner) => metadata::load(conn, owner, &ids).await?,
        None => HashMap::default(),
    };
    let joined = ids.into_iter().zip(rows);
    joined.map(|(id, row)| Ok((id, entity(row, metadata.remove(&id).unwrap_or_default())?))).collect()
}

impl<A: Access> Session<A> {
    /// The entity of that guid if the scope may see it.
    pub async fn find<E: Visible>(&mut self, guid: &Guid<E>, scope: &Scope) -> Result<Option<E>, StoreError> {
        let which = Filter::<E>::visible(scope).and(is(guid)).joined();
        Ok(self.load_all(IdSet::matching(which)).await?.pop())
    }

    /// A page of what the list shows to the scope.
    pub async fn page<E: Visible>(
        &mut self,
        filter: &E::Filter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<E>, StoreError> {
        self.page_of(&E::filter(filter, scope), page).await
    }

    /// A page of these rows.
    pub async fn page_of<E: Visible>(
        &mut self,
        rows: &Rows<E::Table>,
        page: &PageRequest,
    ) -> Result<Page<E>, StoreError> {
        let ids = page_of_ids(self.conn(), rows, E::order(page.order), page).await?;
        Ok(Page { items: self.load_in_order(&ids.items).await?, total: ids.total })
    }

    /// Those of the row ids, in that order.
    pub async fn load_in_order<E: Stored>(&mut self, ids: &[i64]) -> Result<Vec<E>, StoreError> {
        let loaded = E::load(self.conn_and_keys(), IdSet::list(ids)).await?;
        Ok(in_order_of(ids, loaded))
    }

    /// Those of a set, in insertion order.
    pub async fn load_all<E: Stored>(&mut self, which: IdSet<E::Table>) -> Result<Vec<E>, StoreError> {
        let loaded = E::load(self.conn_and_keys(), which).await?;
        Ok(loaded.into_iter().map(|(_, entity)| entity).collect())
    }

    /// Those that match, in insertion order.
    pub async fn load_where<E: Stored>(&mut self, this: Pred<E::Table>) -> Result<Vec<E>, StoreError> {
        self.load_all(IdSet::matching(All::of(vec![this]))).await
    }

    /// Those of the guids that are there, in insertion order.
    pub async fn by_guids<E: Stored>(&mut self, guids: &[Guid<E>]) -> Result<Vec<E>, StoreError> {
        self.load_all(with_guids::<E>(&texts(guids))).await
    }
}

impl Session<Change> {
    /// The entity of that guid, with its row locked until the transaction ends.
    pub async fn lock<E: Stored>(&mut self, guid: &Guid<E>) -> Result<Option<E>, StoreError> {
        let Some(id) = lock_id_of(self.conn(), guid).await? else { return Ok(None) };
        Ok(self.load_all(IdSet::list(&[id])).await?.pop())
    }

    /// Those of the guids that are there, with their rows locked until the transaction ends.
    pub async fn lock_all<E: Stored>(&mut self, guids: &[Guid<E>]) -> Result<Vec<E>, StoreError> {
        let these =
            Matching::new(All::of(vec![Pred::new(E::Guid::default().one_of(&texts(guids)))])).in_order();
        let ids: Vec<i64> = these.locked(Lock::Update).load(self.conn()).await.map_err(failed)?;
        self.load_all(IdSet::list(&ids)).await
    }

    /// Removes the row and its metadata, if it is there. Nothing may refer to it.
    pub async fn delete<E: Stored>(&mut self, guid: &Guid<E>) -> Result<(), StoreError> {
        let this = Matching::new(All::of(vec![is(guid)])).deleted();
        let gone: Option<i64> = this.get_result(self.conn()).await.optional().map_err(failed)?;
        match E::OWNER {
            Some(owner) => metadata::delete(self.conn(), owner, gone.as_slice()).await,
            None => Ok(()),
        }
    }
}

//! The two statements every list is made of: the ids of a page, and the number of all members.

use super::backend::Any;
use super::dsl::{All, Erased};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{AppearsOnTable, QueryResult, Table, sql_types as st};
use std::marker::PhantomData;

/// What a list is ordered by, chosen at run time. The row id is always the last key, so that pages never overlap.
pub struct OrderBy<T> {
    key: Option<Erased>,
    descending: bool,
    table: PhantomData<fn() -> T>,
}

impl<T> OrderBy<T> {
    /// Oldest row first, or the newest.
    pub fn insertion(descending: bool) -> Self {
        Self { key: None, descending, table: PhantomData }
    }

    pub fn column<E>(column: E, descending: bool) -> Self
    where
        E: AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
    {
        Self { key: Some(Box::new(column)), descending, table: PhantomData }
    }
}

/// What the name or the key of a table is written with.
pub trait Piece: QueryFragment<Any> + Send + Sync + 'static {}
impl<P: QueryFragment<Any> + Send + Sync + 'static> Piece for P {}

/// A table whose name and key can be written.
pub trait Listed: Table<FromClause: Piece, PrimaryKey: Piece> + Default + Send + Sync + 'static {}
impl<T: Table<FromClause: Piece, PrimaryKey: Piece> + Default + Send + Sync + 'static> Listed for T {}

/// `SELECT id FROM t WHERE … ORDER BY …, id LIMIT … OFFSET …`
pub struct PageIds<'a, T: Listed> {
    source: T::FromClause,
    key: T::PrimaryKey,
    filter: &'a All<T>,
    order: &'a OrderBy<T>,
    limit: i64,
    offset: i64,
}

impl<'a, T: Listed> PageIds<'a, T> {
    pub fn new(filter: &'a All<T>, order: &'a OrderBy<T>, limit: i64, offset: i64) -> Self {
        let table = T::default();
        Self { source: table.from_clause(), key: table.primary_key(), filter, order, limit, offset }
    }
}

impl<T: Listed> QueryId for PageIds<'_, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Listed> Query for PageIds<'_, T> {
    type SqlType = st::BigInt;
}
impl<T: Listed> QueryFragment<Any> for PageIds<'_, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        let direction = if self.order.descending { " DESC" } else { " ASC" };
        out.push_sql("SELECT ");
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.filter.walk_ast(out.reborrow())?;
        out.push_sql(" ORDER BY ");
        if let Some(column) = &self.order.key {
            column.walk_ast(out.reborrow())?;
            out.push_sql(direction);
            out.push_sql(", ");
        }
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(direction);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<st::BigInt, i64>(&self.limit)?;
        out.push_sql(" OFFSET ");
        out.push_bind_param::<st::BigInt, i64>(&self.offset)?;
        Ok(())
    }
}

/// `SELECT COUNT(*) FROM t WHERE …`
pub struct Count<'a, T: Listed> {
    source: T::FromClause,
    filter: &'a All<T>,
}

impl<'a, T: Listed> Count<'a, T> {
    pub fn new(filter: &'a All<T>) -> Self {
        Self { source: T::default().from_clause(), filter }
    }
}

impl<T: Listed> QueryId for Count<'_, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Listed> Query for Count<'_, T> {
    type SqlType = st::BigInt;
}
impl<T: Listed> QueryFragment<Any> for Count<'_, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*) FROM ");
        self.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.filter.walk_ast(out)
    }
}

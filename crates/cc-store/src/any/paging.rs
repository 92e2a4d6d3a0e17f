//! The two statements every list is made of: the ids of a page, and the number of all members.

use super::backend::Any;
use super::dsl::{All, Erased, Pred};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{AppearsOnTable, QueryResult, Table, sql_types as st};
use std::marker::PhantomData;
use std::sync::Arc;

/// What a list is ordered by, chosen at run time. The row id is always the last key, so that pages never overlap.
pub struct OrderBy<T> {
    key: Option<Erased>,
    second: Option<Erased>,
    descending: bool,
    table: PhantomData<fn() -> T>,
}

impl<T> OrderBy<T> {
    /// Oldest row first, or the newest.
    pub fn insertion(descending: bool) -> Self {
        Self { key: None, second: None, descending, table: PhantomData }
    }

    pub fn column<E>(column: E, descending: bool) -> Self
    where
        E: AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
    {
        Self { key: Some(Arc::new(column)), second: None, descending, table: PhantomData }
    }

    /// Rows with the same first key stand by this one. Only for lists whose rows are all found in one way, as [`All`] says them.
    pub fn then<E>(mut self, column: E) -> Self
    where
        E: AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
    {
        self.second = Some(Arc::new(column));
        self
    }
}

/// What the name or the key of a table is written with.
pub trait Piece: QueryFragment<Any> + Send + Sync + 'static {}
impl<P: QueryFragment<Any> + Send + Sync + 'static> Piece for P {}

/// A table whose name and key can be written.
pub trait Listed: Table<FromClause: Piece, PrimaryKey: Piece> + Default + Send + Sync + 'static {}
impl<T: Table<FromClause: Piece, PrimaryKey: Piece> + Default + Send + Sync + 'static> Listed for T {}

/// Rows of `T` that match one of several filters; a row that matches two is there once.
pub struct Rows<T: Listed> {
    source: T::FromClause,
    key: T::PrimaryKey,
    ways: Vec<All<T>>,
}

impl<T: Listed> Rows<T> {
    /// Each of the filters is asked on its own, from an index of its own: PostgreSQL looks at all rows for an `OR` of subselects.
    pub fn of(mut ways: Vec<All<T>>) -> Self {
        if ways.is_empty() {
            ways.push(All::of(vec![Pred::any_of(Vec::new())]));
        }
        let table = T::default();
        Self { source: table.from_clause(), key: table.primary_key(), ways }
    }

    /// Selects the ids, or `what`: with one filter from the table itself, else from a union of what the filters select.
    fn select<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, Any>,
        what: Option<&str>,
        order: Option<&'b Erased>,
    ) -> QueryResult<()> {
        if let [filter] = self.ways.as_slice() {
            out.push_sql("SELECT ");
            match what {
                Some(what) => out.push_sql(what),
                None => self.key.walk_ast(out.reborrow())?,
            }
            return self.named(out, filter);
        }
        out.push_sql("SELECT ");
        out.push_sql(what.unwrap_or("\"id\""));
        out.push_sql(" FROM (");
        for (i, filter) in self.ways.iter().enumerate() {
            out.push_sql(if i == 0 { "SELECT " } else { " UNION SELECT " });
            self.key.walk_ast(out.reborrow())?;
            out.push_sql(" AS \"id\"");
            if let Some(column) = order {
                out.push_sql(", ");
                column.walk_ast(out.reborrow())?;
                out.push_sql(" AS \"key\"");
            }
            self.named(out, filter)?;
        }
        out.push_sql(") AS \"seen\"");
        Ok(())
    }

    fn named<'b>(&'b self, out: &mut AstPass<'_, 'b, Any>, filter: &'b All<T>) -> QueryResult<()> {
        out.push_sql(" FROM ");
        self.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        filter.walk_ast(out.reborrow())
    }

    /// Whether these are all rows of the table.
    pub fn is_whole_table(&self) -> bool {
        matches!(self.ways.as_slice(), [filter] if filter.is_always())
    }

    fn is_table(&self) -> bool {
        self.ways.len() == 1
    }
}

impl<T: Listed> From<All<T>> for Rows<T> {
    fn from(filter: All<T>) -> Self {
        Self::of(vec![filter])
    }
}

/// `SELECT id FROM t WHERE … ORDER BY …, id LIMIT … OFFSET …`
pub struct PageIds<'a, T: Listed> {
    rows: &'a Rows<T>,
    order: &'a OrderBy<T>,
    limit: i64,
    offset: i64,
}

impl<'a, T: Listed> PageIds<'a, T> {
    pub fn new(rows: &'a Rows<T>, order: &'a OrderBy<T>, limit: i64, offset: i64) -> Self {
        Self { rows, order, limit, offset }
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
        let column = self.order.key.as_ref();
        self.rows.select(&mut out, None, column)?;
        out.push_sql(" ORDER BY ");
        if let Some(column) = column {
            if self.rows.is_table() {
                column.walk_ast(out.reborrow())?;
            } else {
                out.push_sql("\"key\"");
            }
            out.push_sql(direction);
            out.push_sql(", ");
        }
        if let Some(second) = self.order.second.as_ref().filter(|_| self.rows.is_table()) {
            second.walk_ast(out.reborrow())?;
            out.push_sql(direction);
            out.push_sql(", ");
        }
        if self.rows.is_table() {
            self.rows.key.walk_ast(out.reborrow())?;
        } else {
            out.push_sql("\"id\"");
        }
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
    rows: &'a Rows<T>,
}

impl<'a, T: Listed> Count<'a, T> {
    pub fn new(rows: &'a Rows<T>) -> Self {
        Self { rows }
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
        self.rows.select(&mut out, Some("COUNT(*)"), None)
    }
}

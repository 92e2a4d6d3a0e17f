//! Sets of ids and of guids with their query erased: what visibility and filters by parent are made of. A set knows of which table it is,
//! and so does a column: the apps of a set of organizations do not compile.

use super::backend::{Any, Bind};
use super::dsl::{All, Erased, Pred};
use super::paging::Listed;
use diesel::QueryResult;
use diesel::dsl::{AssumeNotNull, Select};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::SelectDsl;
use diesel::sql_types as st;
use std::marker::PhantomData;
use std::sync::Arc;

/// Row ids of the table `T`, as what a set or a column is of.
pub struct Ids<T>(PhantomData<fn() -> T>);
/// Guids of rows of the table `T`.
pub struct Guids<T>(PhantomData<fn() -> T>);

pub type IdSet<T> = Set<Ids<T>>;
pub type GuidSet<T> = Set<Guids<T>>;

/// A column of `K`: the key of a table or a reference to it, see `schema`.
pub trait Holds<K>: Expression {}
impl<K, C> Holds<K> for AssumeNotNull<C>
where
    C: Holds<K>,
    Self: Expression,
{
}

/// A set of `K`: a subselect, or a list.
pub struct Set<K>(Members, PhantomData<fn() -> K>);

enum Members {
    Selected(Erased),
    Listed(Bind),
}

impl<K> Set<K> {
    fn selected(query: impl QueryFragment<Any> + Send + Sync + 'static) -> Self {
        Self(Members::Selected(Arc::new(query)), PhantomData)
    }

    /// What `column` has in these rows.
    pub fn of<Q, C>(rows: Q, column: C) -> Self
    where
        C: Holds<K>,
        Q: SelectDsl<C>,
        Select<Q, C>: AsQuery,
        <Select<Q, C> as AsQuery>::Query: Query + QueryFragment<Any> + Send + Sync + 'static,
    {
        Self::selected(rows.select(column).as_query())
    }

    pub fn union(self, other: Self) -> Self {
        Self::selected(Union(self.0, other.0))
    }

    /// Rows of `T` whose `column` is in the set.
    pub fn holds<T: 'static, C>(self, column: C) -> Pred<T>
    where
        C: Holds<K> + AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
    {
        Pred::new(column.in_set(self))
    }
}

impl<T: Listed> IdSet<T> {
    /// The rows that match.
    pub fn matching(filter: All<T>) -> Self {
        Self::selected(Matching::new(filter))
    }

    pub fn list(ids: &[i64]) -> Self {
        Self(Members::Listed(Bind::I64List(ids.to_vec())), PhantomData)
    }

    /// Rows that are in the set.
    pub fn holds_row(self) -> Pred<T> {
        Pred::raw(InSet { expression: T::default().primary_key(), set: self.0 })
    }
}

impl QueryFragment<Any> for Members {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        match self {
            Self::Selected(query) => query.walk_ast(out),
            Self::Listed(list) => {
                let (open, close) = match out.backend() {
                    Any::Postgres => ("SELECT unnest(", ")"),
                    Any::Sqlite => ("SELECT value FROM json_each(", ")"),
                };
                out.push_sql(open);
                out.push_bind_param::<st::Text, Bind>(list)?;
                out.push_sql(close);
                Ok(())
            }
        }
    }
}

struct Union(Members, Members);
impl QueryFragment<Any> for Union {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" UNION ");
        self.1.walk_ast(out)
    }
}

/// `SELECT id FROM t WHERE …`
pub struct Matching<T: Listed> {
    source: T::FromClause,
    key: T::PrimaryKey,
    filter: All<T>,
    in_order: bool,
}

impl<T: Listed> Matching<T> {
    pub fn new(filter: All<T>) -> Self {
        let table = T::default();
        Self { source: table.from_clause(), key: table.primary_key(), filter, in_order: false }
    }

    /// Oldest row first: what locks several rows does it in this order.
    pub fn in_order(self) -> Self {
        Self { in_order: true, ..self }
    }

    /// A column of them in place of their ids.
    pub fn told<C>(self, column: C) -> Told<T, C> {
        Told { column, of: self }
    }

    /// `DELETE FROM t WHERE … RETURNING id`
    pub fn deleted(self) -> Deleted<T> {
        Deleted(self)
    }
}

impl<T: Listed> QueryId for Matching<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Listed> Query for Matching<T> {
    type SqlType = st::BigInt;
}
impl<T: Listed> QueryFragment<Any> for Matching<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.key.walk_ast(out.reborrow())?;
        self.walk_rest(out)
    }
}
impl<T: Listed> Matching<T> {
    fn walk_rest<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql(" FROM ");
        self.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.filter.walk_ast(out.reborrow())?;
        if self.in_order {
            out.push_sql(" ORDER BY ");
            self.key.walk_ast(out)?;
        }
        Ok(())
    }
}

/// `SELECT column FROM t WHERE … ORDER BY id`
pub struct Told<T: Listed, C> {
    column: C,
    of: Matching<T>,
}

impl<T: Listed, C> QueryId for Told<T, C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Listed, C: Expression> Query for Told<T, C> {
    type SqlType = C::SqlType;
}
impl<T: Listed, C: QueryFragment<Any>> QueryFragment<Any> for Told<T, C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.column.walk_ast(out.reborrow())?;
        self.of.walk_rest(out)
    }
}

pub struct Deleted<T: Listed>(Matching<T>);

impl<T: Listed> QueryId for Deleted<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Listed> Query for Deleted<T> {
    type SqlType = st::BigInt;
}
impl<T: Listed> QueryFragment<Any> for Deleted<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        self.0.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.0.filter.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING ");
        self.0.key.walk_ast(out)
    }
}

/// `expression IN (set)`; a list is written as in [`super::dsl::OneOf`].
pub struct InSet<E> {
    expression: E,
    set: Members,
}

pub trait InSetExt: Expression + Sized {
    fn in_set<K>(self, set: Set<K>) -> InSet<Self>
    where
        Self: Holds<K>,
    {
        InSet { expression: self, set: set.0 }
    }
}
impl<E: Expression> InSetExt for E {}

impl<E> QueryId for InSet<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<E: Expression> Expression for InSet<E> {
    type SqlType = st::Bool;
}
impl<E: AppearsOnTable<S>, S> AppearsOnTable<S> for InSet<E> {}
impl<E, S> SelectableExpression<S> for InSet<E> where Self: AppearsOnTable<S> {}
impl<E, G> ValidGrouping<G> for InSet<E> {
    type IsAggregate = is_aggregate::No;
}
impl<E: QueryFragment<Any>> QueryFragment<Any> for InSet<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.expression.walk_ast(out.reborrow())?;
        if let (Members::Listed(list), Any::Postgres) = (&self.set, out.backend()) {
            out.push_sql(" = ANY(");
            out.push_bind_param::<st::Text, Bind>(list)?;
        } else {
            out.push_sql(" IN (");
            self.set.walk_ast(out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }
}

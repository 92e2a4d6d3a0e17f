//! Sets of row ids with their query erased: what visibility and filters by parent are made of.

use super::backend::{Any, Bind};
use super::dsl::{All, Erased, Pred};
use super::paging::Listed;
use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types as st;
use std::sync::Arc;

/// Ids of rows of some table: a subselect, or a list. Which table is the author's knowledge.
pub struct IdSet(Members);

enum Members {
    Selected(Erased),
    Listed(Bind),
}

impl IdSet {
    /// The one column that the query selects.
    pub fn of<Q>(query: Q) -> Self
    where
        Q: AsQuery,
        Q::Query: Query + QueryFragment<Any> + Send + Sync + 'static,
    {
        Self(Members::Selected(Arc::new(query.as_query())))
    }

    /// The rows of `T` that match.
    pub fn matching<T: Listed>(filter: All<T>) -> Self {
        let table = T::default();
        Self(Members::Selected(Arc::new(Matching {
            source: table.from_clause(),
            key: table.primary_key(),
            filter,
        })))
    }

    pub fn list(ids: &[i64]) -> Self {
        Self(Members::Listed(Bind::I64List(ids.to_vec())))
    }

    pub fn union(self, other: Self) -> Self {
        Self(Members::Selected(Arc::new(Union(self.0, other.0))))
    }

    /// Rows of `T` whose `column` is in the set.
    pub fn holds<T: 'static, E>(self, column: E) -> Pred<T>
    where
        E: Expression + AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
    {
        Pred::new(column.in_set(self))
    }

    /// Rows of `T` that are in the set.
    pub fn holds_row<T: Listed>(self) -> Pred<T> {
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

struct Matching<F, K, T> {
    source: F,
    key: K,
    filter: All<T>,
}
impl<F: QueryFragment<Any>, K: QueryFragment<Any>, T> QueryFragment<Any> for Matching<F, K, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.source.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.filter.walk_ast(out)
    }
}

/// `expression IN (set)`; a list is written as in [`super::dsl::OneOf`].
pub struct InSet<E> {
    expression: E,
    set: Members,
}

pub trait InSetExt: Expression + Sized {
    fn in_set(self, set: IdSet) -> InSet<Self> {
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

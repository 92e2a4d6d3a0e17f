//! The pieces of a query that diesel leaves for each backend to write.

use super::backend::Any;
use diesel::QueryResult;
use diesel::insertable::CanInsertInSingleQuery;
use diesel::internal::derives::multiconnection::{BatchInsert, BoxedLimitOffsetClause, LimitOffsetClause};
use diesel::query_builder::{
    All, AstPass, Distinct, IntoBoxedClause, ParenthesisWrapper, QueryFragment, SupportsCombinationClause,
    Union,
};

impl<L: QueryFragment<Any>, O: QueryFragment<Any>> QueryFragment<Any> for LimitOffsetClause<L, O> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out.reborrow())?;
        self.offset_clause.walk_ast(out)
    }
}

impl<'a, L, O> IntoBoxedClause<'a, Any> for LimitOffsetClause<L, O>
where
    L: QueryFragment<Any> + Send + 'a,
    O: QueryFragment<Any> + Send + 'a,
{
    type BoxedClause = BoxedLimitOffsetClause<'a, Any>;

    fn into_boxed(self) -> Self::BoxedClause {
        BoxedLimitOffsetClause {
            limit: Some(Box::new(self.limit_clause)),
            offset: Some(Box::new(self.offset_clause)),
        }
    }
}

impl QueryFragment<Any> for BoxedLimitOffsetClause<'_, Any> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        if let Some(limit) = &self.limit {
            limit.walk_ast(out.reborrow())?;
        }
        if let Some(offset) = &self.offset {
            offset.walk_ast(out)?;
        }
        Ok(())
    }
}

impl<V, T, Id, const STATIC: bool> CanInsertInSingleQuery<Any> for BatchInsert<Vec<V>, T, Id, STATIC> {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

impl<T: QueryFragment<Any>> QueryFragment<Any> for ParenthesisWrapper<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.inner.walk_ast(out)
    }
}

impl SupportsCombinationClause<Union, Distinct> for Any {}
impl SupportsCombinationClause<Union, All> for Any {}

//! The nodes that queries outside this folder use: erased predicates, lists of values, row locks, orders chosen at run time.

use super::backend::{Any, Bind};
use diesel::QueryResult;
use diesel::backend::sql_dialect::default_keyword_for_insert::SupportsDefaultKeyword;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types as st;
use std::marker::PhantomData;
use std::sync::Arc;

/// A column that an insert leaves out would need DEFAULT, which SQLite lacks inside VALUES. This promises support to the batch insert
/// and has no fragment for it, so an insertable that could leave a column out does not compile.
pub struct NoDefaults;
impl SupportsDefaultKeyword for NoDefaults {}

pub(super) type Erased = Arc<dyn QueryFragment<Any> + Send + Sync>;

/// A predicate over table `T` with its type erased, so that a filter is a list of them.
pub struct Pred<T> {
    sql: Erased,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for Pred<T> {
    fn clone(&self) -> Self {
        Self { sql: Arc::clone(&self.sql), table: PhantomData }
    }
}

impl<T: 'static> Pred<T> {
    pub fn new<E>(expression: E) -> Self
    where
        E: AppearsOnTable<T> + QueryFragment<Any> + Send + Sync + 'static,
        E::SqlType: st::BoolOrNullableBool,
    {
        Self { sql: Arc::new(expression), table: PhantomData }
    }

    /// A fragment that is a condition on `T` by construction.
    pub(super) fn raw(fragment: impl QueryFragment<Any> + Send + Sync + 'static) -> Self {
        Self { sql: Arc::new(fragment), table: PhantomData }
    }

    /// `column` is this text.
    pub fn is<E>(column: E, text: &str) -> Self
    where
        E: AppearsOnTable<T> + Expression<SqlType = st::Text> + QueryFragment<Any> + Send + Sync + 'static,
    {
        Self::raw(Is { column, text: text.to_owned() })
    }

    pub fn always() -> Self {
        Self::raw(Joined { parts: Vec::new(), between: "", empty: "1 = 1" })
    }

    pub fn negated(self) -> Self {
        Self { sql: Arc::new(Not(self.sql)), table: PhantomData }
    }

    /// All of the predicates; none means true.
    pub fn all_of(predicates: Vec<Self>) -> Self {
        Self::raw(Joined { parts: erased(predicates), between: " AND ", empty: "1 = 1" })
    }

    /// At least one of the predicates; none means false.
    pub fn any_of(predicates: Vec<Self>) -> Self {
        Self {
            sql: Arc::new(Joined { parts: erased(predicates), between: " OR ", empty: "1 = 0" }),
            table: PhantomData,
        }
    }
}

fn erased<T>(predicates: Vec<Pred<T>>) -> Vec<Erased> {
    predicates.into_iter().map(|p| p.sql).collect()
}

struct Is<E> {
    column: E,
    text: String,
}
impl<E: QueryFragment<Any>> QueryFragment<Any> for Is<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        out.push_bind_param::<st::Text, str>(&self.text)
    }
}

struct Not(Erased);
impl QueryFragment<Any> for Not {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql("NOT (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

struct Joined {
    parts: Vec<Erased>,
    between: &'static str,
    empty: &'static str,
}
impl QueryFragment<Any> for Joined {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        if self.parts.is_empty() {
            out.push_sql(self.empty);
        }
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                out.push_sql(self.between);
            }
            out.push_sql("(");
            part.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}

/// All of the predicates over `T`; none means true. May stand in a `filter`.
pub struct All<T> {
    joined: Joined,
    table: PhantomData<fn() -> T>,
}

impl<T> All<T> {
    pub fn of(predicates: Vec<Pred<T>>) -> Self {
        Self {
            joined: Joined { parts: erased(predicates), between: " AND ", empty: "1 = 1" },
            table: PhantomData,
        }
    }
}

impl<T> All<T> {
    /// Whether it holds for every row, since there is nothing that must.
    pub fn is_always(&self) -> bool {
        self.joined.parts.is_empty()
    }
}

impl<T> QueryId for All<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T> Expression for All<T> {
    type SqlType = st::Bool;
}
impl<T> AppearsOnTable<T> for All<T> {}
impl<T> SelectableExpression<T> for All<T> {}
impl<T, G> ValidGrouping<G> for All<T> {
    type IsAggregate = is_aggregate::Never;
}
impl<T> QueryFragment<Any> for All<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.joined.walk_ast(out)
    }
}

/// `expression = ANY($n)` on PostgreSQL, `expression IN (SELECT value FROM json_each(?))` on SQLite: the text does not depend on how
/// many values there are, so the prepared statement is found again.
#[derive(Debug, Clone)]
pub struct OneOf<E> {
    expression: E,
    list: Bind,
}

impl<E> QueryId for OneOf<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<E: Expression> Expression for OneOf<E> {
    type SqlType = st::Bool;
}
impl<E: AppearsOnTable<S>, S> AppearsOnTable<S> for OneOf<E> {}
impl<E, S> SelectableExpression<S> for OneOf<E> where Self: AppearsOnTable<S> {}
impl<E, G> ValidGrouping<G> for OneOf<E> {
    type IsAggregate = is_aggregate::No;
}
impl<E: QueryFragment<Any>> QueryFragment<Any> for OneOf<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.expression.walk_ast(out.reborrow())?;
        let (open, close) = match out.backend() {
            Any::Postgres => (" = ANY(", ")"),
            Any::Sqlite => (" IN (SELECT value FROM json_each(", "))"),
        };
        out.push_sql(open);
        out.push_bind_param::<st::Text, Bind>(&self.list)?;
        out.push_sql(close);
        Ok(())
    }
}

/// Lists of texts. Not diesel's `eq_any(vec)`, whose text changes with the length.
pub trait TextOneOf: Expression + Sized
where
    Self::SqlType: st::SqlType,
{
    fn one_of(self, list: &[String]) -> OneOf<Self> {
        OneOf { expression: self, list: Bind::TextList(list.to_vec()) }
    }
}
impl<E: Expression> TextOneOf for E where E::SqlType: IsText + st::SqlType {}

/// Text columns, nullable or not.
pub trait IsText {}
impl IsText for st::Text {}
impl IsText for st::Nullable<st::Text> {}

/// Lists of row ids.
pub trait IdOneOf: Expression + Sized
where
    Self::SqlType: st::SqlType,
{
    fn one_of_ids(self, list: &[i64]) -> OneOf<Self> {
        OneOf { expression: self, list: Bind::I64List(list.to_vec()) }
    }
}
impl<E: Expression> IdOneOf for E where E::SqlType: IsId + st::SqlType {}

/// Key columns, nullable or not.
pub trait IsId {}
impl IsId for st::BigInt {}
impl IsId for st::Nullable<st::BigInt> {}

/// Where a text stands in another: `strpos(a, b)` on PostgreSQL, `instr(a, b)` on SQLite. Case counts on both, unlike with LIKE.
pub struct Position<E> {
    expression: E,
    text: String,
    is_first: bool,
}

impl<E> QueryId for Position<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<E: Expression> Expression for Position<E> {
    type SqlType = st::Bool;
}
impl<E: AppearsOnTable<S>, S> AppearsOnTable<S> for Position<E> {}
impl<E, S> SelectableExpression<S> for Position<E> where Self: AppearsOnTable<S> {}
impl<E, G> ValidGrouping<G> for Position<E> {
    type IsAggregate = is_aggregate::No;
}
impl<E: QueryFragment<Any>> QueryFragment<Any> for Position<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        out.push_sql(match out.backend() {
            Any::Postgres => "strpos(",
            Any::Sqlite => "instr(",
        });
        self.expression.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        out.push_bind_param::<st::Text, str>(&self.text)?;
        out.push_sql(if self.is_first { ") = 1" } else { ") > 0" });
        Ok(())
    }
}

/// Parts of texts.
pub trait TextPosition: Expression<SqlType = st::Text> + Sized {
    fn has_text(self, text: String) -> Position<Self> {
        Position { expression: self, text, is_first: false }
    }

    fn begins_with(self, text: String) -> Position<Self> {
        Position { expression: self, text, is_first: true }
    }
}
impl<E: Expression<SqlType = st::Text>> TextPosition for E {}

/// How a read row is held until the transaction ends. SQLite needs none of it: there the writer holds the file.
#[derive(Debug, Clone, Copy)]
pub enum Lock {
    /// Against other writers; children whose foreign key points here may still be inserted.
    Update,
    /// As `Update`, passing over rows that somebody else holds.
    UpdateSkipLocked,
}

#[derive(Debug, Clone)]
pub struct Locked<Q> {
    query: Q,
    lock: Lock,
}

pub trait LockExt: Sized {
    fn locked(self, lock: Lock) -> Locked<Self> {
        Locked { query: self, lock }
    }
}
impl<Q: AsQuery> LockExt for Q {}

impl<Q> QueryId for Locked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}
impl<Q: QueryFragment<Any>> QueryFragment<Any> for Locked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        if *out.backend() == Any::Postgres {
            out.push_sql(match self.lock {
                Lock::Update => " FOR NO KEY UPDATE",
                Lock::UpdateSkipLocked => " FOR NO KEY UPDATE SKIP LOCKED",
            });
        }
        Ok(())
    }
}

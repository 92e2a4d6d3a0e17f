//! The backend itself: dialect, bind values, and the types that cross.

use super::dsl::NoDefaults;
use diesel::QueryResult;
use diesel::backend::sql_dialect::{self as dialect, on_conflict_clause};
use diesel::backend::{Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::{BindCollector, QueryBuilder};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{self as st, HasSqlType, TypeMetadata};
use diesel::sqlite::Sqlite;
use std::fmt::Write as _;

/// The one backend that queries are written for. Which engine it is shows only when a query is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Any {
    Postgres,
    Sqlite,
}

/// The column types that the schema uses, coarse enough for both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    I32,
    I64,
    F64,
    Text,
    Bytes,
    /// Diesel wants metadata for types that no column of ours has.
    Unsupported,
}

/// A value on its way into a statement, owned so that it may cross to a driver.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    Null(Kind),
    Bool(bool),
    I32(i32),
    I64(i64),
    F64(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// An array on PostgreSQL, JSON text on SQLite; see [`super::dsl::OneOf`].
    TextList(Vec<String>),
    /// As [`Bind::TextList`].
    I64List(Vec<i64>),
}

/// Where `ToSql` leaves its value.
#[derive(Default)]
pub struct BindSlot(Option<Bind>);

impl From<Bind> for BindSlot {
    fn from(bind: Bind) -> Self {
        Self(Some(bind))
    }
}

/// The binds of a statement in the order of their placeholders.
#[derive(Default)]
pub struct Binds(pub Vec<Bind>);

impl<'a> BindCollector<'a, Any> for Binds {
    type Buffer = BindSlot;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut ()) -> QueryResult<()>
    where
        Any: HasSqlType<T>,
        U: ToSql<T, Any> + ?Sized + 'a,
    {
        let mut out = Output::<Any>::new(BindSlot::default(), lookup);
        let null = bind.to_sql(&mut out).map_err(diesel::result::Error::SerializationError)?;
        let slot = out.into_inner();
        self.0.push(match (null, slot.0) {
            (IsNull::No, Some(value)) => value,
            (IsNull::No, None) | (IsNull::Yes, _) => Bind::Null(<Any as HasSqlType<T>>::metadata(lookup)),
        });
        Ok(())
    }

    fn push_null_value(&mut self, kind: Kind) -> QueryResult<()> {
        self.0.push(Bind::Null(kind));
        Ok(())
    }
}

/// A column's value as the driver gave it.
pub enum AnyValue<'a> {
    Postgres(PgValue<'a>),
    Sqlite(<Sqlite as Backend>::RawValue<'a>),
}

/// Writes the SQL text: identifiers in double quotes, placeholders as the flavour has them.
pub struct AnyQueryBuilder {
    flavour: Any,
    sql: String,
    placeholders: u32,
}

impl AnyQueryBuilder {
    pub fn new(flavour: Any) -> Self {
        Self { flavour, sql: String::with_capacity(512), placeholders: 0 }
    }
}

impl QueryBuilder<Any> for AnyQueryBuilder {
    fn push_sql(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        let _ = write!(self.sql, "\"{identifier}\"");
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.placeholders += 1;
        match self.flavour {
            Any::Postgres => {
                let _ = write!(self.sql, "${}", self.placeholders);
            }
            Any::Sqlite => self.sql.push('?'),
        }
    }

    fn finish(self) -> String {
        self.sql
    }
}

impl Backend for Any {
    type QueryBuilder = AnyQueryBuilder;
    type RawValue<'a> = AnyValue<'a>;
    type BindCollector<'a> = Binds;
}

impl TypeMetadata for Any {
    type TypeMetadata = Kind;
    type MetadataLookup = ();
}

impl DieselReserveSpecialization for Any {}
impl TrustedBackend for Any {}

/// `ON CONFLICT` as both engines read it.
#[derive(Debug, Clone, Copy)]
pub struct OnConflict;
impl on_conflict_clause::SupportsOnConflictClause for OnConflict {}
impl on_conflict_clause::SupportsOnConflictClauseWhere for OnConflict {}
impl on_conflict_clause::PgLikeOnConflictClause for OnConflict {}

impl SqlDialect for Any {
    type ReturningClause = dialect::returning_clause::PgLikeReturningClause;
    type OnConflictClause = OnConflict;
    type InsertWithDefaultKeyword = NoDefaults;
    type BatchInsertSupport = dialect::batch_insert_support::PostgresLikeBatchInsertSupport;
    type ConcatClause = dialect::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = dialect::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type SelectStatementSyntax = dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type ExistsSyntax = dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = dialect::array_comparison::AnsiSqlArrayComparison;
    type AliasSyntax = dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport = dialect::window_frame_clause_group_support::IsoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport = dialect::window_frame_exclusion_support::FrameExclusionSupport;
    type AggregateFunctionExpressions =
        dialect::aggregate_function_expressions::PostgresLikeAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder = dialect::built_in_window_function_require_order::NoOrderRequired;
}

/// `sql_kind! { Bool => Bool }` is `impl HasSqlType<Bool> for Any` with that [`Kind`].
macro_rules! sql_kind { ($($sql:ident => $kind:ident),* $(,)?) => { $(
    impl HasSqlType<st::$sql> for Any {
        fn metadata(_: &mut ()) -> Kind {
            Kind::$kind
        }
    }
)* } }
sql_kind! {
    Bool => Bool, Integer => I32, BigInt => I64, Double => F64, Text => Text, Binary => Bytes,
    SmallInt => Unsupported, Float => Unsupported, Date => Unsupported, Time => Unsupported, Timestamp => Unsupported,
}

/// `value! { Text, str, String, |v| Bind::Text(v.to_owned()) }` writes a `str` as that bind and reads a `String` through the driver.
macro_rules! value { ($($sql:ident, $borrowed:ty, $owned:ty, |$v:ident| $bind:expr);* $(;)?) => { $(
    impl ToSql<st::$sql, Any> for $borrowed {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Any>) -> diesel::serialize::Result {
            let $v = self;
            out.set_value($bind);
            Ok(IsNull::No)
        }
    }
    impl FromSql<st::$sql, Any> for $owned {
        fn from_sql(value: AnyValue<'_>) -> deserialize::Result<Self> {
            match value {
                AnyValue::Postgres(v) => <$owned as FromSql<st::$sql, Pg>>::from_sql(v),
                AnyValue::Sqlite(v) => <$owned as FromSql<st::$sql, Sqlite>>::from_sql(v),
            }
        }
    }
)* } }
value! {
    Bool, bool, bool, |v| Bind::Bool(*v);
    Integer, i32, i32, |v| Bind::I32(*v);
    BigInt, i64, i64, |v| Bind::I64(*v);
    Double, f64, f64, |v| Bind::F64(*v);
    Binary, [u8], Vec<u8>, |v| Bind::Bytes(v.to_vec());
}

/// A text that no column can hold. Every text that goes into a statement passes here, whichever door it came in by, so that both engines
/// refuse the same.
#[derive(Debug, thiserror::Error)]
#[error("a text holds U+0000")]
pub struct HoldsNul;

fn storable(text: &str) -> Result<&str, HoldsNul> {
    if text.contains('\0') { Err(HoldsNul) } else { Ok(text) }
}

impl ToSql<st::Text, Any> for str {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Any>) -> diesel::serialize::Result {
        out.set_value(Bind::Text(storable(self)?.to_owned()));
        Ok(IsNull::No)
    }
}

impl FromSql<st::Text, Any> for String {
    fn from_sql(value: AnyValue<'_>) -> deserialize::Result<Self> {
        match value {
            AnyValue::Postgres(v) => <Self as FromSql<st::Text, Pg>>::from_sql(v),
            AnyValue::Sqlite(v) => <Self as FromSql<st::Text, Sqlite>>::from_sql(v),
        }
    }
}

impl ToSql<st::Text, Any> for Bind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Any>) -> diesel::serialize::Result {
        match self {
            Self::Text(text) => {
                storable(text)?;
            }
            Self::TextList(texts) => texts.iter().try_for_each(|text| storable(text).map(drop))?,
            _ => {}
        }
        out.set_value(self.clone());
        Ok(IsNull::No)
    }
}

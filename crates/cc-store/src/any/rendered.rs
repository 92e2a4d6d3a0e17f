//! A query as text and owned binds: all that crosses to a driver.

use super::backend::{Any, AnyQueryBuilder, Bind, Binds, Kind};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::sql_types as st;
use diesel::sqlite::Sqlite;

/// A rendered query. It is itself a query of both concrete backends.
pub struct Rendered {
    sql: String,
    binds: Vec<Bind>,
    cacheable: bool,
}

impl Rendered {
    pub fn of<T: QueryFragment<Any> + ?Sized>(flavour: Any, query: &T) -> QueryResult<Self> {
        let mut builder = AnyQueryBuilder::new(flavour);
        query.to_sql(&mut builder, &flavour)?;
        let mut binds = Binds::default();
        query.collect_binds(&mut binds, &mut (), &flavour)?;
        let cacheable = query.is_safe_to_cache_prepared(&flavour)?;
        let binds = match flavour {
            Any::Postgres => binds.0,
            Any::Sqlite => binds.0.into_iter().map(list_as_json).collect(),
        };
        Ok(Self { sql: builder.finish(), binds, cacheable })
    }

    /// Whether it takes microseconds: a question that finds its rows by key, unlike a page or a count, which may walk a table; or a new row
    /// within a transaction, which has the lock that a change otherwise waits for.
    pub fn is_short(&self, is_in_transaction: bool) -> bool {
        let sql = self.sql.as_str();
        match sql.split_once(' ') {
            Some(("SELECT", _)) => !sql.contains(" LIMIT ") && !sql.contains("COUNT(*)"),
            Some(("INSERT", _)) => is_in_transaction,
            _ => false,
        }
    }

    #[cfg(test)]
    pub fn sql(&self) -> &str {
        &self.sql
    }
}

fn list_as_json(bind: Bind) -> Bind {
    match bind {
        Bind::TextList(list) => Bind::Text(serde_json::Value::from(list).to_string()),
        Bind::I64List(list) => Bind::Text(serde_json::Value::from(list).to_string()),
        other => other,
    }
}

impl QueryId for Rendered {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Rendered {
    type SqlType = st::Untyped;
}

/// Pushes one bind with its SQL type; `$list` is the arm for lists. The expansion is the `match` below, once for each engine.
macro_rules! push_bind { ($out:ident, $bind:expr, $($list:tt)*) => {
    match $bind {
        Bind::Bool(v) => $out.push_bind_param_value_only::<st::Bool, bool>(v),
        Bind::I32(v) => $out.push_bind_param_value_only::<st::Integer, i32>(v),
        Bind::I64(v) => $out.push_bind_param_value_only::<st::BigInt, i64>(v),
        Bind::F64(v) => $out.push_bind_param_value_only::<st::Double, f64>(v),
        Bind::Text(v) => $out.push_bind_param_value_only::<st::Text, str>(v.as_str()),
        Bind::Bytes(v) => $out.push_bind_param_value_only::<st::Binary, [u8]>(v.as_slice()),
        Bind::Null(Kind::Bool) => $out.push_bind_param_value_only::<st::Nullable<st::Bool>, Option<bool>>(&None),
        Bind::Null(Kind::I32) => $out.push_bind_param_value_only::<st::Nullable<st::Integer>, Option<i32>>(&None),
        Bind::Null(Kind::I64) => $out.push_bind_param_value_only::<st::Nullable<st::BigInt>, Option<i64>>(&None),
        Bind::Null(Kind::F64) => $out.push_bind_param_value_only::<st::Nullable<st::Double>, Option<f64>>(&None),
        Bind::Null(Kind::Text) => $out.push_bind_param_value_only::<st::Nullable<st::Text>, Option<String>>(&None),
        Bind::Null(Kind::Bytes) => $out.push_bind_param_value_only::<st::Nullable<st::Binary>, Option<Vec<u8>>>(&None),
        Bind::Null(Kind::Unsupported) => Err(unsupported()),
        $($list)*
    }
} }

fn unsupported() -> diesel::result::Error {
    diesel::result::Error::SerializationError("no column has this type".into())
}

impl QueryFragment<Pg> for Rendered {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.cacheable {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(&self.sql);
        for bind in &self.binds {
            push_bind!(out, bind,
                Bind::TextList(v) => out.push_bind_param_value_only::<st::Array<st::Text>, Vec<String>>(v),
                Bind::I64List(v) => out.push_bind_param_value_only::<st::Array<st::BigInt>, Vec<i64>>(v),
            )?;
        }
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Rendered {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        if !self.cacheable {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(&self.sql);
        for bind in &self.binds {
            push_bind!(out, bind, Bind::TextList(_) | Bind::I64List(_) => Err(unsupported()),)?;
        }
        Ok(())
    }
}

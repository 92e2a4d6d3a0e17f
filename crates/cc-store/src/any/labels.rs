//! One term of a label selector as a predicate over any table.

use super::backend::{Any, Bind};
use super::dsl::Pred;
use super::paging::Listed;
use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types as st;

/// Whether a resource of `kind` carries a label.
pub struct HasLabel<T: Listed> {
    key: T::PrimaryKey,
    kind: &'static str,
    prefix: String,
    name: String,
    /// Any value if `None`.
    values: Option<Bind>,
    correlated: bool,
}

impl<T: Listed> HasLabel<T> {
    /// `correlated` asks for each row that another predicate left, else all resources with the label are collected first: which is
    /// faster depends on whether anything else narrows the list (measured).
    pub fn pred(
        kind: &'static str,
        prefix: &str,
        name: &str,
        values: Option<&[String]>,
        correlated: bool,
    ) -> Pred<T> {
        Pred::raw(Self {
            key: T::default().primary_key(),
            kind,
            prefix: prefix.to_owned(),
            name: name.to_owned(),
            values: values.map(|list| Bind::TextList(list.to_vec())),
            correlated,
        })
    }
}

impl<T: Listed> QueryFragment<Any> for HasLabel<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        if self.correlated {
            out.push_sql("EXISTS (SELECT 1 FROM \"labels\" WHERE \"labels\".\"resource_id\" = ");
            self.key.walk_ast(out.reborrow())?;
            out.push_sql(" AND ");
        } else {
            self.key.walk_ast(out.reborrow())?;
            out.push_sql(" IN (SELECT \"labels\".\"resource_id\" FROM \"labels\" WHERE ");
        }
        out.push_sql("\"labels\".\"resource_kind\" = ");
        out.push_bind_param::<st::Text, str>(self.kind)?;
        out.push_sql(" AND \"labels\".\"key_prefix\" = ");
        out.push_bind_param::<st::Text, str>(&self.prefix)?;
        out.push_sql(" AND \"labels\".\"key_name\" = ");
        out.push_bind_param::<st::Text, str>(&self.name)?;
        if let Some(values) = &self.values {
            let (open, close) = match out.backend() {
                Any::Postgres => (" = ANY(", ")"),
                Any::Sqlite => (" IN (SELECT value FROM json_each(", "))"),
            };
            out.push_sql(" AND \"labels\".\"value\"");
            out.push_sql(open);
            out.push_bind_param::<st::Text, Bind>(values)?;
            out.push_sql(close);
        }
        out.push_sql(")");
        Ok(())
    }
}

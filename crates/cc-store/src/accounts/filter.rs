//! SCIM filters as predicates. What a filter means is [`Filter::matches`]; this says the same in SQL.

use crate::any::dsl::{Pred, TextPosition};
use crate::list::Column;
use crate::schema::{accounts_clients, accounts_groups, accounts_users};
use cc_domain::identity::{ClientAttribute, Comparison, Filter, GroupAttribute, Operator, UserAttribute};
use cc_domain::name::fold;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

/// The predicate of a filter, given that of a comparison.
fn pred<A: Copy, T: 'static>(filter: Filter<A>, compare: &impl Fn(Comparison<A>) -> Pred<T>) -> Pred<T> {
    let each = |parts: Vec<Filter<A>>| parts.into_iter().map(|part| pred(part, compare)).collect();
    match filter {
        Filter::Compare(comparison) => compare(comparison),
        Filter::All(parts) => Pred::all_of(each(parts)),
        Filter::Any(parts) => Pred::any_of(each(parts)),
        Filter::Not(part) => pred(*part, compare).negated(),
    }
}

fn text<T: 'static>(column: impl Column<T, Text>, operator: Operator, value: String) -> Pred<T> {
    match operator {
        Operator::Equals => Pred::new(column.eq(value)),
        Operator::Contains | Operator::StartsWith if value.is_empty() => Pred::always(),
        Operator::Contains => Pred::new(column.has_text(value)),
        Operator::StartsWith => Pred::new(column.begins_with(value)),
        Operator::Present => Pred::new(column.ne("")),
    }
}

/// A truth value is compared as the text `true` or `false`.
fn truth<T: 'static>(column: impl Column<T, Bool>, comparison: Comparison<UserAttribute>) -> Pred<T> {
    let filter = Filter::Compare(comparison);
    let held = [true, false].into_iter().filter(|value| filter.matches(&|_| value.to_string()));
    Pred::any_of(held.map(|value| Pred::new(column.eq(value))).collect())
}

pub fn of_users(filter: Filter<UserAttribute>) -> Pred<accounts_users::table> {
    pred(filter, &|c: Comparison<UserAttribute>| match c.attribute {
        UserAttribute::Id => text(accounts_users::guid, c.operator, c.value),
        UserAttribute::UserName => text(accounts_users::username_key, c.operator, fold(&c.value)),
        UserAttribute::Origin => text(accounts_users::origin, c.operator, c.value),
        UserAttribute::Email => text(accounts_users::email_key, c.operator, fold(&c.value)),
        UserAttribute::Active => truth(accounts_users::is_active, c),
        UserAttribute::Verified => truth(accounts_users::is_verified, c),
    })
}

pub fn of_clients(filter: Filter<ClientAttribute>) -> Pred<accounts_clients::table> {
    pred(filter, &|c: Comparison<ClientAttribute>| match c.attribute {
        ClientAttribute::Id => text(accounts_clients::client_id, c.operator, c.value),
    })
}

pub fn of_groups(filter: Filter<GroupAttribute>) -> Pred<accounts_groups::table> {
    pred(filter, &|c: Comparison<GroupAttribute>| match c.attribute {
        GroupAttribute::Id => text(accounts_groups::guid, c.operator, c.value),
        GroupAttribute::DisplayName => text(accounts_groups::name_key, c.operator, fold(&c.value)),
    })
}

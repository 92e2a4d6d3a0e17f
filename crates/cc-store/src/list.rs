//! What all lists are made of: shared filters, orders, the ids of a page and the total.

use crate::any::Conn;
use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::labels::HasLabel;
use crate::any::paging::{Count, Listed, OrderBy, PageIds, Rows};
use crate::any::{Any, sets::IdSet};
use crate::errors::failed;
use crate::stored::{Stored, Visible, Ways};
use cc_domain::guid::Guid;
use cc_domain::label_selector::{Operator, Requirement};
use cc_domain::list::{Common, Order, OrderKey, Page, PageRequest, Scope, TimeFilter};
use cc_domain::metadata::MetadataOwner;
use cc_domain::name::fold;
use cc_domain::store::StoreError;
use diesel::expression::{AppearsOnTable, Expression};
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// A column of `T` that can stand in an erased predicate.
pub trait Column<T, S>:
    Expression<SqlType = S> + AppearsOnTable<T> + QueryFragment<Any> + Copy + Send + Sync + 'static
{
}
impl<T, S, C> Column<T, S> for C where
    C: Expression<SqlType = S> + AppearsOnTable<T> + QueryFragment<Any> + Copy + Send + Sync + 'static
{
}

/// The predicates of one list of `E` while they are collected.
pub struct Filter<E: Stored> {
    predicates: Vec<Pred<E::Table>>,
    /// Of which one has to hold too, if there is such a choice.
    ways: Ways<E::Table>,
    /// Whether something else than labels narrows the list.
    is_narrowed: bool,
}

impl<E: Visible> Filter<E> {
    /// Begins with what a list shows to the scope.
    pub fn listed(scope: &Scope) -> Self {
        Self::by_any(E::listed(scope))
    }

    /// Begins with what the scope may see.
    pub fn visible(scope: &Scope) -> Self {
        Self::by_any(E::visible(scope))
    }
}

impl<E: Stored> Filter<E> {
    /// Begins with ways to be seen.
    pub fn by_any(ways: Ways<E::Table>) -> Self {
        let is_narrowed = ways.is_some();
        match ways {
            Some(only) if only.len() == 1 => Self { predicates: only, ways: None, is_narrowed },
            ways => Self { predicates: Vec::new(), ways, is_narrowed },
        }
    }

    /// A condition that always applies.
    pub fn and(mut self, predicate: Pred<E::Table>) -> Self {
        self.predicates.push(predicate);
        self.is_narrowed = true;
        self
    }

    /// A condition that can hold in several ways, for a filter that may not have been given: each way becomes a query of its own.
    pub fn and_any_if<V>(mut self, given: Option<V>, ways: impl FnOnce(V) -> Vec<Pred<E::Table>>) -> Self {
        let Some(given) = given.map(ways) else { return self };
        self.is_narrowed = true;
        self.ways = Some(match self.ways {
            None => given,
            Some(ways) => ways.iter().flat_map(|way| both(way, &given)).collect(),
        });
        self
    }

    /// A condition for a filter that may not have been given.
    pub fn and_if<V>(self, given: Option<V>, predicate: impl FnOnce(V) -> Pred<E::Table>) -> Self {
        match given {
            Some(value) => self.and(predicate(value)),
            None => self,
        }
    }

    /// `column` is one of the values, if the filter was given. An empty list matches nothing.
    pub fn one_of(self, column: impl Column<E::Table, Text>, values: Option<&Vec<String>>) -> Self {
        self.and_if(values, |list| Pred::new(column.one_of(list)))
    }

    /// As [`Filter::one_of`] without regard to case, of a column that holds folded texts.
    pub fn one_of_folded(self, column: impl Column<E::Table, Text>, values: Option<&Vec<String>>) -> Self {
        let folded: Option<Vec<String>> = values.map(|list| list.iter().map(|text| fold(text)).collect());
        self.one_of(column, folded.as_ref())
    }

    /// Guids, times and label selectors; to be called last, since how a selector is asked depends on what else narrows the list.
    pub fn common(self, filter: &Common) -> Self {
        let (created_at, updated_at) = (E::CreatedAt::default(), E::UpdatedAt::default());
        let filtered = self.one_of(E::Guid::default(), filter.guids.as_ref());
        let filtered = filter.created.iter().fold(filtered, |f, t| f.and(in_time(created_at, t)));
        let mut filtered = filter.updated.iter().fold(filtered, |f, t| f.and(in_time(updated_at, t)));
        if let Some(owner) = E::OWNER {
            let terms = filter.labels.iter().map(|r| label_term(owner, r, filtered.is_narrowed));
            filtered.predicates.extend(terms);
        }
        filtered
    }

    /// Everything as one predicate.
    pub fn joined(self) -> All<E::Table> {
        let mut ways = self.each_way();
        match ways.len() {
            1 => All::of(ways.remove(0)),
            _ => All::of(vec![any_way(ways.into_iter().map(Pred::all_of).collect())]),
        }
    }

    /// The rows themselves, for lists.
    pub fn rows(self) -> Rows<E::Table> {
        Rows::of(self.each_way().into_iter().map(All::of).collect())
    }

    /// What has to hold, in each of the ways; every condition is in each, so that the narrowest can lead.
    fn each_way(self) -> Vec<Vec<Pred<E::Table>>> {
        let Self { predicates, ways, .. } = self;
        let Some(ways) = ways else { return vec![predicates] };
        ways.into_iter().map(|way| predicates.iter().cloned().chain([way]).collect()).collect()
    }
}

fn both<T: 'static>(one: &Pred<T>, others: &[Pred<T>]) -> Vec<Pred<T>> {
    others.iter().map(|other| Pred::all_of(vec![other.clone(), one.clone()])).collect()
}

/// At least one of the predicates, each asked on its own; none means false.
pub fn any_way<T: Listed>(ways: Vec<Pred<T>>) -> Pred<T> {
    let each = ways.into_iter().map(|way| IdSet::matching(All::of(vec![way])));
    each.reduce(IdSet::union).map_or_else(|| Pred::any_of(Vec::new()), IdSet::holds_row)
}

fn label_term<T: Listed>(owner: MetadataOwner, requirement: &Requirement, is_narrowed: bool) -> Pred<T> {
    let key = &requirement.key;
    let has = |values: Option<&[String]>, correlated| {
        HasLabel::pred(owner.as_str(), &key.prefix, &key.name, values, correlated)
    };
    match &requirement.operator {
        Operator::Exists => has(None, is_narrowed),
        Operator::In(values) => has(Some(values), is_narrowed),
        Operator::NotExists => has(None, true).negated(),
        Operator::NotIn(values) => has(Some(values), true).negated(),
    }
}

/// `column` lies in one of the intervals that the filter means.
pub fn in_time<T: 'static>(column: impl Column<T, BigInt>, filter: &TimeFilter) -> Pred<T> {
    let intervals = filter.intervals().into_iter().map(|(from, to)| match (from, to) {
        (Some(from), Some(to)) => Pred::new(column.ge(from).and(column.lt(to))),
        (Some(from), None) => Pred::new(column.ge(from)),
        (None, Some(to)) => Pred::new(column.lt(to)),
        (None, None) => Pred::always(),
    });
    Pred::any_of(intervals.collect())
}

/// The order by the keys that every resource has; for others the resource looks first.
pub fn order<E: Stored>(order: Order) -> OrderBy<E::Table> {
    match order.by {
        OrderKey::CreatedAt => OrderBy::column(E::CreatedAt::default(), order.descending),
        OrderKey::UpdatedAt => OrderBy::column(E::UpdatedAt::default(), order.descending),
        _ => OrderBy::insertion(order.descending),
    }
}

/// The ids of the page in order, and the number of all members. The number is a statement of its own only if the page is full, and that
/// of a whole table only if it is not kept.
pub async fn page_of_ids<T: Listed>(
    conn: &mut Conn,
    rows: &Rows<T>,
    order: OrderBy<T>,
    page: &PageRequest,
) -> Result<Page<i64>, StoreError> {
    let limit = i64::from(page.per_page);
    let items: Vec<i64> =
        PageIds::new(rows, &order, limit, page.offset()).load(conn).await.map_err(failed)?;
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let total = if found == limit {
        count(conn, rows).await?
    } else if found == 0 {
        0
    } else {
        page.offset() + found
    };
    Ok(Page { items, total: u64::try_from(total).unwrap_or(0) })
}

/// The same of a list whose number is told also on a page past the end, where others tell of none.
pub async fn page_of_ids_counted<T: Listed>(
    conn: &mut Conn,
    rows: &Rows<T>,
    order: OrderBy<T>,
    page: &PageRequest,
) -> Result<Page<i64>, StoreError> {
    let mut found = page_of_ids(conn, rows, order, page).await?;
    if found.items.is_empty() && page.offset() > 0 {
        found.total = u64::try_from(count(conn, rows).await?).unwrap_or(0);
    }
    Ok(found)
}

async fn count<T: Listed>(conn: &mut Conn, rows: &Rows<T>) -> Result<i64, StoreError> {
    let before = if rows.is_whole_table() {
        match conn.totals().of::<T>() {
            Ok(kept) => return Ok(kept),
            Err(before) => Some(before),
        }
    } else {
        None
    };
    let total = Count::new(rows).get_result::<i64>(conn).await.map_err(failed)?;
    if let Some(before) = before {
        conn.totals().keep::<T>(before, total);
    }
    Ok(total)
}

/// The entities in the order of the ids. An id whose row is gone meanwhile is left out.
pub fn in_order_of<E>(ids: &[i64], loaded: Vec<(i64, E)>) -> Vec<E> {
    let mut by_id: HashMap<i64, E> = loaded.into_iter().collect();
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}

/// The rows of `E` with these guids.
pub fn with_guids<E: Stored>(guids: &[String]) -> IdSet<E::Table> {
    IdSet::matching(All::of(vec![Pred::new(E::Guid::default().one_of(guids))]))
}

/// The row of `E` with this guid.
pub fn with_guid<E: Stored>(guid: &Guid<E>) -> IdSet<E::Table> {
    with_guids::<E>(&[guid.as_str().to_owned()])
}

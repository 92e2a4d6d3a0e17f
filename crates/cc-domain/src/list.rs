//! What every list has: a page, an order, and the filters all resources share. The query text is parsed in `cc-http`; here are its
//! meanings (domain-rules 1.3).

use crate::actor::Principal;
use crate::label_selector::Requirement;
use crate::time::Timestamp;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// From 1.
    pub page: u64,
    /// 1 to 5,000.
    pub per_page: u32,
    pub order: Order,
}

impl PageRequest {
    pub const DEFAULT_PER_PAGE: u32 = 50;
    pub const MAX_PER_PAGE: u32 = 5_000;

    /// Rows before the first one of the page.
    pub fn offset(&self) -> i64 {
        i64::try_from(self.page.saturating_sub(1))
            .unwrap_or(i64::MAX)
            .saturating_mul(i64::from(self.per_page))
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, per_page: Self::DEFAULT_PER_PAGE, order: Order::default() }
    }
}

/// The order of a list; ties are broken by insertion, in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub by: OrderKey,
    pub descending: bool,
}

/// What a list can be ordered by. Which keys a resource allows is in its operation; the default is insertion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderKey {
    #[default]
    Insertion,
    CreatedAt,
    UpdatedAt,
    Name,
    State,
    Position,
    Lifecycle,
}

/// A page of a list and the number of all its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Of the whole list; 0 for a page past the end, as the reference has it.
    pub total: u64,
}

impl<T> Page<T> {
    pub fn empty() -> Self {
        Self { items: Vec::new(), total: 0 }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), total: self.total }
    }
}

/// Values of one filter, OR-ed. `None` means that the filter was not given; an empty list matches nothing.
pub type AnyOf<T = String> = Option<Vec<T>>;

/// The filters that every listed resource understands. Different filters are AND-ed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    pub guids: AnyOf,
    pub created: Vec<TimeFilter>,
    pub updated: Vec<TimeFilter>,
    pub labels: Vec<Requirement>,
}

/// One condition on `created_at` or `updated_at`. The wire speaks in whole seconds and rows hold microseconds, so a second given by a
/// client stands for the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFilter {
    /// Within any of these seconds.
    In(Vec<Timestamp>),
    /// Before the start of this second.
    Before(Timestamp),
    /// Before the end of this second.
    UpTo(Timestamp),
    /// After the end of this second.
    After(Timestamp),
    /// From the start of this second on.
    From(Timestamp),
}

impl TimeFilter {
    /// The condition as half-open intervals `[from, to)` in microseconds, of which one must hold; an open end is `None`.
    pub fn intervals(&self) -> Vec<(Option<i64>, Option<i64>)> {
        let start = |t: &Timestamp| t.micros();
        let end = |t: &Timestamp| t.plus_seconds(1).micros();
        match self {
            Self::In(seconds) => seconds.iter().map(|t| (Some(start(t)), Some(end(t)))).collect(),
            Self::Before(t) => vec![(None, Some(start(t)))],
            Self::UpTo(t) => vec![(None, Some(end(t)))],
            Self::After(t) => vec![(Some(end(t)), None)],
            Self::From(t) => vec![(Some(start(t)), None)],
        }
    }
}

/// How much of the installation a reader sees. The use case passes it, the store alone turns it into a predicate of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Admin, read-only admin and global auditor.
    Everything,
    /// What the roles of this user or client show, who need not have a row.
    User(Principal),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(f: &TimeFilter, micros: i64) -> bool {
        f.intervals()
            .iter()
            .any(|(from, to)| from.is_none_or(|f| micros >= f) && to.is_none_or(|t| micros < t))
    }

    proptest! {
        #[test]
        fn the_operators_split_time_without_gap_or_overlap(second in 0_i64..2_000_000_000, micros in 0_i64..2_000_000_000_000_000) {
            let t = Timestamp::from_seconds(second);
            let (lt, lte, gt, gte, eq) = (
                holds(&TimeFilter::Before(t), micros),
                holds(&TimeFilter::UpTo(t), micros),
                holds(&TimeFilter::After(t), micros),
                holds(&TimeFilter::From(t), micros),
                holds(&TimeFilter::In(vec![t]), micros),
            );
            prop_assert_eq!(u8::from(lt) + u8::from(eq) + u8::from(gt), 1);
            prop_assert_eq!(lte, lt || eq);
            prop_assert_eq!(gte, gt || eq);
        }
    }
}

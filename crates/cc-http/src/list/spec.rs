//! What a query may ask, as data: the parameters and the checks of one of the reference's messages, in its order.

use super::fields::FieldsOf;
use crate::wire::query_string::Param;
use cc_domain::list::OrderKey;

/// The query of one operation.
pub struct ListSpec {
    /// Whether it takes the parameters of every list: page, order, times, guids.
    pub is_list: bool,
    /// The others, in the order in which "Valid parameters are" has them.
    pub parameters: &'static [&'static str],
    /// The checks behind those of every list, in the order of their messages.
    pub checks: &'static [Check],
    /// Beside `created_at` and `updated_at`.
    pub order_by: &'static [(&'static str, OrderKey)],
    /// Orders by what `order_by` has, not by the times.
    pub orders_by_own_only: bool,
    /// The order that is taken, and shown in links, where none is asked for.
    pub default_order: Option<&'static str>,
    /// Orders that links call by another name.
    pub order_in_links: &'static [(&'static str, &'static str)],
    /// Links leave these out.
    pub not_in_links: &'static [&'static str],
    /// Whether keys and values of `label_selector` are judged; one list takes them as they come.
    pub checks_labels: bool,
    /// 422 instead of 400 for what is wrong with the query: some operations do so.
    pub refuses_as_unprocessable: bool,
}

/// One check of a message.
pub enum Check {
    /// Nothing beside the parameters.
    Unknown,
    Include(&'static [&'static str]),
    Embed(&'static [&'static str]),
    /// Lists of values, separated by commas.
    Lists(&'static [&'static str]),
    /// Lists of values that may be anything: what is no list filters nothing.
    AnyLists(&'static [&'static str]),
    /// `true` or `false`.
    Boolean(&'static str),
    /// One of these texts; the last part is what is said of another one.
    OneOf(&'static str, &'static [&'static str], &'static str),
    /// What `fields[resource]` may name of each resource.
    Fields(FieldsOf),
    /// A parameter of every list that this one does not take.
    Never(&'static str),
    /// A list that may be negated, as in `target_guids[not]`.
    Negatable(&'static str),
    /// What concerns several parameters: whole messages.
    Of(fn(&Given<'_>) -> Vec<String>),
}

/// The parameters of a query, for checks.
pub struct Given<'a>(pub &'a [(String, Param)]);

impl<'a> Given<'a> {
    pub fn get(&self, name: &str) -> Option<&'a Param> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// There with a value.
    pub fn value(&self, name: &str) -> Option<&'a Param> {
        self.get(name).filter(|value| **value != Param::Null)
    }

    /// There and not blank.
    pub fn is_present(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.text().is_none_or(|text| !text.trim().is_empty()))
    }

    /// `Unknown query parameter(s)` for those of `names` that are there: parameters that go only with or without another one.
    pub fn refused(&self, names: &[&str]) -> Vec<String> {
        let given: Vec<_> = names.iter().copied().filter(|name| self.value(name).is_some()).collect();
        if given.is_empty() {
            return Vec::new();
        }
        vec![format!("Unknown query parameter(s): '{}'", given.join("', '"))]
    }
}

impl ListSpec {
    /// A list without parameters of its own.
    pub const PLAIN: Self = Self {
        is_list: true,
        parameters: &[],
        checks: &[Check::Unknown],
        order_by: &[],
        orders_by_own_only: false,
        default_order: None,
        order_in_links: &[],
        not_in_links: &[],
        checks_labels: true,
        refuses_as_unprocessable: false,
    };
    /// Of an operation that is no list.
    pub const SHOW: Self = Self { is_list: false, ..Self::PLAIN };

    /// Every parameter, as "Valid parameters are" lists them.
    pub(super) fn known(&self) -> impl Iterator<Item = &'static str> {
        const OF_LISTS: &[&str] = &["page", "per_page", "order_by", "created_ats", "updated_ats", "guids"];
        let of_lists = if self.is_list { OF_LISTS } else { &[] };
        of_lists.iter().chain(self.parameters).copied()
    }

    pub(super) fn takes_labels(&self) -> bool {
        self.parameters.contains(&"label_selector")
    }

    /// Whether the parameter's text is a list of values.
    pub(super) fn is_list_of_values(&self, name: &str) -> bool {
        let of_lists = ["created_ats", "updated_ats", "guids"];
        (self.is_list && of_lists.contains(&name))
            || self.checks.iter().any(|check| match check {
                Check::Include(_) => name == "include",
                Check::Embed(_) => name == "embed",
                Check::Lists(names) | Check::AnyLists(names) => names.contains(&name),
                Check::Negatable(negatable) => *negatable == name,
                _ => false,
            })
    }
}

//! What a query may ask, as data: the parameters with what each sets, and the checks of the reference's messages in their order.

use super::fields::FieldsOf;
use crate::wire::query_string::Param;
use cc_domain::list::{AnyOf, Common, OrderKey};

/// The query of one operation, read into the filter `F`.
pub struct ListSpec<F: 'static = Common> {
    /// Whether it takes the parameters of every list: page, order, times, guids.
    pub is_list: bool,
    /// The others, in the order in which "Valid parameters are" has them.
    pub parameters: &'static [(&'static str, Takes<F>)],
    /// The checks behind those of every list, in the order of their messages.
    pub checks: &'static [Check],
    /// Where the filter has what every list is filtered by.
    pub common: fn(&mut F) -> &mut Common,
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

/// What a parameter is, and where in the filter it goes.
pub enum Takes<F> {
    /// Values, separated by commas.
    List(fn(&mut F, AnyOf)),
    /// The same of anything: what is no list filters nothing.
    AnyList(fn(&mut F, AnyOf)),
    /// Values that are wanted and, as in `target_guids[not]`, those that are not.
    Negatable(fn(&mut F, AnyOf, AnyOf)),
    /// Any text.
    Text(fn(&mut F, &str)),
    /// `true` or `false`.
    Boolean(fn(&mut F, bool)),
    /// One of these texts; behind them what is said of another one.
    OneOf(&'static [&'static str], &'static str, fn(&mut F, &Param)),
    /// What may come along.
    Include(&'static [&'static str]),
    Embed(&'static [&'static str]),
    /// What `fields[resource]` may name of each resource.
    Fields(FieldsOf),
    Labels,
    /// Sets nothing: without an effect, or a parameter of every list that "Valid parameters are" has once more.
    Nothing,
}

impl<F> Takes<F> {
    /// Values that are checked where there is nothing yet to be filtered by them.
    pub const UNUSED_LIST: Self = Self::List(|_, _| ());

    fn is_list(&self) -> bool {
        matches!(
            self,
            Self::List(_) | Self::AnyList(_) | Self::Negatable(_) | Self::Include(_) | Self::Embed(_)
        )
    }
}

/// One check of a message, of the parameters of its kind.
pub enum Check {
    /// Nothing beside the parameters.
    Unknown,
    Include,
    Embed,
    /// [`Takes::List`], in the order of the parameters.
    Lists,
    /// The same, these first.
    ListsFrom(&'static [&'static str]),
    AnyLists,
    Negatable,
    /// [`Takes::Boolean`] and [`Takes::OneOf`].
    Choices,
    Fields,
    /// A parameter of every list that this one does not take.
    Never(&'static str),
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
    /// A list without filters of its own.
    pub const PLAIN: Self = Self::of(|common| common);
    /// Of an operation that is no list.
    pub const SHOW: Self = Self { is_list: false, ..Self::PLAIN };
}

impl<F> ListSpec<F> {
    /// A list without parameters of its own, read into a filter with this place for what every list is filtered by.
    pub const fn of(common: fn(&mut F) -> &mut Common) -> Self {
        Self {
            is_list: true,
            parameters: &[],
            checks: &[Check::Unknown, Check::Lists],
            common,
            order_by: &[],
            orders_by_own_only: false,
            default_order: None,
            order_in_links: &[],
            not_in_links: &[],
            checks_labels: true,
            refuses_as_unprocessable: false,
        }
    }

    /// Every parameter, as "Valid parameters are" lists them.
    pub(super) fn known(&self) -> impl Iterator<Item = &'static str> {
        const OF_LISTS: &[&str] = &["page", "per_page", "order_by", "created_ats", "updated_ats", "guids"];
        let of_lists = if self.is_list { OF_LISTS } else { &[] };
        of_lists.iter().copied().chain(self.parameters.iter().map(|(name, _)| *name))
    }

    /// The parameters that are plain lists.
    pub(super) fn lists(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().filter(|(_, takes)| matches!(takes, Takes::List(_))).map(|(name, _)| *name)
    }

    pub(super) fn takes_labels(&self) -> bool {
        self.parameters.iter().any(|(_, takes)| matches!(takes, Takes::Labels))
    }

    /// Whether the parameter's text is a list of values.
    pub(super) fn is_list_of_values(&self, name: &str) -> bool {
        let of_lists = ["created_ats", "updated_ats", "guids"];
        (self.is_list && of_lists.contains(&name))
            || self.parameters.iter().any(|(known, takes)| *known == name && takes.is_list())
    }
}

//! A query that was found right: the page, the filters, what comes along, and the links of the pages.

use super::check;
use super::spec::{ListSpec, Takes};
use crate::wire::query_string::{self, Param, escape, leading_integer, values};
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::label_selector::{self, Requirement};
use cc_domain::list::{AnyOf, Common, Order, OrderKey, PageRequest, TimeFilter};
use cc_domain::time::Timestamp;

/// What was asked.
pub struct ListQuery<F: 'static = Common> {
    pub page: PageRequest,
    pub filter: F,
    pub include: Vec<String>,
    pub embed: Vec<String>,
    params: Vec<(String, Param)>,
    spec: &'static ListSpec<F>,
    has_filters_in_links: bool,
}

impl<F: Default> ListQuery<F> {
    pub fn read(query: &str, spec: &'static ListSpec<F>) -> Result<Self, Fault> {
        let params = params(query, spec);
        let complaints = check::complaints(spec, &params);
        if !complaints.is_empty() {
            let all = complaints.join(", ");
            return Err(if spec.refuses_as_unprocessable {
                Fault::unprocessable(all)
            } else {
                Fault::bad_query(all)
            });
        }
        let mut read = Self {
            page: PageRequest::default(),
            filter: F::default(),
            include: Vec::new(),
            embed: Vec::new(),
            params,
            spec,
            has_filters_in_links: true,
        };
        read.include = read.any_of("include").unwrap_or_default();
        read.embed = read.any_of("embed").unwrap_or_default();
        if spec.is_list {
            read.page = read.page_request();
        }
        read.filter = read.filter();
        Ok(read)
    }

    /// With a parameter that the path gives, whatever the query says of it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self.params.push((name.to_owned(), Param::List(vec![value.to_owned()])));
        self.filter = self.filter();
        self
    }

    fn filter(&self) -> F {
        let mut filter = F::default();
        if self.spec.is_list {
            *(self.spec.common)(&mut filter) = Common {
                guids: self.any_of("guids"),
                created: self.times("created_ats"),
                updated: self.times("updated_ats"),
                labels: self.labels(),
            };
        }
        for (name, takes) in self.spec.parameters {
            match takes {
                Takes::List(set) | Takes::AnyList(set) => set(&mut filter, self.any_of(name)),
                Takes::Negatable(set) => set(&mut filter, self.any_of(name), self.none_of(name)),
                Takes::Text(set) => {
                    if let Some(text) = self.text(name) {
                        set(&mut filter, text);
                    }
                }
                Takes::OneOf(_, _, set) => {
                    if let Some(value) = self.param(name).filter(|value| **value != Param::Null) {
                        set(&mut filter, value);
                    }
                }
                Takes::Boolean(set) => {
                    if let Some(text) = self.text(name) {
                        set(&mut filter, text == "true");
                    }
                }
                Takes::Include(_) | Takes::Embed(_) | Takes::Fields(_) | Takes::Labels | Takes::Nothing => {}
            }
        }
        filter
    }

    fn labels(&self) -> Vec<Requirement> {
        let Some(selector) = self.text("label_selector") else { return Vec::new() };
        let labels = if self.spec.checks_labels {
            label_selector::parse(selector).ok()
        } else {
            label_selector::parse_unchecked(selector).ok()
        };
        labels.unwrap_or_default()
    }
}

impl<F> ListQuery<F> {
    /// The values of a list filter.
    fn any_of(&self, name: &str) -> AnyOf {
        match self.param(name)? {
            Param::List(values) => Some(values.clone()),
            Param::Text(text) => Some(values(text)),
            // A list without a value has none, and nothing is in it.
            Param::Null => Some(Vec::new()),
            Param::Map(_) => None,
        }
    }

    /// The values of `name[not]`.
    fn none_of(&self, name: &str) -> AnyOf {
        let Param::Map(members) = self.param(name)? else { return None };
        let (_, value) = members.iter().find(|(operator, _)| operator == "not")?;
        Some(values(&value.to_text()))
    }

    /// A filter taken as one text.
    fn text(&self, name: &str) -> Option<&str> {
        self.param(name)?.text()
    }

    /// For lists whose links leave the filters out.
    pub fn without_filters(mut self) -> Self {
        self.has_filters_in_links = false;
        self
    }

    fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn page_request(&self) -> PageRequest {
        let number = |name: &str| self.text(name).map(leading_integer);
        let default = PageRequest::default();
        PageRequest {
            page: number("page").and_then(|page| u64::try_from(page).ok()).unwrap_or(default.page),
            per_page: number("per_page")
                .and_then(|size| u32::try_from(size).ok())
                .unwrap_or(default.per_page),
            order: self.order(),
        }
    }

    fn order_by(&self) -> Option<&str> {
        self.text("order_by").filter(|text| !text.trim().is_empty()).or(self.spec.default_order)
    }

    fn order(&self) -> Order {
        let Some(value) = self.order_by() else { return Order::default() };
        let name = value.strip_prefix(['+', '-']).unwrap_or(value);
        let times = [("created_at", OrderKey::CreatedAt), ("updated_at", OrderKey::UpdatedAt)];
        let by = times.iter().chain(self.spec.order_by).find(|(known, _)| *known == name);
        by.map_or_else(Order::default, |(_, by)| Order { by: *by, descending: value.starts_with('-') })
    }

    fn times(&self, name: &str) -> Vec<TimeFilter> {
        let times = |value: &Param| -> Vec<Timestamp> {
            match value {
                Param::List(texts) => texts.iter().filter_map(|text| Timestamp::parse(text)).collect(),
                // A leap second is the end of its minute; what is no time filters nothing.
                other => Timestamp::parse(&other.to_text().replace(":60Z", ":59Z")).into_iter().collect(),
            }
        };
        match self.param(name) {
            None | Some(Param::Null) => Vec::new(),
            Some(Param::Map(members)) => {
                let filter = |(operator, value): &(String, Param)| {
                    let time = *times(value).first()?;
                    match operator.as_str() {
                        "lt" => Some(TimeFilter::Before(time)),
                        "lte" => Some(TimeFilter::UpTo(time)),
                        "gt" => Some(TimeFilter::After(time)),
                        _ => Some(TimeFilter::From(time)),
                    }
                };
                members.iter().filter_map(filter).collect()
            }
            Some(value) => vec![TimeFilter::In(times(value))],
        }
    }

    /// The query of the link to a page: everything that was asked, sorted and escaped as the reference does it.
    pub(super) fn of_page(&self, number: u64) -> String {
        let mut parts =
            vec![pair("page", &number.to_string()), pair("per_page", &self.page.per_page.to_string())];
        parts.extend(self.order_by().map(|order| pair("order_by", &self.order_in_links(order))));
        if self.has_filters_in_links {
            let paging = ["page", "per_page", "order_by"];
            let shown = self.params.iter().filter(|(name, _)| {
                !paging.contains(&name.as_str()) && !self.spec.not_in_links.contains(&name.as_str())
            });
            parts.extend(shown.map(|(name, value)| in_link(name, value)));
        }
        parts.sort();
        parts.join("&")
    }

    /// With its sign, which is a plus where none was given.
    fn order_in_links(&self, order: &str) -> String {
        let (sign, name) = match order.strip_prefix('-') {
            Some(name) => ('-', name),
            None => ('+', order.strip_prefix('+').unwrap_or(order)),
        };
        let called = self.spec.order_in_links.iter().find(|(asked, _)| *asked == name);
        format!("{sign}{}", called.map_or(name, |(_, shown)| shown))
    }
}

/// The resource that a parameter names; a blank guid names nothing.
pub fn named<T>(guid: &str) -> Option<Guid<T>> {
    (!guid.trim().is_empty()).then(|| Guid::new(guid))
}

/// The parameters, those that are lists split.
fn params<F>(query: &str, spec: &ListSpec<F>) -> Vec<(String, Param)> {
    let split = |(name, value): (String, Param)| match value {
        value @ (Param::Map(_) | Param::Null) => (name, value),
        value if spec.is_list_of_values(&name) => {
            let list = Param::List(values(&value.to_text()));
            (name, list)
        }
        value => (name, value),
    };
    query_string::parse(query).into_iter().map(split).collect()
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", escape(name), escape(value))
}

fn in_link(name: &str, value: &Param) -> String {
    match value {
        Param::Null => escape(name),
        Param::Text(text) => pair(name, text),
        Param::List(values) => {
            let values: Vec<_> = values.iter().map(|value| value.replace(',', "%2C")).collect();
            pair(name, &values.join(","))
        }
        Param::Map(members) => {
            let mut parts: Vec<_> = members
                .iter()
                .map(|(key, value)| match value {
                    // Of a negated list each value stands for itself.
                    Param::Text(text) if key == "not" => {
                        let name = format!("{name}[{key}][]");
                        values(text).iter().map(|value| pair(&name, value)).collect::<Vec<_>>().join("&")
                    }
                    value => in_link(&format!("{name}[{key}]"), value),
                })
                .collect();
            parts.sort();
            parts.join("&")
        }
    }
}

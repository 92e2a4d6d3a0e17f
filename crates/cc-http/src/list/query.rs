//! Query strings of lists, read as clients send them (client-flows 0.1, domain-rules 1.3).

use super::fields::{self, FieldsOf};
use cc_actions::Fault;
use cc_domain::label_selector::{self, SelectorError};
use cc_domain::list::{AnyOf, Common, Order, OrderKey, PageRequest, TimeFilter};
use cc_domain::time::Timestamp;
use std::fmt::Write as _;

/// What one list accepts.
pub struct ListSpec {
    /// Filters of the resource's own; also single texts such as `lifecycle_type`.
    pub filters: &'static [&'static str],
    /// Beside `created_at` and `updated_at`.
    pub order_by: &'static [(&'static str, OrderKey)],
    pub labels: bool,
    pub include: &'static [&'static str],
    /// Allowed values of `embed`.
    pub embed: &'static [&'static str],
    /// Filters that take one of a few texts.
    pub one_of: &'static [(&'static str, OneOf)],
    /// What `fields[resource]` may name of each resource.
    pub fields: FieldsOf,
    /// Orders by what `order_by` has, not by the times.
    pub orders_by_own_only: bool,
    /// 422 instead of 400 for what is wrong with the query: some lists do so.
    pub refuses_as_unprocessable: bool,
}

/// The texts that a filter takes.
pub enum OneOf {
    Texts(&'static [&'static str]),
    Boolean,
}

impl ListSpec {
    pub const PLAIN: Self = Self {
        filters: &[],
        order_by: &[],
        labels: false,
        include: &[],
        embed: &[],
        one_of: &[],
        fields: &[],
        orders_by_own_only: false,
        refuses_as_unprocessable: false,
    };
}

/// At most this many values in one filter.
const MAX_VALUES: usize = 1_000;

/// A query that was found right.
pub struct ListQuery {
    pub page: PageRequest,
    pub common: Common,
    pub include: Vec<String>,
    pub embed: Vec<String>,
    values: Vec<(String, String)>,
}

/// Decodes a query string into its pairs, once; the last of several equal names wins, as with Rack.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")));
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    pairs
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
        .replace("%5F", "_")
        .replace("%2E", ".")
}

/// Splits at commas and decodes each piece once more: a comma within a value comes as `%252C`. An empty text is one empty value.
pub(super) fn values(text: &str) -> Vec<String> {
    let mut list = text.split(',');
    let first = list.next().map(decode);
    first.into_iter().chain(list.map(|v| decode(v.trim_start()))).collect()
}

impl ListQuery {
    pub fn read(query: &str, spec: &ListSpec) -> Result<Self, Fault> {
        let mut reading = Reading { spec, complaints: Vec::new() };
        let values = pairs(query);
        let read = reading.all(values);
        if reading.complaints.is_empty() { Ok(read) } else { Err(reading.fault()) }
    }

    /// The values of a list filter.
    pub fn any_of(&self, name: &str) -> AnyOf {
        self.text(name).map(values)
    }

    /// A filter taken as one text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// For lists whose links leave the filters out.
    pub fn without_filters(mut self) -> Self {
        self.values.retain(|(name, _)| name == "order_by");
        self
    }

    /// The query without paging and order, for the links of the pagination.
    pub(super) fn filters_for_links(&self) -> String {
        let mut names: Vec<_> = self
            .values
            .iter()
            .filter(|(k, _)| !matches!(k.as_str(), "page" | "per_page" | "order_by"))
            .collect();
        names.sort();
        names.iter().fold(String::new(), |mut out, (name, value)| {
            let _ = write!(out, "{}={}&", encode(name), encode(value));
            out
        })
    }

    pub(super) fn order_for_links(&self) -> String {
        self.text("order_by")
            .filter(|t| !t.is_empty())
            .map(|t| format!("order_by={}&", encode(t)))
            .unwrap_or_default()
    }
}

struct Reading<'a> {
    spec: &'a ListSpec,
    complaints: Vec<String>,
}

impl Reading<'_> {
    fn fault(&self) -> Fault {
        let messages = self.complaints.join(", ");
        if self.spec.refuses_as_unprocessable {
            Fault::unprocessable(messages)
        } else {
            Fault::bad_query(messages)
        }
    }

    fn all(&mut self, values: Vec<(String, String)>) -> ListQuery {
        let unknown: Vec<_> = values.iter().map(|(k, _)| k.as_str()).filter(|k| !self.is_known(k)).collect();
        let (odd, unknown): (Vec<_>, Vec<_>) = unknown.into_iter().partition(|k| self.negatable(k).is_some());
        let odd: Vec<_> = odd.into_iter().filter_map(|k| self.negatable(k)).collect();
        for name in odd {
            self.complaints.push(format!("{} {name} has an invalid operator", label(name)));
        }
        if !unknown.is_empty() {
            self.complaints.push(format!(
                "Unknown query parameter(s): '{}'. Valid parameters are: '{}'",
                unknown.join("', '"),
                self.known().join("', '")
            ));
        }
        let mut query = ListQuery {
            page: PageRequest::default(),
            common: Common::default(),
            include: Vec::new(),
            embed: Vec::new(),
            values: Vec::new(),
        };
        for (name, value) in &values {
            match name.as_str() {
                "page" => query.page.page = self.number("Page", value, u32::MAX, ""),
                "per_page" => {
                    query.page.per_page = self.number(
                        "Per page",
                        value,
                        PageRequest::MAX_PER_PAGE,
                        "must be between 1 and 5000",
                    );
                }
                "order_by" if !value.is_empty() => query.page.order = self.order(value),
                "guids" => query.common.guids = Some(self.bounded(name, value)),
                "label_selector" if self.spec.labels => match label_selector::parse(value) {
                    Ok(labels) => query.common.labels = labels,
                    Err(error) => self.complaints.push(selector_text(error)),
                },
                "include" => query.include = self.choices(value, self.spec.include, "included"),
                name if fields::is_one(name) && !self.spec.fields.is_empty() => {
                    self.complaints.extend(fields::complaint(name, value, self.spec.fields));
                }
                "embed" => query.embed = self.choices(value, self.spec.embed, "embedded"),
                _ => {
                    if let Some((field, operator)) = time_name(name) {
                        let filters = self.times(field, operator, value);
                        if field == "created_ats" {
                            &mut query.common.created
                        } else {
                            &mut query.common.updated
                        }
                        .extend(filters);
                    } else if self.spec.filters.contains(&name.as_str()) {
                        self.bounded(name, value);
                    } else {
                        self.choice(name, value);
                    }
                }
            }
        }
        query.values = values;
        query
    }

    fn known(&self) -> Vec<&'static str> {
        let mut known = vec!["page", "per_page", "order_by", "created_ats", "updated_ats", "guids"];
        known.extend(self.spec.labels.then_some("label_selector"));
        known.extend(self.spec.filters.iter().filter(|f| !f.contains('[')));
        known.extend(self.spec.one_of.iter().map(|(name, _)| *name));
        known.extend((!self.spec.fields.is_empty()).then_some("fields"));
        known.extend((!self.spec.include.is_empty()).then_some("include"));
        known.extend((!self.spec.embed.is_empty()).then_some("embed"));
        known
    }

    fn is_known(&self, name: &str) -> bool {
        self.known().contains(&name)
            || self.spec.filters.contains(&name)
            || time_name(name).is_some()
            || (fields::is_one(name) && !self.spec.fields.is_empty())
    }

    /// The filter of which `name` is written with an operator that it does not have.
    fn negatable(&self, name: &str) -> Option<&'static str> {
        let given = name.split_once('[')?.0;
        self.spec.filters.iter().filter_map(|f| f.strip_suffix("[not]")).find(|f| *f == given)
    }

    fn choice(&mut self, name: &str, value: &str) {
        let Some((_, choice)) = self.spec.one_of.iter().find(|(known, _)| *known == name) else { return };
        match choice {
            OneOf::Boolean if !matches!(value, "true" | "false") => {
                self.complaints.push(format!("{} must be 'true' or 'false'", label(name)));
            }
            OneOf::Texts(texts) if !texts.contains(&value) => {
                self.complaints.push(format!("{} must be one of '{}'", label(name), texts.join("', '")));
            }
            OneOf::Boolean | OneOf::Texts(_) => {}
        }
    }

    fn bounded(&mut self, name: &str, value: &str) -> Vec<String> {
        let list = values(value);
        if list.len() > MAX_VALUES {
            self.complaints.push(format!("{name} accepts at most {MAX_VALUES} values"));
        }
        list
    }

    fn number(&mut self, label: &str, value: &str, max: u32, out_of_range: &str) -> u32 {
        match value.parse::<u32>() {
            Ok(n) if (1..=max).contains(&n) => n,
            Ok(n) if n > max => {
                self.complaints.push(format!("{label} {out_of_range}"));
                1
            }
            _ => {
                self.complaints.push(format!("{label} must be a positive integer"));
                1
            }
        }
    }

    fn order(&mut self, value: &str) -> Order {
        let (descending, name) = match value.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, value.strip_prefix('+').or_else(|| value.strip_prefix(' ')).unwrap_or(value)),
        };
        let times = [("created_at", OrderKey::CreatedAt), ("updated_at", OrderKey::UpdatedAt)];
        let common: &[_] = if self.spec.orders_by_own_only { &[] } else { &times };
        let allowed: Vec<_> = common.iter().chain(self.spec.order_by).collect();
        match allowed.iter().find(|(known, _)| *known == name) {
            Some((_, by)) => Order { by: *by, descending },
            None => {
                let names: Vec<_> = allowed.iter().map(|(known, _)| format!("'{known}'")).collect();
                self.complaints.push(format!("Order by can only be: {}", names.join(", ")));
                Order::default()
            }
        }
    }

    fn choices(&mut self, value: &str, allowed: &[&str], what: &str) -> Vec<String> {
        let mut chosen: Vec<String> = Vec::new();
        for choice in values(value) {
            if !allowed.contains(&choice.as_str()) {
                self.complaints.push(format!(
                    "Invalid {what} resource: '{choice}'. Valid {what} resources are: '{}'",
                    allowed.join("', '")
                ));
            } else if chosen.contains(&choice) {
                self.complaints.push(format!("Duplicate {what} resource: '{choice}'"));
            } else {
                chosen.push(choice);
            }
        }
        chosen
    }

    fn times(&mut self, field: &str, operator: Option<&str>, value: &str) -> Vec<TimeFilter> {
        let label = if field == "created_ats" { "Created ats" } else { "Updated ats" };
        let Some(operator) = operator else {
            let times: Vec<_> = values(value).iter().filter_map(|v| self.time(label, v)).collect();
            return vec![TimeFilter::In(times)];
        };
        if value.contains(',') {
            self.complaints.push(format!("{label} only accepts one value when using a relational operator"));
            return Vec::new();
        }
        let Some(time) = self.time(label, value) else { return Vec::new() };
        match operator {
            "lt" => vec![TimeFilter::Before(time)],
            "lte" => vec![TimeFilter::UpTo(time)],
            "gt" => vec![TimeFilter::After(time)],
            "gte" => vec![TimeFilter::From(time)],
            other => {
                self.complaints.push(format!("{label} Invalid relational operator: '{other}'"));
                Vec::new()
            }
        }
    }

    fn time(&mut self, label: &str, value: &str) -> Option<Timestamp> {
        let time = Timestamp::parse(value);
        if time.is_none() {
            self.complaints.push(format!(
                "{label} has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'"
            ));
        }
        time
    }
}

/// A parameter's name as complaints begin with it: `target_guids` is "Target guids".
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `created_ats`, `updated_ats[gt]`… as field and operator.
fn time_name(name: &str) -> Option<(&'static str, Option<&str>)> {
    ["created_ats", "updated_ats"].into_iter().find_map(|field| match name.strip_prefix(field)? {
        "" => Some((field, None)),
        rest => rest.strip_prefix('[')?.strip_suffix(']').map(|operator| (field, Some(operator))),
    })
}

fn selector_text(error: SelectorError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: ListSpec = ListSpec {
        filters: &["names", "space_guids"],
        order_by: &[("name", OrderKey::Name)],
        labels: true,
        include: &["space"],
        ..ListSpec::PLAIN
    };

    fn complaint(query: &str) -> String {
        ListQuery::read(query, &SPEC).err().map(|f| f.detail()).unwrap_or_default()
    }

    #[test]
    fn values_are_decoded_twice_around_the_split() {
        let query =
            ListQuery::read("names=a%252Cb,%20c&space_guids=", &SPEC).unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(query.any_of("names"), Some(vec!["a,b".into(), "c".into()]));
        assert_eq!(query.any_of("space_guids"), Some(vec![String::new()]));
        assert_eq!(query.any_of("guids"), None);
    }

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_the_reference() {
        assert_eq!(complaint("page=0"), "The query parameter is invalid: Page must be a positive integer");
        assert_eq!(
            complaint("per_page=5001"),
            "The query parameter is invalid: Per page must be between 1 and 5000"
        );
        assert_eq!(
            complaint("order_by=x"),
            "The query parameter is invalid: Order by can only be: 'created_at', 'updated_at', 'name'"
        );
        assert_eq!(
            complaint("include=space,space,x"),
            "The query parameter is invalid: Duplicate included resource: 'space', Invalid included resource: 'x'. \
             Valid included resources are: 'space'"
        );
        assert!(
            complaint("foo=1")
                .contains("Unknown query parameter(s): 'foo'. Valid parameters are: 'page', 'per_page'")
        );
        assert!(
            complaint("created_ats[ne]=2020-01-01T00:00:00Z").contains("Invalid relational operator: 'ne'")
        );
        assert!(complaint("created_ats=yesterday").contains("has an invalid timestamp format"));
        assert!(complaint("label_selector=").contains("Missing label_selector value"));
    }

    #[test]
    fn an_order_may_have_a_sign() {
        for (text, descending) in [("name", false), ("+name", false), ("%2Bname", false), ("-name", true)] {
            let query =
                ListQuery::read(&format!("order_by={text}"), &SPEC).unwrap_or_else(|f| panic!("{f:?}"));
            assert_eq!(query.page.order, Order { by: OrderKey::Name, descending });
        }
    }
}

//! What is wrong with a query, in the words and the order of the reference's messages.

use super::fields;
use super::spec::{Check, Given, ListSpec, Takes};
use crate::wire::label;
use crate::wire::query_string::{Param, leading_integer};
use cc_domain::label_selector;
use cc_domain::list::PageRequest;

/// At most this many values in one filter: ours, so that no query is without bounds.
const MAX_VALUES: usize = 1_000;

/// All messages; none if the query is right.
pub fn complaints<F>(spec: &ListSpec<F>, params: &[(String, Param)]) -> Vec<String> {
    let given = Given(params);
    let mut found = Vec::new();
    if spec.is_list {
        paging(&given, &mut found);
        order(spec, &given, &mut found);
        for name in ["created_ats", "updated_ats"] {
            if let Some(value) = given.get(name) {
                times(&label(name), value, &mut found);
            }
        }
        list(&given, "guids", &mut found);
    }
    if spec.takes_labels()
        && let Some(selector) = given.get("label_selector").map(Param::to_text)
    {
        if spec.checks_labels {
            let wrong = label_selector::parse(&selector).err().unwrap_or_default();
            found.extend(wrong.iter().map(ToString::to_string));
        } else if let Err(wrong) = label_selector::parse_unchecked(&selector) {
            found.push(wrong.to_string());
        }
    }
    for check in spec.checks {
        run(check, spec, &given, &mut found);
    }
    found
}

fn run<F>(check: &Check, spec: &ListSpec<F>, given: &Given<'_>, found: &mut Vec<String>) {
    match check {
        Check::Unknown => {
            let known: Vec<_> = spec.known().collect();
            let names = given.0.iter().map(|(name, _)| name.as_str());
            let unknown: Vec<_> = names.filter(|name| !known.contains(name)).collect();
            if !unknown.is_empty() {
                found.push(format!(
                    "Unknown query parameter(s): '{}'. Valid parameters are: '{}'",
                    unknown.join("', '"),
                    known.join("', '")
                ));
            }
        }
        Check::ListsFrom(first) => {
            let mut names: Vec<_> = spec.lists().collect();
            debug_assert!(first.iter().all(|name| names.contains(name)), "{first:?} are lists of the spec");
            names.sort_by_key(|name| first.iter().position(|other| other == name).unwrap_or(first.len()));
            for name in names {
                list(given, name, found);
            }
        }
        Check::Never(name) => {
            if given.get(name).is_some() {
                found.push(format!("Filtering by '{name}' is not allowed on this resource."));
            }
        }
        Check::Of(check) => found.extend(check(given)),
        of_kind => {
            for (name, takes) in spec.parameters {
                of_one(of_kind, name, takes, given, found);
            }
        }
    }
}

/// A check of all parameters of a kind, for one of them; nothing if it is of another kind.
fn of_one<F>(check: &Check, name: &str, takes: &Takes<F>, given: &Given<'_>, found: &mut Vec<String>) {
    match (check, takes) {
        (Check::Include, Takes::Include(allowed)) => choices(given.get(name), allowed, "included", found),
        (Check::Embed, Takes::Embed(allowed)) => choices(given.get(name), allowed, "embedded", found),
        (Check::Lists, Takes::List(_)) => list(given, name, found),
        (Check::AnyLists, Takes::AnyList(_)) => bounded_list(given, name, found),
        (Check::Negatable, Takes::Negatable(_)) => {
            if let Some(Param::Map(members)) = given.get(name)
                && !members.iter().any(|(operator, _)| operator == "not")
            {
                found.push(format!("{} {name} has an invalid operator", label(name)));
            }
        }
        (Check::Choices, Takes::Boolean(_)) => {
            if given.value(name).is_some_and(|value| !matches!(value.text(), Some("true" | "false"))) {
                found.push(format!("{} must be 'true' or 'false'", label(name)));
            }
        }
        (Check::Choices, Takes::OneOf(texts, wrong, _)) => {
            if given.value(name).is_some_and(|value| !is_one_of(value, texts)) {
                found.push(format!("{} {wrong}", label(name)));
            }
        }
        (Check::Fields, Takes::Fields(allowed)) => match given.get(name) {
            Some(Param::Map(resources)) => {
                let wrong =
                    |(name, value): &(String, Param)| fields::complaint(name, &value.to_text(), allowed);
                found.extend(resources.iter().filter_map(wrong));
            }
            None | Some(Param::Null) => {}
            Some(_) => found.push("Fields must be an object".to_owned()),
        },
        _ => {}
    }
}

fn paging(given: &Given<'_>, found: &mut Vec<String>) {
    let number = |name: &str| given.get(name).map(|value| leading_integer(&value.to_text()));
    let (page, per_page) = (number("page"), number("per_page"));
    if page.is_some_and(|page| page <= 0) {
        found.push("Page must be a positive integer".to_owned());
    }
    match per_page {
        Some(..=0) => found.push("Per page must be a positive integer".to_owned()),
        Some(size) if size > i128::from(PageRequest::MAX_PER_PAGE) => {
            found.push("Per page must be between 1 and 5000".to_owned());
        }
        _ => {}
    }
    let default = i128::from(PageRequest::DEFAULT_PER_PAGE);
    if page.unwrap_or(1).saturating_mul(per_page.unwrap_or(default)) > i128::from(i64::MAX) {
        found.push(format!("Maximum result (page * per_page) must be less than {}", i64::MAX));
    }
}

fn order<F>(spec: &ListSpec<F>, given: &Given<'_>, found: &mut Vec<String>) {
    let Some(value) = given.get("order_by").map(Param::to_text).filter(|text| !text.trim().is_empty()) else {
        return;
    };
    let name = value.strip_prefix(['+', '-']).unwrap_or(&value);
    let times: &[&str] = if spec.orders_by_own_only { &[] } else { &["created_at", "updated_at"] };
    let allowed: Vec<_> =
        times.iter().copied().chain(spec.order_by.iter().map(|(known, _)| *known)).collect();
    if !allowed.contains(&name) {
        let names: Vec<_> = allowed.iter().map(|known| format!("'{known}'")).collect();
        found.push(format!("Order by can only be: {}", names.join(", ")));
    }
}

fn times(label: &str, value: &Param, found: &mut Vec<String>) {
    let mut check = |text: &str| {
        if !has_form_of_time(text) {
            found.push(format!(
                "{label} has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'"
            ));
        }
    };
    match value {
        Param::Null => {}
        Param::Text(text) => check(text),
        Param::List(texts) => texts.iter().for_each(|text| check(text)),
        Param::Map(members) => {
            for (operator, value) in members {
                let value = value.to_text();
                if !matches!(operator.as_str(), "lt" | "lte" | "gt" | "gte") {
                    found.push(format!("{label} Invalid relational operator: '{operator}'"));
                }
                if value.contains(',') {
                    found.push(format!("{label} only accepts one value when using a relational operator"));
                } else {
                    times(label, &Param::Text(value), found);
                }
            }
        }
    }
}

/// `YYYY-MM-DDThh:mm:ssZ`, whether there is such a time or not.
fn has_form_of_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    text.len() == FORM.len()
        && text
            .bytes()
            .zip(FORM)
            .all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form })
}

fn list(given: &Given<'_>, name: &str, found: &mut Vec<String>) {
    match given.get(name) {
        Some(Param::List(_) | Param::Null) | None => bounded_list(given, name, found),
        Some(_) => found.push(format!("{} must be an array", label(name))),
    }
}

fn bounded_list(given: &Given<'_>, name: &str, found: &mut Vec<String>) {
    if let Some(Param::List(values)) = given.get(name)
        && values.len() > MAX_VALUES
    {
        found.push(format!("{} accepts at most {MAX_VALUES} values", label(name)));
    }
}

/// A text of these, or a list of nothing else.
pub fn is_one_of(value: &Param, texts: &[&str]) -> bool {
    match value {
        Param::Text(text) => texts.contains(&text.as_str()),
        Param::List(items) => !items.is_empty() && items.iter().all(|item| texts.contains(&item.as_str())),
        Param::Map(_) | Param::Null => false,
    }
}

fn choices(value: Option<&Param>, allowed: &[&str], what: &str, found: &mut Vec<String>) {
    let asked = match value {
        Some(Param::List(asked)) => asked,
        // Each member of a map is one choice, as Ruby writes a pair with a symbol.
        Some(Param::Map(members)) => {
            &members.iter().map(|(name, value)| format!("[:{name}, {:?}]", value.to_text())).collect()
        }
        Some(Param::Null | Param::Text(_)) | None => return,
    };
    for (place, choice) in asked.iter().enumerate() {
        let before = asked.iter().take(place).filter(|other| *other == choice).count();
        if !allowed.contains(&choice.as_str()) {
            found.push(format!(
                "Invalid {what} resource: '{choice}'. Valid {what} resources are: '{}'",
                allowed.join("', '")
            ));
        } else if before == 1 {
            found.push(format!("Duplicate {what} resource: '{choice}'"));
        }
    }
}

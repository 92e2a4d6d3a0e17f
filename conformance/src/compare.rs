//! Wanted and got, place by place.

use crate::symbols::Symbols;
use serde_json::{Map, Value};

/// A place in an answer where it is not what the reference said.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Difference {
    /// As in `answer.resources[0].name`.
    pub place: String,
    /// JSON, or `(absent)`.
    pub wanted: String,
    pub got: String,
}

const ABSENT: &str = "(absent)";

/// Lists whose order the reference leaves to chance.
const ORDERLESS: &str = "destinations";

/// All differences between the two below `place`; symbols are bound on the way, `guid` before the other keys of an object.
pub fn compare(
    place: &str,
    wanted: &Value,
    got: &Value,
    is_unordered: bool,
    symbols: &mut Symbols,
    found: &mut Vec<Difference>,
) {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            objects(place, wanted, got, is_unordered, symbols, found);
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            let in_any_order = is_unordered || place.rsplit('.').next() == Some(ORDERLESS);
            if in_any_order && let Some(order) = pairing(wanted, got, symbols) {
                for (place_of_wanted, place_of_got) in order.into_iter().enumerate() {
                    let (Some(wanted), Some(got)) = (wanted.get(place_of_wanted), got.get(place_of_got))
                    else {
                        continue;
                    };
                    compare(
                        &format!("{place}[{place_of_wanted}]"),
                        wanted,
                        got,
                        is_unordered,
                        symbols,
                        found,
                    );
                }
                return;
            }
            for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                compare(&format!("{place}[{index}]"), wanted, got, is_unordered, symbols, found);
            }
        }
        (Value::String(wanted), Value::String(got)) => {
            if !symbols.matches(wanted, got) {
                let wanted = symbols.fill(wanted).unwrap_or_else(|_| wanted.clone());
                found.push(Difference { place: place.into(), wanted: quoted(&wanted), got: quoted(got) });
            }
        }
        _ if same_number(wanted, got) => {}
        _ => found.push(Difference {
            place: place.into(),
            wanted: symbols.fill_value(wanted).unwrap_or_else(|_| wanted.clone()).to_string(),
            got: got.to_string(),
        }),
    }
}

fn objects(
    place: &str,
    wanted: &Map<String, Value>,
    got: &Map<String, Value>,
    is_unordered: bool,
    symbols: &mut Symbols,
    found: &mut Vec<Difference>,
) {
    let mut rest: Vec<&String> = got.keys().collect();
    let guid_first = wanted.iter().filter(|(key, _)| *key == "guid");
    for (key, value) in guid_first.chain(wanted.iter().filter(|(key, _)| *key != "guid")) {
        let at = format!("{place}.{key}");
        let known = if got.contains_key(key) {
            Some(key.clone())
        } else {
            // A key that holds a symbol: the value of the symbol may be known by now.
            symbols.fill(key).ok().filter(|key| got.contains_key(key))
        };
        match known.as_ref().and_then(|key| got.get(key)) {
            Some(theirs) => {
                rest.retain(|other| known.as_ref() != Some(*other));
                compare(&at, value, theirs, is_unordered, symbols, found);
            }
            None => found.push(Difference {
                place: at,
                wanted: symbols.fill_value(value).unwrap_or_else(|_| value.clone()).to_string(),
                got: ABSENT.into(),
            }),
        }
    }
    for key in rest {
        let got = got.get(key).map(Value::to_string).unwrap_or_default();
        found.push(Difference { place: format!("{place}.{key}"), wanted: ABSENT.into(), got });
    }
}

/// For each wanted item the place of one that is like it, each used once; `None` if there is no such pairing. Lists without an order are
/// short, and a first fit is right unless symbols are bound only by them.
fn pairing(wanted: &[Value], got: &[Value], symbols: &Symbols) -> Option<Vec<usize>> {
    let mut free: Vec<usize> = (0..got.len()).collect();
    let mut bound = symbols.clone();
    let mut order = Vec::new();
    for item in wanted {
        let fits = free.iter().position(|place| {
            let mut tried = bound.clone();
            let mut found = Vec::new();
            let Some(candidate) = got.get(*place) else { return false };
            compare("", item, candidate, true, &mut tried, &mut found);
            let fits = found.is_empty();
            if fits {
                bound = tried;
            }
            fits
        })?;
        order.push(free.remove(fits));
    }
    Some(order)
}

fn same_number(wanted: &Value, got: &Value) -> bool {
    wanted == got || matches!((wanted.as_f64(), got.as_f64()), (Some(a), Some(b)) if a.total_cmp(&b).is_eq())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::symbols::Symbols;
    use serde_json::{Value, json};

    fn places(wanted: &Value, got: &Value, is_unordered: bool) -> Vec<String> {
        let mut found = Vec::new();
        compare("answer", wanted, got, is_unordered, &mut Symbols::default(), &mut found);
        found.into_iter().map(|difference| difference.place).collect()
    }

    #[test]
    fn every_key_counts() {
        assert_eq!(places(&json!({"a": 1, "b": null}), &json!({"a": 1}), false), ["answer.b"]);
        assert_eq!(places(&json!({"a": 1}), &json!({"a": 1, "c": null}), false), ["answer.c"]);
    }

    #[test]
    fn the_guid_is_bound_before_what_refers_to_it() {
        let wanted = json!({"links": "/{{1:guid}}", "guid": "{{1:guid}}"});
        assert!(places(&wanted, &json!({"links": "/x", "guid": "x"}), false).is_empty());
        assert_eq!(places(&wanted, &json!({"links": "/y", "guid": "x"}), false), ["answer.links"]);
    }

    #[test]
    fn lists_count_in_order_but_for_destinations() {
        let (wanted, got) = (json!([1, 2]), json!([2, 1]));
        assert_eq!(places(&wanted, &got, false), ["answer[0]", "answer[1]"]);
        assert!(places(&wanted, &got, true).is_empty());
        assert!(places(&json!({"destinations": wanted}), &json!({"destinations": got}), false).is_empty());
    }
}

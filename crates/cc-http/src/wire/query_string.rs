//! Query strings as Rack reads them: texts, lists (`a[]=x`) and maps (`a[b]=x`), by name.
//!
//! Not by `form_urlencoded`, which does not tell `a` from `a=`, nor by its writer, which leaves `*` and escapes `~`.

use percent_encoding::percent_decode_str;

/// The value of one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A name without an equals sign.
    Null,
    Text(String),
    List(Vec<String>),
    Map(Vec<(String, Param)>),
}

impl Param {
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// As Ruby writes it where a text is wanted: a list is `["a", "b"]`.
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::List(items) => format!("{items:?}"),
            Self::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("{name:?} => {:?}", value.to_text()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

/// Parameters in the order in which they were given first; of a text that is given twice the last one counts.
pub fn parse(query: &str) -> Vec<(String, Param)> {
    let mut params = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name, Some(decode(&value.replace('+', " ")))),
            None => (part, None),
        };
        let name = decode(&name.replace('+', " "));
        let (name, rest) = match name.find('[') {
            Some(at) if at > 0 && name.ends_with(']') => (name.get(..at), name.get(at..)),
            _ => (Some(name.as_str()), None),
        };
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            put(&mut params, name, rest.unwrap_or_default(), value);
        }
    }
    params
}

/// At most this deep: what lies below is dropped.
const DEPTH: usize = 8;

fn put(params: &mut Vec<(String, Param)>, name: &str, rest: &str, value: Option<String>) {
    put_below(params, name, rest, value, 0);
}

fn put_below(params: &mut Vec<(String, Param)>, name: &str, rest: &str, value: Option<String>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    let place = params.iter().position(|(known, _)| known == name);
    let known = place.and_then(|place| params.get_mut(place)).map(|(_, known)| known);
    let below = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let fresh = match (below, known) {
        (Some(("", _)), Some(Param::List(items))) => {
            items.extend(value);
            return;
        }
        (Some((key, deeper)), Some(Param::Map(members))) if !key.is_empty() => {
            put_below(members, key, deeper, value, depth + 1);
            return;
        }
        (None, Some(known)) => {
            *known = value.map_or(Param::Null, Param::Text);
            return;
        }
        (Some(("", _)), _) => Param::List(value.into_iter().collect()),
        (Some((key, deeper)), _) => {
            let mut members = Vec::new();
            put_below(&mut members, key, deeper, value, depth + 1);
            Param::Map(members)
        }
        (None, None) => value.map_or(Param::Null, Param::Text),
    };
    match place.and_then(|place| params.get_mut(place)) {
        Some((_, known)) => *known = fresh,
        None => params.push((name.to_owned(), fresh)),
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Splits at commas and decodes each piece once more: a comma within a value comes as `%252C`. An empty text is one empty value.
pub fn values(text: &str) -> Vec<String> {
    let mut list = text.split(',');
    let first = list.next().map(decode);
    first.into_iter().chain(list.map(|value| decode(value.trim_ascii_start()))).collect()
}

/// The number at the start of a text as Ruby's `to_i` finds it: blanks, a sign, digits; 0 without.
pub fn leading_integer(text: &str) -> i128 {
    let text = text.trim_start();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = digits
        .char_indices()
        // An underscore between digits is none of the number.
        .filter(|(at, c)| *c != '_' || *at == 0)
        .map_while(|(_, c)| c.to_digit(10))
        .fold(0_i128, |sum, digit| sum.saturating_mul(10).saturating_add(i128::from(digit)));
    if is_negative { -number } else { number }
}

/// Escapes as Ruby's `CGI.escape`: what links hold.
pub fn escape(text: &str) -> String {
    const ESCAPED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b' ');
    percent_encoding::utf8_percent_encode(text, ESCAPED).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_lists_and_maps_are_told_apart() {
        let text = |text: &str| Param::Text(text.to_owned());
        assert_eq!(
            parse("a=1&a=2&b[]=x&b[]=y&c[gt]=1&c[lt]=2&d&e[f][g]=h"),
            [
                ("a".to_owned(), text("2")),
                ("b".to_owned(), Param::List(vec!["x".into(), "y".into()])),
                ("c".to_owned(), Param::Map(vec![("gt".into(), text("1")), ("lt".into(), text("2"))])),
                ("d".to_owned(), Param::Null),
                ("e".to_owned(), Param::Map(vec![("f".into(), Param::Map(vec![("g".into(), text("h"))]))])),
            ]
        );
    }

    #[test]
    fn values_are_decoded_again_behind_the_split() {
        assert_eq!(values("a%2Cb, c"), ["a,b", "c"]);
        assert_eq!(values(""), [""]);
        assert_eq!(values("a,"), ["a", ""]);
    }

    #[test]
    fn numbers_are_what_a_text_begins_with() {
        for (text, number) in [("12", 12), (" +5x", 5), ("-3", -3), ("x", 0), ("", 0), ("5_0", 50), ("_5", 0)]
        {
            assert_eq!(leading_integer(text), number, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a-c\\[\\]&=%+é ]{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_escaped_comes_back(text in "\\PC{0,20}") {
            prop_assert_eq!(decode(&escape(&text).replace('+', " ")), text);
        }
    }
}

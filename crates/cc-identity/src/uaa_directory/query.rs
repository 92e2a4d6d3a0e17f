//! Filters and addresses in the form that a UAA reads.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Users asked for in one request, as many as the reference asks for.
pub(super) const BATCH: usize = 200;
/// Bytes of a filter as sent: 200 guids of 36 characters. A UAA's header may have 14 KiB, token included.
const LONGEST_FILTER: usize = 10_400;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A text of a form or a query, as sent.
pub(super) fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A text as one segment of a path; None for what cannot be one.
pub(super) fn segment(text: &str) -> Option<String> {
    (!matches!(text, "" | "." | "..")).then(|| utf8_percent_encode(text, SEGMENT).to_string())
}

/// `attribute operator "value"`. Values are JSON strings in the grammar of filters, so nothing in one ends it.
pub(super) fn compare(attribute: &str, operator: &str, value: &str) -> String {
    format!("{attribute} {operator} {}", serde_json::Value::from(value))
}

/// One filter for the values of each request, with the values.
pub(super) fn any_of<'a>(
    attribute: &str,
    operator: &str,
    values: &'a [String],
) -> Vec<(String, &'a [String])> {
    let (mut filters, mut rest) = (Vec::new(), values);
    while !rest.is_empty() {
        let (mut filter, mut bytes, mut taken) = (String::new(), 0, 0);
        for value in rest.iter().take(BATCH) {
            let next = compare(attribute, operator, value);
            bytes += form(&next).len() + "+or+".len();
            // A value that is too long alone is asked for alone.
            if taken > 0 && bytes > LONGEST_FILTER {
                break;
            }
            if taken > 0 {
                filter.push_str(" or ");
            }
            filter.push_str(&next);
            taken += 1;
        }
        let (batch, left) = rest.split_at(taken);
        filters.push((filter, batch));
        rest = left;
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_quotes() {
        assert_eq!(compare("username", "eq", r#"a" or "b"#), r#"username eq "a\" or \"b""#);
        assert_eq!(compare("username", "eq", r"a\"), r#"username eq "a\\""#);
        assert_eq!(form(r#"id eq "a&b=ü""#), "id+eq+%22a%26b%3D%C3%BC%22");
        assert_eq!(form("a+b c"), "a%2Bb+c");
        assert_eq!(segment("a/b?c").as_deref(), Some("a%2Fb%3Fc"));
        assert_eq!((segment(""), segment("."), segment("..")), (None, None, None));
    }

    #[test]
    fn batches_are_as_large_as_a_header_takes() {
        let guids: Vec<_> = (0..401).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
        let sizes: Vec<_> = any_of("id", "eq", &guids).iter().map(|(_, batch)| batch.len()).collect();
        assert_eq!(sizes, [200, 200, 1]);
        let long: Vec<_> = (0..3).map(|n| format!("{n}{}", "x".repeat(6_000))).collect();
        let sizes: Vec<_> = any_of("id", "eq", &long).iter().map(|(_, batch)| batch.len()).collect();
        assert_eq!(sizes, [1, 1, 1]);
        assert_eq!(any_of("id", "eq", &["a".into(), "b".into()])[0].0, r#"id eq "a" or id eq "b""#);
        assert!(any_of("id", "eq", &[]).is_empty());
    }
}

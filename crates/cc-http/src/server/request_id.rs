//! The name of a request in answers and logs.

use axum::http::HeaderMap;

/// As it stands in `X-Vcap-Request-Id` (domain-rules 2.2).
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// A client's id, cleaned and cut to 255 characters, followed by `::` and ours; or ours alone.
    pub fn of(headers: &HeaderMap, fresh: String) -> Self {
        let given = ["x-vcap-request-id", "x-request-id"]
            .into_iter()
            .find_map(|name| headers.get(name)?.to_str().ok());
        let clean: String = given
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .take(255)
            .collect();
        Self(if clean.is_empty() { fresh } else { format!("{clean}::{fresh}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_clients_id_is_cleaned_and_extended() {
        let mut headers = HeaderMap::new();
        assert_eq!(RequestId::of(&headers, "n".into()).0, "n");
        headers.insert("x-request-id", HeaderValue::from_static("a b/c_d-1"));
        assert_eq!(RequestId::of(&headers, "n".into()).0, "abc_d-1::n");
        headers.insert("x-vcap-request-id", HeaderValue::from_static("first"));
        assert_eq!(RequestId::of(&headers, "n".into()).0, "first::n");
    }
}

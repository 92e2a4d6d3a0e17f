//! The body of a request as a JSON object, whatever its content type, as Rails reads parameters (domain-rules 1.2).

use super::json;
use super::query_string::{self, Param};
use axum::body::Body;
use bytes::Bytes;
use cc_actions::Fault;
use futures_util::FutureExt;
use multer::Multipart;
use serde_json::{Map, Value};

/// What a content type says of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Form,
    Multipart,
    /// Not read: as if there were no body.
    Other,
}

/// Where the members of a body stand that is no object.
const NO_OBJECT: &str = "_json";

/// Whether a content type is one at all; a request with another is 406.
pub fn is_content_type(text: &str) -> bool {
    let first = text.split([';', ',']).next().unwrap_or_default().trim();
    first.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty())
}

/// Reads the members. No body is `{}`; one that is no object is `{"_json": …}`; nulls in arrays are left out.
pub fn read(bytes: &Bytes, content_type: Option<&str>) -> Result<Map<String, Value>, Fault> {
    let kind = kind(content_type);
    if kind == Kind::Other || bytes.is_empty() {
        return Ok(Map::new());
    }
    let mut members = match (kind, content_type.and_then(|text| multer::parse_boundary(text).ok())) {
        (Kind::Json, _) => match json::parse(bytes) {
            Ok(Value::Object(members)) => members,
            Ok(other) => Map::from_iter([(NO_OBJECT.to_owned(), other)]),
            Err(_) => return Err(Fault::parse_error()),
        },
        (Kind::Multipart, Some(boundary)) => multipart(bytes, boundary)?,
        _ => form(std::str::from_utf8(bytes).map_err(|_| Fault::parse_error())?),
    };
    members.values_mut().for_each(without_nulls);
    Ok(unwrapped(members))
}

/// Refuses a body that says it is JSON and is not, where nothing else is asked of it.
pub fn check_syntax(bytes: &Bytes, content_type: Option<&str>) -> Result<(), Fault> {
    let is_json = content_type.is_some() && kind(content_type) == Kind::Json;
    if is_json && !bytes.is_empty() {
        json::parse(bytes).map_err(|_| Fault::parse_error())?;
    }
    Ok(())
}

/// What Rails takes for its own is dropped, and a member `body` is the body.
fn unwrapped(mut members: Map<String, Value>) -> Map<String, Value> {
    match members.remove("body") {
        Some(Value::Object(body)) => return body,
        Some(_) => return Map::new(),
        None => {}
    }
    for own in ["utf8", "authenticity_token", "_method"] {
        members.remove(own);
    }
    members
}

/// Whether a body of this content type is read.
pub fn is_read(content_type: &str) -> bool {
    kind(Some(content_type)) != Kind::Other
}

/// A body without a content type is read as JSON: who sends one means it.
fn kind(content_type: Option<&str>) -> Kind {
    let Some(text) = content_type else { return Kind::Json };
    let name = text.split([';', ',']).next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "application/json" | "text/x-json" | "application/jsonrequest" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        _ => Kind::Other,
    }
}

fn form(text: &str) -> Map<String, Value> {
    query_string::parse(text).into_iter().map(|(name, value)| (name, value_of(value))).collect()
}

fn value_of(param: Param) -> Value {
    match param {
        Param::Null => Value::Null,
        Param::Text(text) => Value::String(text),
        Param::List(items) => Value::Array(items.into_iter().map(Value::String).collect()),
        Param::Map(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, value_of(value))).collect())
        }
    }
}

/// The fields of a form; a file is an object, as which no member takes it.
fn multipart(bytes: &Bytes, boundary: String) -> Result<Map<String, Value>, Fault> {
    let mut parts = Multipart::new(Body::from(bytes.clone()).into_data_stream(), boundary);
    let read = async {
        let (mut files, mut fields) = (Map::new(), String::new());
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await?;
            if is_file {
                files.insert(name, Value::Object(Map::new()));
            } else {
                let value = query_string::escape(&String::from_utf8_lossy(&bytes));
                fields.extend([&query_string::escape(&name), "=", &value, "&"]);
            }
        }
        // Names of fields mean here what they mean in a query.
        let mut members = form(&fields);
        members.extend(files);
        Ok::<_, multer::Error>(members)
    };
    // The whole body is in memory: there is nothing to wait for.
    read.now_or_never().and_then(Result::ok).ok_or_else(Fault::parse_error)
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(without_nulls);
        }
        Value::Object(members) => members.values_mut().for_each(without_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &'static str, content_type: Option<&str>) -> String {
        let read = read(&Bytes::from_static(body.as_bytes()), content_type);
        read.map_or_else(|fault| fault.detail(), |members| Value::Object(members).to_string())
    }

    #[test]
    fn the_content_type_says_how_a_body_is_read() {
        let body = r#"{"a":[null,1]}"#;
        for json in
            [None, Some("application/json"), Some("Application/JSON; charset=utf-8"), Some("text/x-json")]
        {
            assert_eq!(members(body, json), r#"{"a":[1]}"#, "{json:?}");
        }
        for other in ["text/plain", "application/vnd.api+json", "application/x-yaml"] {
            assert_eq!(members(body, Some(other)), "{}", "{other}");
        }
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(members("a[b][c]=1+2&d[]=3", form), r#"{"a":{"b":{"c":"1 2"}},"d":["3"]}"#);
        assert_eq!(members(r#"{"a": 1}"#, form), r#"{"{\"a\": 1}":null}"#);
        let parts = "--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
        assert_eq!(members(parts, Some("multipart/form-data; boundary=b")), r#"{"a":"1"}"#);
    }

    #[test]
    fn what_is_no_object_is_a_member_that_nobody_knows() {
        assert_eq!(members("[]", None), r#"{"_json":[]}"#);
        assert_eq!(members("null", None), r#"{"_json":null}"#);
        assert_eq!(members("", None), "{}");
        assert_eq!(members(" ", None), "Request invalid due to parse error: invalid request body");
        assert_eq!(members(r#"{"body":{"a":1},"b":2}"#, None), r#"{"a":1}"#);
        assert_eq!(members(r#"{"utf8":"x","b":2}"#, None), r#"{"b":2}"#);
        assert_eq!(members("{", None), "Request invalid due to parse error: invalid request body");
    }

    #[test]
    fn a_content_type_has_two_parts() {
        for (text, is_one) in
            [("a/b", true), ("application/json; x", true), ("json", false), ("/", false), ("", false)]
        {
            assert_eq!(is_content_type(text), is_one, "{text}");
        }
    }
}

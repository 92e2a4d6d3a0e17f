//! What a handler answers.

use axum::body::Body;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
};
use axum::http::{HeaderMap, Response, StatusCode};
use cc_actions::Fault;
use cc_domain::blob::ports::Blob;
use serde::Serialize;

/// A successful answer. Warnings become `X-Cf-Warnings` when it leaves.
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
    warnings: Vec<String>,
}

/// The content type of bits.
pub const BITS: &str = "application/octet-stream";
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

impl Answer {
    fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::empty(), warnings: Vec::new() }
    }

    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Fault> {
        let bytes = serde_json::to_vec(body).map_err(Fault::internal)?;
        let mut answer = Self { body: Body::from(bytes), ..Self::empty(status) };
        answer.headers.insert(CONTENT_TYPE, JSON);
        Ok(answer)
    }

    pub fn ok(body: &impl Serialize) -> Result<Self, Fault> {
        Self::json(StatusCode::OK, body)
    }

    pub fn created(body: &impl Serialize) -> Result<Self, Fault> {
        Self::json(StatusCode::CREATED, body)
    }

    pub fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// 200 without a body: it is done, and there is nothing to tell.
    pub fn done() -> Self {
        Self::empty(StatusCode::OK)
    }

    /// 406 without a body: the request's content type is none.
    pub fn not_acceptable() -> Self {
        Self::empty(StatusCode::NOT_ACCEPTABLE)
    }

    /// 202 with the URL of the job that goes on with it.
    pub fn accepted(job_url: &str) -> Result<Self, Fault> {
        Self::empty(StatusCode::ACCEPTED).with_header(LOCATION, job_url)
    }

    /// A body of another type, streamed or not.
    pub fn raw(status: StatusCode, content_type: &'static str, body: Body) -> Self {
        let mut answer = Self { body, ..Self::empty(status) };
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        answer
    }

    /// A file, streamed.
    pub fn file(blob: Blob, name: &str) -> Result<Self, Fault> {
        Self::raw(StatusCode::OK, BITS, Body::from_stream(blob.content))
            .with_header(CONTENT_LENGTH, &blob.size.to_string())?
            .with_header(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""))
    }

    pub fn with_header(mut self, name: HeaderName, value: &str) -> Result<Self, Fault> {
        self.headers.insert(name, HeaderValue::from_str(value).map_err(Fault::internal)?);
        Ok(self)
    }

    pub fn with_warnings(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if !self.warnings.is_empty() {
            let joined = self.warnings.iter().map(|w| encode_warning(w)).collect::<Vec<_>>().join(",");
            if let Ok(value) = HeaderValue::from_str(&joined) {
                response.headers_mut().insert("x-cf-warnings", value);
            }
        }
        response
    }
}

/// Clients split the header at commas and query-unescape each piece (client-flows 0.4).
fn encode_warning(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
                out.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    out.extend(HEX.get(usize::from(nibble)));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode_warning;

    #[test]
    fn a_warning_survives_the_split_at_commas() {
        assert_eq!(encode_warning("a, b%\n"), "a%2C+b%25%0A");
    }
}

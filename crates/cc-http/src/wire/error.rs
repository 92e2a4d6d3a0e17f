//! Errors as bodies.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use cc_actions::Fault;
use serde_json::json;

/// `{"errors":[{"code","title","detail"}]}` with the fault's status.
pub fn body(fault: &Fault) -> Response<Body> {
    let title = fault.title();
    let errors: Vec<_> = fault
        .details
        .iter()
        .map(|detail| json!({ "code": fault.kind.code, "title": title, "detail": detail }))
        .collect();
    let mut response = Response::new(Body::from(json!({ "errors": errors }).to_string()));
    *response.status_mut() =
        StatusCode::from_u16(fault.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

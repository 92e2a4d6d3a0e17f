//! The layers around the operations, outermost first.

use super::dispatch::{dispatch, read};
use super::lanes::Crowded;
use super::path::Tidied;
use super::{Api, RequestId};
use crate::operation::Operation;
use crate::operations;
use crate::retry_after::with_retry_after;
use crate::wire::{BITS, body, error_body};
use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodFilter, on};
use cc_actions::Fault;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::normalize_path::NormalizePath;

/// Longest request line, checked once the host is known to be ours.
const MAX_URI: usize = 16 * 1024;

/// Bytes of a body that nobody asked for.
const MAX_IGNORED_BODY: usize = 1_048_576;

/// What [`service`] makes.
pub type ApiService = Tidied<NormalizePath<Router>>;

/// The API as one service: answers every path, unknown ones with the reference's 404. What of a path makes no difference has to be settled
/// outside of the router, since layers within it run after routing.
pub fn service(api: Api) -> ApiService {
    Tidied(NormalizePath::trim_trailing_slash(router(api)))
}

fn router(api: Api) -> Router {
    let mut router = Router::new();
    for operation in operations::all() {
        let api = api.clone();
        let endpoint = move |params: RawPathParams, request: Request<Body>| {
            respond(operation, api.clone(), params, request)
        };
        router = router.route(operation.path, on(filter(operation), endpoint));
    }
    let time_limit = api.time_limit;
    let unknown = move |request| async move { error_body(&nothing_there(time_limit, request).await) };
    router.fallback(unknown).method_not_allowed_fallback(unknown).layer(
        ServiceBuilder::new()
            // Before all others: under overload most of the work is refusing, and has to be cheap.
            .layer(from_fn_with_state(api.clone(), stand_in_line))
            .layer(map_response(with_retry_after))
            // Around all that follows, so that every answer, also a panic's, has an id and a log line.
            .layer(from_fn_with_state(api, trace))
            // Small answers are cheaper sent than squeezed: the layer leaves those under 32 bytes alone. Bits are squeezed already.
            .layer(CompressionLayer::new().compress_when(worth_compressing()))
            // Within the trace: a panic becomes a 500 that is counted and carries the id.
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn(check_uri)),
    )
}

fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new(BITS))
}

fn filter(operation: &Operation) -> MethodFilter {
    MethodFilter::try_from(operation.method.clone()).expect("the table has standard methods only")
}

async fn respond(
    operation: &'static Operation,
    api: Api,
    params: RawPathParams,
    request: Request<Body>,
) -> Response<Body> {
    let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut response = match dispatch(api, operation, params, request).await {
        Ok(answer) => answer.into_response(),
        Err(fault) => {
            // In a crowd refusing is no failure, and a line for each would be one.
            let is_crowded = fault.source.as_ref().is_some_and(|source| source.is::<Crowded>());
            if fault.is_internal() && !is_crowded {
                tracing::error!(operation = operation.id, fault = ?fault, "the operation failed");
            }
            error_body(&fault)
        }
    };
    response.extensions_mut().insert(operation);
    response
}

/// What a request to no operation is told: its body is looked at first, as the reference does.
async fn nothing_there(time_limit: Duration, request: Request<Body>) -> Fault {
    let (parts, sent) = request.into_parts();
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let checked = async {
        let bytes = read(sent, MAX_IGNORED_BODY, "request body is too large".to_owned()).await?;
        body::check_syntax(&bytes, content_type)
    };
    match timeout(time_limit, checked).await {
        Ok(Err(fault)) => fault,
        Ok(Ok(())) | Err(_) => Fault::unknown_request(),
    }
}

async fn trace(state: State<Api>, request: Request<Body>, next: Next) -> Response<Body> {
    let started = Instant::now();
    let id = RequestId::of(request.headers(), state.ports.ids.uuid());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let operation = response.extensions().get::<&Operation>().map_or("none", |operation| operation.id);
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-vcap-request-id", value);
    }
    metrics::histogram!("cc_request_seconds", "operation" => operation).record(elapsed);
    metrics::counter!("cc_requests_total", "operation" => operation, "status" => status.to_string())
        .increment(1);
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(request_id = id.0, operation, %method, path, status, micros, "request");
    response
}

/// Lets a read wait for its turn; what does not get one is not looked at, and leaves no line in the log but counts. What needs no
/// database does not wait.
async fn stand_in_line(state: State<Api>, mut request: Request<Body>, next: Next) -> Response<Body> {
    if request.method() != Method::GET || !request.uri().path().starts_with("/v3/") {
        return next.run(request).await;
    }
    match state.lanes.reads.turn().await {
        Ok(turn) => {
            request.extensions_mut().insert(turn.clone());
            let response = next.run(request).await;
            // Free again with the head of the answer.
            drop(turn);
            response
        }
        Err(crowded) => {
            let mut response = error_body(&crowded.into());
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            let id = RequestId::of(request.headers(), state.ports.ids.uuid());
            if let Ok(value) = HeaderValue::from_str(&id.0) {
                response.headers_mut().insert("x-vcap-request-id", value);
            }
            response
        }
    }
}

async fn check_uri(request: Request<Body>, next: Next) -> Response<Body> {
    if request.uri().to_string().len() > MAX_URI {
        let mut response = error_body(&Fault::bad_request("the request line is too long"));
        *response.status_mut() = StatusCode::URI_TOO_LONG;
        return response;
    }
    if percent_encoding::percent_decode_str(request.uri().path()).decode_utf8().is_err() {
        return error_body(&Fault::invalid_request());
    }
    next.run(request).await
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    metrics::counter!("cc_panics_total").increment(1);
    tracing::error!(panic = text.as_deref().unwrap_or("unknown"), "a handler panicked");
    error_body(&Fault::internal("a handler panicked"))
}

//! One operation: caller, body, handler, and again if the database asks for it.

use super::authenticate::bearer;
use super::lanes::Turn;
use super::{Api, Ctx};
use crate::operation::{Auth, Operation, Takes};
use crate::wire::{Answer, Request, body};
use axum::body::{Body, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::http::{self, Method};
use bytes::Bytes;
use cc_actions::fault::NUL;
use cc_actions::{Fault, Hold};
use cc_domain::access::{Verb, admits_verb};
use cc_domain::manifest::ManifestError;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;
use sync_wrapper::SyncWrapper;
use tokio::time::{Instant, timeout_at};

/// Runs of a handler before a busy database is given up.
const MAX_RUNS: u32 = 3;

/// Answers one request to one operation.
pub(super) async fn dispatch(
    api: Api,
    operation: &'static Operation,
    params: Vec<(String, String)>,
    request: http::Request<Body>,
) -> Result<Answer, Fault> {
    let (mut parts, sent) = request.into_parts();
    let actor = caller(&api, operation, &parts.headers).await?;
    // A raw `%00` is the only way in: a decoded percent sign is not decoded again.
    if parts.uri.path().contains("%00") || parts.uri.query().is_some_and(|query| query.contains("%00")) {
        return Err(Fault::bad_request(NUL));
    }
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if operation.takes == Takes::Json && content_type.is_some_and(|text| !body::is_content_type(text)) {
        return Ok(Answer::not_acceptable());
    }
    let deadline = Instant::now() + api.time_limit;
    let in_time = async |body| {
        let late = |_| Fault::bad_request("the request body did not come in time");
        timeout_at(deadline, body).await.map_err(late)?
    };
    let (bytes, stream) = match operation.takes {
        Takes::Upload => (Bytes::new(), Some(SyncWrapper::new(sent))),
        Takes::Yaml => {
            let too_large = ManifestError::TooLarge.to_string();
            (in_time(read(sent, operation.max_body, too_large)).await?, None)
        }
        // A read has its turn already, and a slow body would hold it.
        Takes::Nothing if operation.method == Method::GET || sent.is_end_stream() => (Bytes::new(), None),
        // Where nothing is taken, what says it is JSON has to be so all the same.
        Takes::Json | Takes::Nothing => {
            let too_large = "request body is too large".to_owned();
            (in_time(read(sent, operation.max_body, too_large)).await?, None)
        }
    };
    let members = match operation.takes {
        Takes::Json => Some(Arc::new(body::read(&bytes, content_type)?)),
        Takes::Nothing => {
            body::check_syntax(&bytes, content_type)?;
            None
        }
        Takes::Yaml | Takes::Upload => None,
    };
    // Reads have had their turn since before the token was looked at. A change stands in line only now, so that a slow client holds
    // nobody up; an upload does not at all.
    let turn = match parts.extensions.remove::<Turn>() {
        None if operation.method != Method::GET && stream.is_none() => Some(api.lanes.writes.turn().await?),
        given => given,
    };
    let request = Request {
        path: parts.uri.path().to_owned(),
        params,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        bytes,
        members,
        stream,
    };
    let hold = match turn {
        Some(turn) => Hold::new(api.hold, move || turn.give_up()),
        None => api.hold.into(),
    };
    let ctx = Ctx { ports: api.ports, links: api.links, surfaces: api.surfaces, hold, actor };
    if operation.takes == Takes::Upload {
        // It has the connection's own limits.
        return run(ctx, operation, request).await;
    }
    match timeout_at(deadline, run(ctx, operation, request)).await {
        Ok(outcome) => outcome,
        Err(elapsed) => Err(Fault::unavailable("The request took too long. Try again later.", elapsed)),
    }
}

async fn caller(
    api: &Api,
    operation: &Operation,
    headers: &http::HeaderMap,
) -> Result<Option<Arc<cc_domain::actor::Actor>>, Fault> {
    if operation.auth == Auth::Anonymous {
        return Ok(None);
    }
    let token = bearer(headers).ok_or_else(Fault::not_authenticated)??;
    let actor = api.callers.caller(token).await?;
    let verb = if operation.method == Method::GET { Verb::Read } else { Verb::Write };
    admits_verb(&actor, verb).map_err(|_| Fault::not_authorized())?;
    Ok(Some(Arc::new(actor)))
}

/// The whole body; `too_large` says what one past the limit is.
pub(super) async fn read(body: Body, limit: usize, too_large: String) -> Result<Bytes, Fault> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Fault::bad_request(too_large)),
        Err(_) => Err(Fault::parse_error()),
    }
}

/// A change runs in a task of its own, so that a client that hangs up does not tear a transaction apart.
async fn run(ctx: Ctx, operation: &'static Operation, request: Request) -> Result<Answer, Fault> {
    if operation.method == Method::GET {
        return attempts(ctx, operation, request).await;
    }
    let task = tokio::spawn(attempts(ctx, operation, request));
    match task.await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(Fault::internal(error)),
        },
    }
}

async fn attempts(ctx: Ctx, operation: &'static Operation, request: Request) -> Result<Answer, Fault> {
    let mut request = request;
    for run in 1..MAX_RUNS {
        let Some(again) = request.again() else { break };
        match (operation.handler)(ctx.clone(), request).await {
            Err(fault) if fault.is_transient => {
                tracing::debug!(operation = operation.id, run, "the database was busy");
            }
            outcome => return outcome,
        }
        // Spread by the id source, so that two that collided do not meet again.
        let jitter = ctx.ports.ids.uuid().bytes().fold(0_u64, |sum, b| sum + u64::from(b)) % 20;
        tokio::time::sleep(Duration::from_millis(5 * u64::from(run) + jitter)).await;
        request = again;
    }
    (operation.handler)(ctx, request).await
}

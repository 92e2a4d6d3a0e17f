//! The request on its way to an instance, and what can be tried again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cc_domain::traffic::Protocol;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, Version};
use http_body::Body;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1};
use tokio::time::{Instant, timeout_at};

use super::body::{Upload, UpstreamBody};
use super::endpoint::Sender;
use super::headers::{APP_ID, INSTANCE_ID, INSTANCE_INDEX};
use super::target::Instance;

const IDEMPOTENCY_KEYS: [HeaderName; 2] =
    [HeaderName::from_static("idempotency-key"), HeaderName::from_static("x-idempotency-key")];

pub(super) struct Outgoing {
    method: Method,
    path: PathAndQuery,
    headers: HeaderMap,
    /// `None` once it is on its way.
    body: Option<UpstreamBody>,
    upload: Arc<Upload>,
    /// Without a body, and doing it twice does no harm.
    can_repeat: bool,
}

pub(super) enum Sent {
    Head(Response<Incoming>, Option<http1::SendRequest<UpstreamBody>>),
    /// The connection was dead before the instance can have seen the request, or the request does no harm twice.
    Stale,
    Failed(&'static str),
    /// What the client sent is no body, or it broke off.
    BrokenBody,
}

impl Outgoing {
    pub fn new(
        method: Method,
        uri: &Uri,
        mut headers: HeaderMap,
        body: UpstreamBody,
        upload: Arc<Upload>,
    ) -> Self {
        let is_safe = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
        let can_repeat =
            body.is_empty() && (is_safe || IDEMPOTENCY_KEYS.iter().any(|key| headers.contains_key(key)));
        if !body.is_empty() && body.size_hint().exact().is_none() && !headers.contains_key(CONTENT_LENGTH) {
            // Else hyper would take a GET to have no body.
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        Self { method, path, headers, body: Some(body), upload, can_repeat }
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub fn address_to(&mut self, instance: &Instance) {
        self.headers.insert(APP_ID, instance.app_header.clone());
        self.headers.insert(INSTANCE_ID, instance.guid_header.clone());
        self.headers.insert(INSTANCE_INDEX, instance.index_header.clone());
    }

    /// `None` if the body has gone already.
    fn request(&mut self, protocol: Protocol, keeps_copy: bool) -> Option<Request<UpstreamBody>> {
        let (headers, body) = if keeps_copy {
            (self.headers.clone(), UpstreamBody::empty(self.upload.clone()))
        } else {
            let body = self.body.take()?;
            (std::mem::take(&mut self.headers), body)
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        let mut uri = http::uri::Parts::default();
        uri.path_and_query = Some(self.path.clone());
        if protocol == Protocol::Http2 {
            let host = headers.get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
            uri.scheme = Some(Scheme::HTTP);
            uri.authority = Authority::try_from(host).ok();
            *request.version_mut() = Version::HTTP_2;
        }
        *request.uri_mut() = Uri::from_parts(uri).ok()?;
        *request.headers_mut() = headers;
        if protocol == Protocol::Http2 {
            request.headers_mut().remove(TRANSFER_ENCODING);
        }
        Some(request)
    }

    fn take_back(&mut self, request: Request<UpstreamBody>) {
        let (parts, body) = request.into_parts();
        self.headers = parts.headers;
        self.body = Some(body);
    }

    /// Sends and waits for the head of the response. The wait is counted from the last part of the body that came from the client.
    pub async fn send(&mut self, sender: Sender, is_reused: bool, timeout: Duration) -> Sent {
        let keeps_copy = is_reused && self.can_repeat;
        let protocol = match &sender {
            Sender::Http1(_) => Protocol::Http1,
            Sender::Http2(_) => Protocol::Http2,
        };
        let (outcome, sender) = match sender {
            Sender::Http1(mut sender) => {
                if is_reused && !sender.is_ready() && sender.ready().await.is_err() {
                    return Sent::Stale;
                }
                let Some(request) = self.request(protocol, keeps_copy) else {
                    return Sent::Failed("request cannot be repeated");
                };
                let outcome = await_head(&self.upload, timeout, sender.try_send_request(request)).await;
                (outcome, Some(sender))
            }
            Sender::Http2(mut sender) => {
                if sender.ready().await.is_err() {
                    return Sent::Stale;
                }
                let Some(request) = self.request(protocol, keeps_copy) else {
                    return Sent::Failed("request cannot be repeated");
                };
                (await_head(&self.upload, timeout, sender.try_send_request(request)).await, None)
            }
        };
        match outcome {
            // No fault of the instance, and nothing to send it a second time.
            Some(Err(_)) if self.upload.is_broken.load(Ordering::Acquire) => Sent::BrokenBody,
            None => Sent::Failed("timeout"),
            Some(Ok(response)) => Sent::Head(response, sender),
            Some(Err(mut failure)) => match failure.take_message() {
                Some(unsent) => {
                    if !keeps_copy {
                        self.take_back(unsent);
                    }
                    if is_reused { Sent::Stale } else { Sent::Failed(cause(failure.error())) }
                }
                None if keeps_copy && !failure.error().is_parse() => Sent::Stale,
                None => Sent::Failed(cause(failure.error())),
            },
        }
    }
}

type Outcome = Result<Response<Incoming>, TrySendError<Request<UpstreamBody>>>;

/// `None` after the time is over.
async fn await_head(
    upload: &Upload,
    timeout: Duration,
    response: impl Future<Output = Outcome>,
) -> Option<Outcome> {
    let mut response = pin!(response);
    let mut deadline = Instant::now() + timeout;
    loop {
        if let Ok(outcome) = timeout_at(deadline, &mut response).await {
            return Some(outcome);
        }
        let extended = upload.last_frame() + timeout;
        if extended <= deadline {
            return None;
        }
        deadline = extended;
    }
}

fn cause(error: &hyper::Error) -> &'static str {
    if error.is_parse() {
        "malformed response"
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        "connection closed by the endpoint"
    } else {
        "connection failed"
    }
}

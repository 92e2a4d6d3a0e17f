//! The body of a request of ours: in time, and taken care of if nobody wanted it.

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Response};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// Of an upload: so many bytes excuse a second of waiting.
const SLOWEST_UPLOAD: u64 = 4 * 1024;
/// A body up to this is read to its end, so that the connection can be used again.
const SMALL: u64 = 64 * 1024;

/// How long we wait for a client's body, all waits together.
#[derive(Clone, Copy)]
pub struct Patience {
    pub time: Duration,
    /// Whether what has come is rewarded with more time.
    pub is_upload: bool,
}

/// A body that fails once the client let us wait for too long, and that comes back if it was not read to its end.
pub struct RequestBody {
    incoming: Option<Incoming>,
    patience: Patience,
    bytes: u64,
    waited: Duration,
    waits_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
    left: Arc<Left>,
}

/// Where an unread body comes back.
#[derive(Default)]
pub struct Left(Mutex<Option<Incoming>>);

#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error("the body of the request did not come in time")]
    TooSlow,
    #[error(transparent)]
    Broken(#[from] hyper::Error),
}

impl RequestBody {
    pub fn of(incoming: Incoming, patience: Patience) -> (Body, Arc<Left>) {
        let left = Arc::new(Left::default());
        if incoming.is_end_stream() {
            return (Body::empty(), left);
        }
        let body = Self {
            incoming: Some(incoming),
            patience,
            bytes: 0,
            waited: Duration::ZERO,
            waits_since: None,
            alarm: None,
            left: left.clone(),
        };
        (Body::new(body), left)
    }

    fn allowed(&self) -> Duration {
        let earned = if self.patience.is_upload { self.bytes / SLOWEST_UPLOAD } else { 0 };
        self.patience.time + Duration::from_secs(earned)
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let Some(incoming) = &mut this.incoming else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(&mut *incoming).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                this.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            } else {
                this.incoming = None;
            }
            if let Some(since) = this.waits_since.take() {
                this.waited += since.elapsed();
            }
            this.alarm = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| BodyError::from(error).into())));
        }
        let since = *this.waits_since.get_or_insert_with(Instant::now);
        let deadline = since + this.allowed().saturating_sub(this.waited);
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        std::task::ready!(alarm.as_mut().poll(context));
        Poll::Ready(Some(Err(BodyError::TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or(SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take().filter(|incoming| !incoming.is_end_stream()) {
            *self.left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(incoming);
        }
    }
}

impl Left {
    /// After the answer of an HTTP/1 request: a small rest is read, so that the connection goes on; with a longer one, or one that the
    /// client has not begun to send, the connection ends, and the answer says so.
    pub fn settle(&self, response: &mut Response<Body>, awaits_leave: bool) {
        let Some(incoming) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let is_small = incoming.size_hint().upper().is_some_and(|rest| rest <= SMALL);
        if awaits_leave || !is_small {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if !awaits_leave {
            tokio::spawn(cc_edge::linger(incoming));
        }
    }
}

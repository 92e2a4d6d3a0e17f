//! Bodies on their way through: frame by frame, never collected.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::exchange::Finish;
use crate::linger;

/// How far the request's body has come; read by the one who waits for the response.
#[derive(Debug)]
pub(super) struct Upload {
    started: Instant,
    pub bytes: AtomicU64,
    pub is_complete: AtomicBool,
    /// The client sent what is no body, or went away.
    pub is_broken: AtomicBool,
    last_frame_ms: AtomicU64,
}

impl Upload {
    pub fn new(started: Instant) -> Self {
        Self {
            started,
            bytes: AtomicU64::new(0),
            is_complete: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
            last_frame_ms: AtomicU64::new(0),
        }
    }

    /// When the client last sent a part of the body.
    pub fn last_frame(&self) -> Instant {
        self.started + std::time::Duration::from_millis(self.last_frame_ms.load(Ordering::Relaxed))
    }

    fn saw(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_frame_ms.store(elapsed, Ordering::Relaxed);
    }
}

/// What is sent to an instance. Dropped before its end, the rest is taken from the client for a while.
pub(super) struct UpstreamBody {
    incoming: Option<Incoming>,
    upload: Arc<Upload>,
    /// Whether the client sends it only when told to.
    awaits_leave: bool,
}

impl UpstreamBody {
    pub fn new(incoming: Incoming, upload: Arc<Upload>, awaits_leave: bool) -> Self {
        if incoming.is_end_stream() {
            return Self::empty(upload);
        }
        Self { incoming: Some(incoming), upload, awaits_leave }
    }

    pub fn empty(upload: Arc<Upload>) -> Self {
        upload.is_complete.store(true, Ordering::Release);
        Self { incoming: None, upload, awaits_leave: false }
    }

    pub fn is_empty(&self) -> bool {
        self.incoming.is_none()
    }
}

impl Drop for UpstreamBody {
    fn drop(&mut self) {
        let is_complete = self.upload.is_complete.load(Ordering::Acquire);
        if let Some(rest) = self.incoming.take()
            && !(is_complete || self.awaits_leave || rest.is_end_stream())
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(linger(rest));
        }
    }
}

impl Body for UpstreamBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Self { incoming, upload, .. } = &mut *self;
        let Some(body) = incoming else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(&mut *body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => upload.saw(frame.data_ref().map_or(0, Bytes::len)),
            Some(Err(_)) => upload.is_broken.store(true, Ordering::Release),
            None => {}
        }
        if frame.is_none() || body.is_end_stream() {
            upload.is_complete.store(true, Ordering::Release);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

/// What is sent to the client. Dropped before its end, it closes the connection to the instance.
pub struct EdgeBody(Inner);

enum Inner {
    Text(Option<Bytes>),
    Relayed { incoming: Incoming, finish: Option<Box<Finish>> },
}

impl EdgeBody {
    pub(super) fn text(text: String) -> Self {
        Self(Inner::Text((!text.is_empty()).then(|| text.into())))
    }

    pub(super) fn relay(incoming: Incoming, finish: Finish) -> Self {
        let mut finish = Some(Box::new(finish));
        if incoming.is_end_stream() {
            complete(&mut finish);
        }
        Self(Inner::Relayed { incoming, finish })
    }
}

fn complete(finish: &mut Option<Box<Finish>>) {
    if let Some(finish) = finish.take() {
        finish.complete();
    }
}

impl Drop for EdgeBody {
    fn drop(&mut self) {
        if let Inner::Relayed { incoming, finish } = &mut self.0
            && incoming.is_end_stream()
        {
            complete(finish);
        }
    }
}

impl Body for EdgeBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let (incoming, finish) = match &mut self.0 {
            Inner::Text(text) => return Poll::Ready(text.take().map(|text| Ok(Frame::data(text)))),
            Inner::Relayed { incoming, finish } => (incoming, finish),
        };
        let frame = std::task::ready!(Pin::new(&mut *incoming).poll_frame(context));
        match &frame {
            Some(Ok(part)) => {
                if let Some(finish) = finish {
                    finish.sent(part.data_ref().map_or(0, Bytes::len));
                }
                if incoming.is_end_stream() {
                    complete(finish);
                }
            }
            Some(Err(error)) => {
                if let Some(finish) = finish.take() {
                    finish.fail(error);
                }
            }
            None => complete(finish),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Text(text) => text.is_none(),
            Inner::Relayed { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Text(text) => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
            Inner::Relayed { incoming, .. } => incoming.size_hint(),
        }
    }
}

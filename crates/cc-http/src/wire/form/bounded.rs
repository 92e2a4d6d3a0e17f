//! Bounds what a form may send before anything comes of it. The parser looks for a boundary, or for the end of a part's headers, in
//! whatever it is given, and keeps all of that in memory.

use bytes::Bytes;
use futures_util::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

/// Bytes in which the parser must find something: a preamble, or the headers of a part. One chunk more may be held.
const MAX_UNREAD: usize = 64 * 1024;

/// More than [`MAX_UNREAD`] bytes of which nothing came.
#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a form's preamble and the headers of a part may have at most {MAX_UNREAD} bytes")
    }
}

impl std::error::Error for TooLong {}

/// Says that the parser found something.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicUsize>);

impl Progress {
    pub fn made(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The stream, which ends in an error when the parser takes too much in vain.
pub(super) struct Bounded<S> {
    inner: S,
    unread: Progress,
    has_given: bool,
}

impl<S> Bounded<S> {
    pub fn new(inner: S, unread: Progress) -> Self {
        Self { inner, unread, has_given: false }
    }
}

impl<S, E> Stream for Bounded<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.has_given) {
            // The parser takes all that is ready before it looks at any of it: one chunk at a time is enough.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.unread.0.load(Ordering::Relaxed) > MAX_UNREAD {
            return Poll::Ready(Some(Err(TooLong.into())));
        }
        let next = ready!(Pin::new(&mut self.inner).poll_next(context));
        if let Some(Ok(chunk)) = &next {
            self.has_given = true;
            self.unread.0.fetch_add(chunk.len(), Ordering::Relaxed);
        }
        Poll::Ready(next.map(|chunk| chunk.map_err(Into::into)))
    }
}

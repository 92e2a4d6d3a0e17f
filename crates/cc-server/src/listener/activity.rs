//! What a connection is doing, and until when it may.

use super::gate::Place;
use crate::config::Limits;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// A client that takes nothing of what it asked for is given up after this. A film may be paused for minutes.
const STALLED: Duration = Duration::from_secs(300);
/// HTTP/2 begins with this.
const HTTP_2: &[u8] = b"PRI";

/// Known to the socket, which sees bytes, and to the requests on it.
pub struct Activity {
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    since: Instant,
    requests: usize,
    /// Whose frames say nothing about requests: then the time since the last one counts.
    is_http_2: bool,
    /// Since when the client takes nothing.
    blocked: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has come.
    Silent,
    /// The header of a request is coming.
    Header,
    /// A request is answered; it has limits of its own.
    Busy,
    /// Between two requests.
    Idle,
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    Silent,
    Header,
    Stalled,
    /// It may be closed in peace.
    Idle,
}

impl Overdue {
    /// As metrics and log name it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Header => "header",
            Self::Stalled => "stalled",
            Self::Idle => "idle",
        }
    }
}

impl Activity {
    pub fn new() -> Arc<Self> {
        let state = State {
            phase: Phase::Silent,
            since: Instant::now(),
            requests: 0,
            is_http_2: false,
            blocked: None,
        };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// A request begins; it ends with what is returned.
    pub fn request(self: &Arc<Self>) -> Answering {
        let mut state = self.state();
        state.requests += 1;
        state.phase = Phase::Busy;
        Answering(Arc::clone(self))
    }

    fn came(&self, bytes: &[u8]) {
        let mut state = self.state();
        if state.phase == Phase::Silent {
            state.is_http_2 = bytes.starts_with(HTTP_2);
        }
        match state.phase {
            Phase::Silent if state.is_http_2 => state.enter(Phase::Idle),
            Phase::Idle if state.is_http_2 => {}
            Phase::Silent | Phase::Idle => state.enter(Phase::Header),
            Phase::Header | Phase::Busy => {}
        }
    }

    fn took(&self, is_blocked: bool) {
        let mut state = self.state();
        state.blocked = if is_blocked { state.blocked.or_else(|| Some(Instant::now())) } else { None };
    }

    /// Until when it may be as it is, and what it is overdue with then; `None` while there is no such time.
    fn due(&self, limits: &Limits) -> Option<(Instant, Overdue)> {
        let state = self.state();
        if let Some(since) = state.blocked {
            return Some((since + STALLED, Overdue::Stalled));
        }
        match state.phase {
            Phase::Silent => Some((state.since + limits.first_byte, Overdue::Silent)),
            Phase::Header => Some((state.since + limits.header, Overdue::Header)),
            Phase::Idle => Some((state.since + limits.idle, Overdue::Idle)),
            Phase::Busy => None,
        }
    }

    /// Waits until the connection is to be closed. Looks now and then instead of being told, since most requests come and go between.
    pub async fn overdue(&self, limits: &Limits) -> Overdue {
        let look = (limits.first_byte.min(limits.header).min(limits.idle) / 2).min(Duration::from_secs(5));
        loop {
            let next = Instant::now() + look;
            match self.due(limits) {
                Some((deadline, why)) if deadline <= Instant::now() => return why,
                Some((deadline, _)) => tokio::time::sleep_until(deadline.min(next)).await,
                None => tokio::time::sleep_until(next).await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

/// A request on its connection, until its answer has gone.
pub struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests = state.requests.saturating_sub(1);
        if state.requests == 0 {
            state.enter(Phase::Idle);
        }
    }
}

/// A socket that tells what passes, and holds the connection's place also when it has become a tunnel.
pub struct Watched<S> {
    socket: S,
    activity: Arc<Activity>,
    _place: Option<Place>,
}

impl<S> Watched<S> {
    pub fn new(socket: S, activity: Arc<Activity>, place: Option<Place>) -> Self {
        Self { socket, activity, _place: place }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        std::task::ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        if let Some(bytes @ [_, ..]) = buffer.filled().get(before..) {
            self.activity.came(bytes);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    fn noted<T>(&self, outcome: Poll<T>) -> Poll<T> {
        self.activity.took(outcome.is_pending());
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.noted(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.noted(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    fn limits() -> Limits {
        Limits::resolve(&Options::default(), &Options::default(), &mut Vec::new())
    }

    async fn closed_after(activity: &Activity) -> (u64, Overdue) {
        let begun = Instant::now();
        let why = activity.overdue(&limits()).await;
        (begun.elapsed().as_secs(), why)
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_time() {
        let activity = Activity::new();
        assert_eq!(closed_after(&activity).await, (10, Overdue::Silent));
        activity.came(b"G");
        tokio::time::advance(Duration::from_secs(1)).await;
        activity.came(b"ET ");
        assert_eq!(closed_after(&activity).await, (14, Overdue::Header));
        drop(activity.request());
        assert_eq!(closed_after(&activity).await, (75, Overdue::Idle));
        activity.came(b"G");
        assert_eq!(closed_after(&activity).await, (15, Overdue::Header));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_has_no_time_here_unless_nobody_takes_its_answer() {
        let activity = Activity::new();
        let _request = activity.request();
        let quiet = tokio::time::timeout(Duration::from_secs(3_000), activity.overdue(&limits())).await;
        assert!(quiet.is_err());
        activity.took(true);
        tokio::time::advance(Duration::from_secs(200)).await;
        activity.took(false);
        activity.took(true);
        tokio::time::advance(Duration::from_secs(100)).await;
        activity.took(true);
        assert_eq!(closed_after(&activity).await, (200, Overdue::Stalled));
    }

    #[tokio::test(start_paused = true)]
    async fn frames_of_http_2_do_not_prolong_a_connection_without_requests() {
        let activity = Activity::new();
        activity.came(b"PRI * HTTP/2.0");
        tokio::time::advance(Duration::from_secs(60)).await;
        activity.came(b"a ping");
        assert_eq!(closed_after(&activity).await, (15, Overdue::Idle));
        let (one, two) = (activity.request(), activity.request());
        drop(one);
        assert!(activity.due(&limits()).is_none());
        drop(two);
        assert_eq!(closed_after(&activity).await, (75, Overdue::Idle));
    }
}

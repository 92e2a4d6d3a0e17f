//! File descriptors: as many as may be had, and one kept for the moment when there are no more.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// The most that database, blobs, logs and engine are left, beside connections.
const OWN: u64 = 512;

/// After a failure that waiting may mend.
const PAUSE: Duration = Duration::from_millis(50);

/// Raises the limit of this process as far as it is allowed to; how many there are then.
pub fn raise_limit() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 1_024 };
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() {
        return hard;
    }
    soft
}

/// Connections of clients that so many descriptors carry: each may need a second one to an app.
pub fn connections_of(descriptors: u64) -> usize {
    let own = OWN.min(descriptors / 4);
    usize::try_from((descriptors - own) / 2).unwrap_or(usize::MAX).max(1)
}

/// Where connections come from.
pub trait Source: Send + Sync {
    type Stream: Send;

    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, SocketAddr)>> + Send;
}

impl Source for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        Self::accept(self).await
    }
}

/// A listener that lets no client wait in vain: without a descriptor left, the spare one is given up for as long as it takes to accept
/// the connection and close it.
pub struct Accepting<L> {
    listener: L,
    spare: Option<File>,
}

impl<L: Source> Accepting<L> {
    pub fn new(listener: L) -> Self {
        Self { listener, spare: spare() }
    }

    /// The next connection that can be served.
    pub async fn next(&mut self) -> (L::Stream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => {
                    if self.spare.is_none() {
                        self.spare = spare();
                    }
                    return accepted;
                }
                Err(error) if is_exhausted(&error) && self.spare.take().is_some() => {
                    metrics::counter!("cc_connections_refused_total", "why" => "descriptors").increment(1);
                    tracing::warn!(%error, "a connection was refused");
                    // It is there, or the limit would not have been met; if it left meanwhile, nobody is waited for.
                    let _ = tokio::time::timeout(Duration::ZERO, self.listener.accept()).await;
                    self.spare = spare();
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}

fn is_exhausted(error: &io::Error) -> bool {
    use nix::errno::Errno;
    matches!(error.raw_os_error().map(Errno::from_raw), Some(Errno::EMFILE | Errno::ENFILE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        for (descriptors, connections) in [(0, 1), (256, 96), (1_024, 384), (20_000, 9_744)] {
            assert_eq!(connections_of(descriptors), connections);
        }
    }

    /// Answers from a list; streams are numbers that are counted when they are closed.
    #[derive(Default)]
    struct Script {
        answers: Mutex<Vec<Result<usize, i32>>>,
        closed: std::sync::Arc<AtomicUsize>,
    }

    struct Numbered(usize, std::sync::Arc<AtomicUsize>);

    impl Drop for Numbered {
        fn drop(&mut self) {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl Source for Script {
        type Stream = Numbered;

        async fn accept(&self) -> io::Result<(Numbered, SocketAddr)> {
            let next = self.answers.lock().unwrap().pop();
            match next {
                Some(Ok(number)) => Ok((Numbered(number, self.closed.clone()), ([127, 0, 0, 1], 1).into())),
                Some(Err(error)) => Err(io::Error::from_raw_os_error(error)),
                None => std::future::pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_descriptors_who_waits_is_refused_and_the_next_is_served() {
        let exhausted = nix::errno::Errno::EMFILE as i32;
        let script = Script::default();
        *script.answers.lock().unwrap() = vec![Ok(3), Ok(2), Err(exhausted), Ok(1), Err(exhausted)];
        let closed = script.closed.clone();
        let mut accepting = Accepting::new(script);
        let (served, _) = accepting.next().await;
        assert_eq!((served.0, closed.load(Ordering::SeqCst)), (3, 2));
        assert!(accepting.spare.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_left_meanwhile_is_not_waited_for() {
        let script = Script::default();
        *script.answers.lock().unwrap() = vec![Err(nix::errno::Errno::EMFILE as i32)];
        let mut accepting = Accepting::new(script);
        assert!(tokio::time::timeout(Duration::from_secs(1), accepting.next()).await.is_err());
        assert!(accepting.spare.is_some());
    }
}

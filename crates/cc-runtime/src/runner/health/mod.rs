//! Health checks, made by the server from outside.

mod http;

use super::stored::StoredCheck;
use crate::listeners::{Hold, Holder};
use crate::network::dial::Reach;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);
const DEFAULT_INTERVAL: Duration = Duration::from_secs(30);
const DEFAULT_READINESS_INTERVAL: Duration = Duration::from_secs(2);
/// Pauses of the startup check, after an immediate first one; the last repeats.
const RAMP_MS: [u64; 5] = [100, 250, 500, 1000, 2000];

/// What a watch has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Healthy,
    /// After this time: line of `HEALTH` and description for the crash.
    Unhealthy(Duration, String),
    /// Somebody else listens on this host port.
    Taken(u16),
}

/// Why checks did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    Text(String),
    Taken(u16),
}

/// Checks of an instance, with the ports they go to.
#[derive(Clone)]
pub(super) struct Checks {
    pub reach: Reach,
    pub ports: Vec<(u16, u16)>,
    pub all: Vec<StoredCheck>,
    pub holder: Arc<Holder>,
}

impl Checks {
    /// What answers must be the container's own: it is looked at before, so that nobody else is asked, and after, since it may change.
    async fn pass(&self) -> Result<(), Failure> {
        for check in &self.all {
            let port =
                self.ports.iter().find(|(port, _)| *port == check.port).map_or(check.port, |(_, host)| *host);
            let timeout = or_default(check.timeout_ms, DEFAULT_TIMEOUT);
            self.look(port).await?;
            match &check.http {
                Some(path) => http(&self.reach, port, path, timeout).await,
                None => tcp(&self.reach, port, timeout).await,
            }
            .map_err(Failure::Text)?;
            if self.look(port).await? == Hold::Nobody {
                return Err(Failure::Text(refused(&self.reach.host, port)));
            }
        }
        Ok(())
    }

    async fn look(&self, port: u16) -> Result<Hold, Failure> {
        if !self.reach.shares_ports() {
            return Ok(Hold::Own);
        }
        match look(&self.holder, port).await {
            Ok(Hold::Foreign) => Err(Failure::Taken(port)),
            Ok(hold) => Ok(hold),
            Err(error) => Err(Failure::Text(format!("cannot tell who listens on port {port}: {error}"))),
        }
    }

    fn interval(&self, default: Duration) -> Duration {
        self.all.iter().map(|check| or_default(check.interval_ms, default)).min().unwrap_or(default)
    }
}

fn or_default(milliseconds: u64, default: Duration) -> Duration {
    if milliseconds == 0 { default } else { Duration::from_millis(milliseconds) }
}

/// How a port of the host stands to a container.
pub(super) async fn look(holder: &Arc<Holder>, port: u16) -> io::Result<Hold> {
    let holder = Arc::clone(holder);
    tokio::task::spawn_blocking(move || holder.look(port)).await.map_err(io::Error::other)?
}

/// Healthy once all checks pass; unhealthy when they have not within `limit`.
pub(super) async fn startup(checks: &Checks, limit: Duration) -> Verdict {
    let start = Instant::now();
    for attempt in 1_u32.. {
        let error = match checks.pass().await {
            Ok(()) => break,
            Err(Failure::Taken(port)) => return Verdict::Taken(port),
            Err(Failure::Text(error)) => error,
        };
        if start.elapsed() >= limit {
            let is_deaf = error.contains("connection refused") || error.contains("timed out");
            let text = if is_deaf && checks.reach.shares_ports() {
                format!("{error}; app did not listen on $PORT (network = shared assigns a port)")
            } else {
                error
            };
            let text = format!(
                "Timed out after {} ({attempt} attempts) waiting for startup check to succeed: {text}",
                go_duration(limit)
            );
            return Verdict::Unhealthy(start.elapsed(), text);
        }
        let place = usize::try_from(attempt - 1).unwrap_or(usize::MAX).min(RAMP_MS.len() - 1);
        let pause = Duration::from_millis(RAMP_MS.get(place).copied().unwrap_or(2000));
        tokio::time::sleep(pause.min(limit.saturating_sub(start.elapsed()))).await;
    }
    Verdict::Healthy
}

/// Ends with the first failure. A port in other hands is none: whoever guards the ports deals with it.
pub(super) async fn liveness(checks: &Checks) -> String {
    loop {
        tokio::time::sleep(checks.interval(DEFAULT_INTERVAL)).await;
        if let Err(Failure::Text(error)) = checks.pass().await {
            return format!("Liveness check unsuccessful: {error}");
        }
    }
}

/// Tells each change of readiness; never ends.
pub(super) async fn readiness(
    checks: &Checks,
    mut tell: impl FnMut(Result<(), String>),
) -> std::convert::Infallible {
    let mut was_ready = None;
    loop {
        let result = checks.pass().await;
        if was_ready != Some(result.is_ok()) {
            was_ready = Some(result.is_ok());
            tell(result.map_err(|failure| match failure {
                Failure::Text(error) => format!("Readiness check unsuccessful: {error}"),
                Failure::Taken(port) => format!("Readiness check unsuccessful: {}", taken(port)),
            }));
        }
        tokio::time::sleep(checks.interval(DEFAULT_READINESS_INTERVAL)).await;
    }
}

/// For logs and events.
pub(super) fn taken(port: u16) -> String {
    format!("port {port} is in use by a program outside of the instance")
}

/// As Go writes it, to the millisecond: `150ms`, `4.01s`, `1m0.162s`.
pub(super) fn go_duration(time: Duration) -> String {
    let milliseconds = (time.as_micros() + 500) / 1000;
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    if milliseconds < 1000 {
        return format!("{milliseconds}ms");
    }
    let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000);
    let fraction = format!("{:03}", rest % 1000);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    let seconds = format!("{}{point}{fraction}s", rest / 1000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => seconds,
        (0, minutes) => format!("{minutes}m{seconds}"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
    }
}

fn refused(host: &str, port: u16) -> String {
    format!("failed to make TCP connection to {host}:{port}: connection refused")
}

async fn tcp(reach: &Reach, port: u16, timeout: Duration) -> Result<(), String> {
    let prefix = || format!("failed to make TCP connection to {}:{port}: ", reach.host);
    match tokio::time::timeout(timeout, reach.dial(port)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(prefix() + &word(&error)),
        Err(_) => Err(format!("{}timed out after {:.2} seconds", prefix(), timeout.as_secs_f64())),
    }
}

async fn http(reach: &Reach, port: u16, path: &str, timeout: Duration) -> Result<(), String> {
    let prefix = || format!("failed to make HTTP request to '{path}' on port {port}: ");
    let start = Instant::now();
    let deadline = tokio::time::Instant::now() + timeout;
    match http::status(reach, port, path, deadline).await {
        Ok(200) => Ok(()),
        Ok(code) => {
            Err(format!("{}received status code {code} in {}ms", prefix(), start.elapsed().as_millis()))
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Err(format!("{}timed out after {:.2} seconds", prefix(), timeout.as_secs_f64()))
        }
        Err(error) => Err(prefix() + &word(&error)),
    }
}

fn word(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::ConnectionRefused {
        "connection refused".to_owned()
    } else {
        error.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Checks, Verdict, go_duration, startup, tcp};
    use crate::listeners::Holder;
    use crate::network::dial::Reach;
    use crate::runner::stored::StoredCheck;
    use crate::supervisor::{Home, Process, State};
    use cc_domain::traffic::Way;
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;
    use tempfile::TempDir;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    struct Stand {
        listener: TcpListener,
        port: u16,
    }

    async fn stand() -> Stand {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Stand { listener, port }
    }

    /// Head of each answer by what the path contains.
    async fn serve(listener: TcpListener, answer: impl Fn(&str) -> String + Send + 'static) {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_head(&mut stream).await;
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            stream.write_all(answer(&path).as_bytes()).await.unwrap();
        }
    }

    async fn read_head(stream: &mut TcpStream) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap() > 0 {}
        String::from_utf8(head).unwrap()
    }

    /// Folder of a container of which this process is one.
    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let parent = Process::find(std::os::unix::process::parent_id()).unwrap();
        let home = Home::of(folder.path());
        let state =
            State { version: 1, supervisor: parent, init: Some(parent), started_ns: 0, exit: None, home };
        state.write(folder.path()).unwrap();
        folder
    }

    fn loopback() -> Reach {
        Reach { host: "127.0.0.1".into(), way: Way::Host }
    }

    fn http(port: u16, folder: &Path) -> Checks {
        let check = StoredCheck { http: Some("/up".into()), port: 8080, timeout_ms: 0, interval_ms: 0 };
        Checks {
            reach: loopback(),
            ports: vec![(8080, port)],
            all: vec![check],
            holder: Arc::new(Holder::new(folder.into(), "127.0.0.1".parse().unwrap())),
        }
    }

    async fn outcome(answer: impl Fn(&str) -> String + Send + 'static) -> Verdict {
        let stand = stand().await;
        let serving = tokio::spawn(serve(stand.listener, answer));
        let folder = folder();
        let verdict = startup(&http(stand.port, folder.path()), Duration::ZERO).await;
        serving.abort();
        verdict
    }

    fn plain(status: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
    }

    #[tokio::test]
    async fn only_200_is_healthy() {
        assert_eq!(outcome(|_| plain("200 OK")).await, Verdict::Healthy);
        for status in ["204 No Content", "302 Found", "500 No"] {
            let Verdict::Unhealthy(_, text) = outcome(move |_| plain(status)).await else {
                panic!("{status}")
            };
            let code = status.get(..3).unwrap();
            let start = "Timed out after 0s (1 attempts) waiting for startup check to succeed: \
                         failed to make HTTP request to '/up' on port ";
            assert!(text.starts_with(start), "{text}");
            assert!(text.contains(&format!(": received status code {code} in ")), "{text}");
        }
    }

    #[tokio::test]
    async fn a_redirect_to_a_healthy_page_is_healthy() {
        let answer = |path: &str| match path {
            "/up" => plain("302 Found\r\nLocation: /up/"),
            "/up/" => plain("301 Moved\r\nLocation: done"),
            "/up/done" => plain("200 OK"),
            _ => plain("404 Not Found"),
        };
        assert_eq!(outcome(answer).await, Verdict::Healthy);
    }

    #[tokio::test]
    async fn redirects_without_end_or_to_elsewhere_are_unhealthy() {
        let all =
            [("/up", "stopped after 10 redirects"), ("http://169.254.169.254/", "which is not the app")];
        for (location, expected) in all {
            let answer = move |_: &str| plain(&format!("302 Found\r\nLocation: {location}"));
            let Verdict::Unhealthy(_, text) = outcome(answer).await else { panic!("{location}") };
            assert!(text.ends_with(expected), "{text}");
        }
    }

    #[tokio::test]
    async fn informational_answers_are_skipped() {
        let answer = |_: &str| format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n{}", plain("200 OK"));
        assert_eq!(outcome(answer).await, Verdict::Healthy);
    }

    #[tokio::test]
    async fn the_body_is_read_to_its_end() {
        let stand = stand().await;
        let listener = stand.listener;
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_head(&mut stream).await;
            let body = vec![b'x'; 600_000];
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n").await.unwrap();
            // Fails with a reset if the other side hangs up with something unread.
            stream.write_all(&body).await.unwrap();
            stream.shutdown().await.unwrap();
            (stream.read(&mut [0]).await.unwrap(), listener)
        });
        let folder = folder();
        assert_eq!(startup(&http(stand.port, folder.path()), Duration::ZERO).await, Verdict::Healthy);
        assert_eq!(serving.await.unwrap().0, 0);
    }

    #[tokio::test]
    async fn a_port_nobody_listens_on_is_refused() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let expected = format!("failed to make TCP connection to 127.0.0.1:{free}: connection refused");
        assert_eq!(tcp(&loopback(), free, Duration::from_secs(1)).await, Err(expected));
    }

    #[tokio::test]
    async fn a_healthy_answer_of_somebody_else_is_none() {
        let stand = stand().await;
        let serving = tokio::spawn(serve(stand.listener, |_| plain("200 OK")));
        let checks = http(stand.port, Path::new("/nonexistent"));
        assert_eq!(startup(&checks, Duration::from_mins(1)).await, Verdict::Taken(stand.port));
        serving.abort();
    }

    #[test]
    fn durations_are_written_as_go_does() {
        let all = [
            (0, "0s"),
            (150, "150ms"),
            (1000, "1s"),
            (4010, "4.01s"),
            (60_000, "1m0s"),
            (60_162, "1m0.162s"),
            (3_600_000, "1h0m0s"),
        ];
        for (milliseconds, expected) in all {
            assert_eq!(go_duration(Duration::from_millis(milliseconds)), expected);
        }
    }
}

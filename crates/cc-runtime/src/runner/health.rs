//! Health checks, made by the server from outside (local-runtime.md §9.4).

use super::stored::StoredCheck;
use std::io;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);
const DEFAULT_INTERVAL: Duration = Duration::from_secs(30);
const DEFAULT_READINESS_INTERVAL: Duration = Duration::from_secs(2);
/// Pauses of the startup check, after an immediate first one; the last repeats.
const RAMP_MS: [u64; 5] = [100, 250, 500, 1000, 2000];

/// What a watch has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Healthy,
    /// Description for the crash and the line of `HEALTH`.
    Unhealthy(String),
}

/// Checks of an instance, with the host ports they go to.
#[derive(Clone)]
pub(super) struct Checks {
    pub host: String,
    pub ports: Vec<(u16, u16)>,
    pub all: Vec<StoredCheck>,
}

impl Checks {
    async fn pass(&self) -> Result<(), String> {
        for check in &self.all {
            let port =
                self.ports.iter().find(|(port, _)| *port == check.port).map_or(check.port, |(_, host)| *host);
            let timeout = or_default(check.timeout_ms, DEFAULT_TIMEOUT);
            match &check.http {
                Some(path) => http(&self.host, port, path, timeout).await?,
                None => tcp(&self.host, port, timeout).await?,
            }
        }
        Ok(())
    }

    fn interval(&self, default: Duration) -> Duration {
        self.all.iter().map(|check| or_default(check.interval_ms, default)).min().unwrap_or(default)
    }
}

fn or_default(milliseconds: u64, default: Duration) -> Duration {
    if milliseconds == 0 { default } else { Duration::from_millis(milliseconds) }
}

/// Healthy once all checks pass; unhealthy when they have not within `limit`.
pub(super) async fn startup(checks: &Checks, limit: Duration) -> Verdict {
    let start = Instant::now();
    for attempt in 1_u32.. {
        let Err(error) = checks.pass().await else { break };
        if start.elapsed() >= limit {
            let text = if error.contains("connection refused") || error.contains("timed out") {
                format!("{error}; app did not listen on $PORT (runner.network=shared assigns a port)")
            } else {
                error
            };
            return Verdict::Unhealthy(format!(
                "Timed out after {}s ({attempt} attempts) waiting for startup check to succeed: {text}",
                limit.as_secs()
            ));
        }
        let place = usize::try_from(attempt - 1).unwrap_or(usize::MAX).min(RAMP_MS.len() - 1);
        let pause = Duration::from_millis(RAMP_MS.get(place).copied().unwrap_or(2000));
        tokio::time::sleep(pause.min(limit.saturating_sub(start.elapsed()))).await;
    }
    Verdict::Healthy
}

/// Ends with the first failure.
pub(super) async fn liveness(checks: &Checks) -> String {
    loop {
        tokio::time::sleep(checks.interval(DEFAULT_INTERVAL)).await;
        if let Err(error) = checks.pass().await {
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
            tell(result);
        }
        tokio::time::sleep(checks.interval(DEFAULT_READINESS_INTERVAL)).await;
    }
}

async fn tcp(host: &str, port: u16, timeout: Duration) -> Result<(), String> {
    let prefix = || format!("failed to make TCP connection to {host}:{port}: ");
    match tokio::time::timeout(timeout, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(prefix() + &word(&error)),
        Err(_) => Err(format!("{}timed out after {:.2} seconds", prefix(), timeout.as_secs_f64())),
    }
}

async fn http(host: &str, port: u16, path: &str, timeout: Duration) -> Result<(), String> {
    let prefix = || format!("failed to make HTTP request to '{path}' on port {port}: ");
    let start = Instant::now();
    match tokio::time::timeout(timeout, status(host, port, path)).await {
        Ok(Ok(200)) => Ok(()),
        Ok(Ok(code)) => {
            Err(format!("{}received status code {code} in {}ms", prefix(), start.elapsed().as_millis()))
        }
        Ok(Err(error)) => Err(prefix() + &word(&error)),
        Err(_) => Err(format!("{}timed out after {:.2} seconds", prefix(), timeout.as_secs_f64())),
    }
}

fn word(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::ConnectionRefused {
        "connection refused".to_owned()
    } else {
        error.to_string()
    }
}

/// Status code of the answer to a GET.
async fn status(host: &str, port: u16, path: &str) -> io::Result<u16> {
    if path.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(io::Error::other("invalid endpoint"));
    }
    let mut stream = TcpStream::connect((host, port)).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: diego-healthcheck\r\nX-Forwarded-Proto: https\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < 4096 {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    let line = String::from_utf8_lossy(&head);
    let code =
        line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
    code.ok_or_else(|| io::Error::other("malformed HTTP response"))
}

#[cfg(test)]
mod tests {
    use super::{Checks, Verdict, startup, tcp};
    use crate::runner::stored::StoredCheck;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    async fn answering(status: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await.unwrap();
                stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await.unwrap();
            }
        });
        port
    }

    fn http(port: u16) -> Checks {
        let check = StoredCheck { http: Some("/up".into()), port: 8080, timeout_ms: 0, interval_ms: 0 };
        Checks { host: "127.0.0.1".into(), ports: vec![(8080, port)], all: vec![check] }
    }

    #[tokio::test]
    async fn only_200_is_healthy() {
        assert_eq!(startup(&http(answering("200 OK").await), Duration::ZERO).await, Verdict::Healthy);
        for status in ["204 No Content", "302 Found", "500 No"] {
            let port = answering(status).await;
            let Verdict::Unhealthy(text) = startup(&http(port), Duration::ZERO).await else {
                panic!("{status}")
            };
            let code = status.get(..3).unwrap();
            let expected = format!(
                "Timed out after 0s (1 attempts) waiting for startup check to succeed: \
                 failed to make HTTP request to '/up' on port {port}: received status code {code} in "
            );
            assert!(text.starts_with(&expected), "{text}");
        }
    }

    #[tokio::test]
    async fn a_port_nobody_listens_on_is_refused() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let expected = format!("failed to make TCP connection to 127.0.0.1:{free}: connection refused");
        assert_eq!(tcp("127.0.0.1", free, Duration::from_secs(1)).await, Err(expected));
    }
}

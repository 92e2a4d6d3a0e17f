//! The check over HTTP, as the one that Diego runs in a container: it follows redirects and reads the answer to its end.

use crate::network::dial::Reach;
use http::header::{CONNECTION, HOST, LOCATION, USER_AGENT};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::io;
use tokio::time::{Instant, timeout_at};

/// As many as the client of Go follows.
const MOST_REDIRECTS: usize = 10;
/// More of a body is not read.
const MOST_BYTES: usize = 1 << 20;

/// Status of the answer to a GET, after redirects within the app. One that leads out of it is an error: the check is of the app, and it is
/// the server that would go there.
pub(super) async fn status(reach: &Reach, port: u16, path: &str, deadline: Instant) -> io::Result<u16> {
    let mut path = path.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        let (status, location) = get(reach, port, &path, deadline).await?;
        match location {
            Some(location) => path = within(&path, &location, &reach.host, port)?,
            None => return Ok(status.as_u16()),
        }
    }
    Err(io::Error::other(format!("stopped after {MOST_REDIRECTS} redirects")))
}

/// Status, and where it redirects to.
async fn get(
    reach: &Reach,
    port: u16,
    path: &str,
    deadline: Instant,
) -> io::Result<(StatusCode, Option<String>)> {
    let name = format!("{}:{port}", reach.host);
    let request = Request::get(path)
        .header(HOST, HeaderValue::from_str(&name).map_err(io::Error::other)?)
        .header(USER_AGENT, "diego-healthcheck")
        .header("X-Forwarded-Proto", "https")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| io::Error::other("invalid endpoint"))?;
    let exchange = async {
        let stream = reach.dial(port).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let driver = Driver(tokio::spawn(async move { drop(connection.await) }));
        let answer = sender.send_request(request).await.map_err(malformed)?;
        io::Result::Ok((answer, driver))
    };
    let (answer, _driver) = timeout_at(deadline, exchange).await.map_err(|_| io::ErrorKind::TimedOut)??;
    let status = answer.status();
    let location = answer.headers().get(LOCATION).filter(|_| is_redirect(status));
    let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    // What comes after the head changes nothing; an app that is hung up on would log an error.
    let _ = timeout_at(deadline, drain(answer.into_body())).await;
    Ok((status, location))
}

/// Ends the connection when dropped.
struct Driver(tokio::task::JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn malformed(error: hyper::Error) -> io::Error {
    if error.is_parse() { io::Error::other("malformed HTTP response") } else { io::Error::other(error) }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

async fn drain(mut body: Incoming) {
    let mut seen = 0;
    while let Some(Ok(frame)) = body.frame().await {
        seen += frame.data_ref().map_or(0, Bytes::len);
        if seen > MOST_BYTES {
            return;
        }
    }
}

/// Path and query of a redirect from `path`; an error if it leads elsewhere than to this host and port.
fn within(path: &str, location: &str, host: &str, port: u16) -> io::Result<String> {
    let outside = || io::Error::other(format!("redirected to '{location}', which is not the app"));
    let target = location.split('#').next().unwrap_or_default();
    let absolute = if target.starts_with("//") { format!("http:{target}") } else { target.to_owned() };
    if absolute.contains("://") {
        let uri: Uri = absolute.parse().map_err(|_| outside())?;
        let is_here = uri.scheme_str() == Some("http")
            && uri.port_u16().unwrap_or(80) == port
            && uri.host().is_some_and(|name| name == host || name == "localhost");
        return if is_here {
            Ok(uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned())
        } else {
            Err(outside())
        };
    }
    let base = path.split('?').next().unwrap_or_default();
    Ok(match target.chars().next() {
        Some('/') => target.to_owned(),
        Some('?') => format!("{base}{target}"),
        Some(_) => join(base, target),
        None => path.to_owned(),
    })
}

/// A relative path from where `base` stands.
fn join(base: &str, relative: &str) -> String {
    let (folder, _) = base.rsplit_once('/').unwrap_or_default();
    let (relative, query) = relative.split_once('?').map_or((relative, None), |(a, b)| (a, Some(b)));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut is_folder = false;
    for part in relative.split('/') {
        is_folder = matches!(part, "" | "." | "..");
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let mut path = format!("/{}", parts.join("/"));
    if is_folder && !path.ends_with('/') {
        path.push('/');
    }
    if let Some(query) = query {
        path = format!("{path}?{query}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn redirects_lead_within_the_app() {
        let all = [
            ("/health", "/health/", "/health/"),
            ("/health?a=1", "?b=2", "/health?b=2"),
            ("/a/b", "c", "/a/c"),
            ("/a/b", "../c/?d", "/c/?d"),
            ("/a/b", "..", "/"),
            ("/a/b/", "c/", "/a/b/c/"),
            ("/a", "http://127.0.0.1:8080/b?c#d", "/b?c"),
            ("/a", "http://localhost:8080", "/"),
            ("/a", "//127.0.0.1:8080/b", "/b"),
            ("/a", "#top", "/a"),
        ];
        for (path, location, expected) in all {
            let found = within(path, location, "127.0.0.1", 8080).map_err(|error| error.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{path} {location}");
        }
    }

    #[test]
    fn redirects_out_of_the_app_are_not_followed() {
        for location in
            ["http://127.0.0.1:8081/", "http://127.0.0.1/", "https://127.0.0.1:8080/", "//169.254.169.254/"]
        {
            let error = within("/", location, "127.0.0.1", 8080).unwrap_err();
            assert_eq!(error.to_string(), format!("redirected to '{location}', which is not the app"));
        }
    }
}

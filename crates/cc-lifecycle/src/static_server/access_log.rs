//! One line on stdout for each request, once its answer was sent or given up.

use super::answer::Body;
use crate::console;
use bytes::Bytes;
use http::header::REFERER;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is known of a request before it is answered, in the words of the line.
pub(super) struct Line {
    forwarded_for: String,
    referer: String,
    request: String,
}

impl Line {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .map_or_else(|| "-".to_owned(), |value| printable(&String::from_utf8_lossy(value.as_bytes())))
        };
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        Self {
            forwarded_for: header("x-forwarded-for"),
            referer: header(REFERER.as_str()),
            request: printable(&format!("{} {target} {:?}", request.method(), request.version())),
        }
    }

    /// The answer, which writes the line when it ends.
    pub(super) fn watch(self, response: Response<Body>) -> Response<Body> {
        let status = response.status().as_u16();
        response.map(|inner| Watched { inner, sent: 0, status, line: self }.boxed_unsync())
    }

    fn text(&self, time: &str, status: u16, sent: u64) -> String {
        format!("{} - {} - [{time}] \"{}\" {status} {sent}", self.forwarded_for, self.referer, self.request)
    }
}

/// A visitor's words without what would end or fake a line.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(
            |c| if c == '"' || c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] },
        )
        .collect()
}

struct Watched {
    inner: Body,
    sent: u64,
    status: u16,
    line: Line,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.sent += data.len() as u64;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let time = Timestamp::now().to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S %z").to_string();
        console::out(&self.line.text(&time, self.status, self.sent));
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use http::Request;

    #[test]
    fn a_line_says_who_asked_for_what_and_what_was_sent() {
        let request =
            Request::get("/a?b=c").header("x-forwarded-for", "10.0.0.1, 10.0.0.2").body(()).unwrap();
        let text = Line::of(&request).text("24/Nov/2026:09:00:00 +0000", 200, 12);
        assert_eq!(
            text,
            "10.0.0.1, 10.0.0.2 - - - [24/Nov/2026:09:00:00 +0000] \"GET /a?b=c HTTP/1.1\" 200 12"
        );
    }

    #[test]
    fn a_visitor_cannot_end_the_quotes_of_a_line() {
        let request = Request::get("/").header("referer", "x\" 200 1").body(()).unwrap();
        assert_eq!(Line::of(&request).text("t", 404, 0), "- - x\\\" 200 1 - [t] \"GET / HTTP/1.1\" 404 0");
    }
}

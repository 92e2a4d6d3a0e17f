//! The line that a request leaves in the log of its app, in gorouter's form, and the timer beside it.

use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cc_domain::log::{Envelope, Message, Tags};
use http::header::{HOST, REFERER, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};
use jiff::fmt::temporal::DateTimePrinter;

use super::core::Core;
use super::headers::{B3, B3_PARENT, B3_SPAN, B3_TRACE, FORWARDED_FOR, FORWARDED_PROTO};
use super::target::{App, Instance};

/// What the log says of a request. Header values are shared with the request, not copied.
pub(super) struct Record {
    method: Method,
    uri: Uri,
    version: Version,
    peer: SocketAddr,
    request_id: HeaderValue,
    host: Option<HeaderValue>,
    referer: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    forwarded_for: Option<HeaderValue>,
    forwarded_proto: Option<HeaderValue>,
    b3_trace: Option<HeaderValue>,
    b3_span: Option<HeaderValue>,
    b3_parent: Option<HeaderValue>,
    b3: Option<HeaderValue>,
}

pub(super) struct Outcome<'a> {
    pub status: u16,
    pub received_bytes: u64,
    pub sent_bytes: u64,
    pub error: Option<&'a str>,
    pub started_at_ns: i64,
    pub duration: Duration,
    pub before_instance: Duration,
}

impl Record {
    /// `headers` are those for the instance, with everything that the router adds.
    pub fn new(
        method: &Method,
        uri: &Uri,
        version: Version,
        headers: &HeaderMap,
        request_id: HeaderValue,
        peer: SocketAddr,
    ) -> Self {
        let header = |name: HeaderName| headers.get(name).cloned();
        Self {
            method: method.clone(),
            uri: uri.clone(),
            version,
            peer,
            request_id,
            host: header(HOST),
            referer: header(REFERER),
            user_agent: header(USER_AGENT),
            forwarded_for: header(FORWARDED_FOR),
            forwarded_proto: header(FORWARDED_PROTO),
            b3_trace: header(B3_TRACE),
            b3_span: header(B3_SPAN),
            b3_parent: header(B3_PARENT),
            b3: header(B3),
        }
    }

    pub fn write(&self, core: &Core, app: &App, instance: Option<&Arc<Instance>>, outcome: &Outcome<'_>) {
        let tags = match instance {
            Some(instance) => instance.log_tags().clone(),
            None => app.tags_without_instance(),
        };
        let stopped_at_ns = core.now_ns();
        let envelope = |tags: Tags, message: Message| Envelope {
            timestamp: stopped_at_ns,
            source_id: app.guid.clone(),
            instance_id: ROUTER_INDEX.with(Arc::clone),
            tags,
            message,
        };
        if core.config.access_log {
            let mut line = String::with_capacity(640);
            self.line(&mut line, app, instance, outcome).expect("a String takes everything");
            core.sink.emit(envelope(Tags::shared(tags.clone()), Message::out(line)));
        }
        if core.config.timers {
            let own = self.timer_tags(outcome);
            let timer =
                Message::Timer { name: "http".into(), start: outcome.started_at_ns, stop: stopped_at_ns };
            core.sink.emit(envelope(Tags { shared: tags, own }, timer));
        }
    }

    fn line(
        &self,
        out: &mut String,
        app: &App,
        instance: Option<&Arc<Instance>>,
        outcome: &Outcome<'_>,
    ) -> fmt::Result {
        let host = self.host.as_ref().map_or(&b"-"[..], HeaderValue::as_bytes);
        write!(out, "{} - [", host.escape_ascii())?;
        match jiff::Timestamp::from_nanosecond(outcome.started_at_ns.into()) {
            Ok(at) => PRINTER.print_timestamp(&at, &mut *out).map_err(|_| fmt::Error)?,
            Err(_) => out.push('-'),
        }
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        write!(
            out,
            "] \"{} {} {:?}\" {} {} {}",
            self.method,
            path.escape_debug(),
            self.version,
            outcome.status,
            outcome.received_bytes,
            outcome.sent_bytes
        )?;
        for value in [&self.referer, &self.user_agent] {
            out.push(' ');
            quoted(out, value.as_ref())?;
        }
        write!(out, " \"{}\"", self.peer)?;
        match instance {
            Some(instance) => write!(out, " \"{}\"", instance.endpoint)?,
            None => out.push_str(" \"-\""),
        }
        for (name, value) in [
            ("x_forwarded_for", self.forwarded_for.as_ref()),
            ("x_forwarded_proto", self.forwarded_proto.as_ref()),
            ("vcap_request_id", Some(&self.request_id)),
        ] {
            write!(out, " {name}:")?;
            quoted(out, value)?;
        }
        write!(
            out,
            " response_time:{:.6} gorouter_time:{:.6} app_id:\"{}\"",
            outcome.duration.as_secs_f64(),
            outcome.before_instance.as_secs_f64(),
            app.guid
        )?;
        match instance {
            Some(instance) => {
                write!(out, " app_index:\"{}\" instance_id:\"{}\"", instance.index, instance.guid)?;
            }
            None => out.push_str(" app_index:\"-\" instance_id:\"-\""),
        }
        write!(out, " x_cf_routererror:\"{}\"", outcome.error.unwrap_or("-").escape_debug())?;
        for (name, value) in [
            ("x_b3_traceid", &self.b3_trace),
            ("x_b3_spanid", &self.b3_span),
            ("x_b3_parentspanid", &self.b3_parent),
            ("b3", &self.b3),
        ] {
            write!(out, " {name}:")?;
            quoted(out, value.as_ref())?;
        }
        Ok(())
    }

    fn timer_tags(&self, outcome: &Outcome<'_>) -> Box<[(std::borrow::Cow<'static, str>, Box<str>)]> {
        let text = |value: Option<&HeaderValue>| -> Box<str> {
            value.map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default().into()
        };
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let scheme = self.forwarded_proto.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("http");
        let uri = format!("{scheme}://{}{path}", text(self.host.as_ref()));
        Box::new([
            ("status_code".into(), outcome.status.to_string().into()),
            ("method".into(), self.method.as_str().into()),
            ("uri".into(), uri.into()),
            ("peer_type".into(), "Server".into()),
            ("request_id".into(), text(Some(&self.request_id))),
            ("user_agent".into(), text(self.user_agent.as_ref())),
            ("forwarded".into(), text(self.forwarded_for.as_ref())),
            ("remote_address".into(), self.peer.to_string().into()),
        ])
    }
}

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(9));

thread_local! {
    /// There is one router, and its lines are `[RTR/0]`.
    static ROUTER_INDEX: Arc<str> = Arc::from("0");
}

fn quoted(out: &mut String, value: Option<&HeaderValue>) -> fmt::Result {
    let bytes = value.map_or(&b""[..], HeaderValue::as_bytes);
    let bytes = if bytes.is_empty() { b"-" } else { bytes };
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
        let text = str::from_utf8(bytes).map_err(|_| fmt::Error)?;
        return write!(out, "\"{text}\"");
    }
    write!(out, "\"{}\"", bytes.escape_ascii())
}

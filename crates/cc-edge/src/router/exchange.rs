//! One request, from its arrival to its end, however it ends. What is dropped is finished: counted and written to the log.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::{HeaderValue, Response};
use hyper::client::conn::http1;
use tokio::time::Instant;

use super::access_log::Record;
use super::body::{EdgeBody, Upload, UpstreamBody};
use super::core::Core;
use super::counters::{add, sub};
use super::endpoint::InFlight;
use super::headers::REQUEST_ID;
use super::refusal::Refusal;
use super::target::{App, Instance};

/// A request whose app is known.
pub(super) struct Exchange {
    core: Arc<Core>,
    pub upload: Arc<Upload>,
    pub app: Arc<App>,
    pub instance: Option<Arc<Instance>>,
    pub started_at_ns: i64,
    started: Instant,
    /// When the first attempt to reach an instance began.
    handed_over: Option<Instant>,
    pub request_id: HeaderValue,
    /// Boxed, since it travels through futures; `None` if nothing is logged.
    pub record: Option<Box<Record>>,
    status: Option<u16>,
    is_complete: bool,
    sent_bytes: u64,
    error: Option<String>,
}

/// The status of a request whose client did not wait for the answer.
const CLIENT_GONE: u16 = 499;

impl Exchange {
    pub fn new(
        core: &Arc<Core>,
        app: &Arc<App>,
        upload: Arc<Upload>,
        started: Instant,
        request_id: HeaderValue,
        record: Option<Box<Record>>,
    ) -> Self {
        add(&core.counters.requests_now, 1);
        Self {
            core: core.clone(),
            upload,
            app: app.clone(),
            instance: None,
            started_at_ns: core.now_ns(),
            started,
            handed_over: None,
            request_id,
            record,
            status: None,
            is_complete: false,
            sent_bytes: 0,
            error: None,
        }
    }

    pub fn goes_to(&mut self, instance: &Arc<Instance>) {
        self.handed_over.get_or_insert_with(Instant::now);
        self.instance = Some(instance.clone());
    }

    pub fn head_sent(&mut self, status: u16) {
        self.status = Some(status);
        self.core.counters.response(status);
    }

    /// Answers in the place of an app.
    pub fn refuse(mut self, refusal: &Refusal) -> Response<EdgeBody> {
        if matches!(refusal, Refusal::EndpointFailure { .. }) {
            add(&self.core.counters.endpoint_failures, 1);
        }
        let mut response = refusal.response(self.upload.is_complete.load(Ordering::Acquire));
        response.headers_mut().insert(REQUEST_ID, self.request_id.clone());
        self.head_sent(response.status().as_u16());
        self.sent_bytes = http_body::Body::size_hint(response.body()).exact().unwrap_or(0);
        self.error = Some(refusal.error());
        self.is_complete = true;
        response
    }

    pub fn tunnelled(&mut self, received: u64, sent: u64) {
        self.upload.bytes.fetch_add(received, Ordering::Relaxed);
        self.sent_bytes += sent;
        self.is_complete = true;
    }

    pub fn fail(&mut self, error: String) {
        self.error = Some(error);
        self.is_complete = true;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let counters = &self.core.counters;
        let received_bytes = self.upload.bytes.load(Ordering::Relaxed);
        sub(&counters.requests_now, 1);
        add(&counters.bytes_received, received_bytes);
        add(&counters.bytes_sent, self.sent_bytes);
        if !self.is_complete {
            add(&counters.clients_gone, 1);
        }
        let status = self.status.unwrap_or_else(|| {
            counters.response(CLIENT_GONE);
            CLIENT_GONE
        });
        let Some(record) = self.record.take() else { return };
        let duration = self.started.elapsed();
        let outcome = super::access_log::Outcome {
            status,
            received_bytes,
            sent_bytes: self.sent_bytes,
            error: self.error.as_deref(),
            started_at_ns: self.started_at_ns,
            duration,
            before_instance: self.handed_over.map_or(duration, |at| at.duration_since(self.started)),
        };
        record.write(&self.core, &self.app, self.instance.as_ref(), &outcome);
    }
}

/// What is to be done when the body of a response ends.
pub(super) struct Finish {
    pub exchange: Exchange,
    /// The connection, to be used again if all went well.
    pub sender: Option<http1::SendRequest<UpstreamBody>>,
    pub in_flight: InFlight,
}

impl Finish {
    pub fn sent(&mut self, bytes: usize) {
        self.exchange.sent_bytes += bytes as u64;
    }

    /// The response is over. A connection whose request is not over too cannot be used again.
    pub fn complete(mut self) {
        self.exchange.is_complete = true;
        let is_uploaded = self.exchange.upload.is_complete.load(Ordering::Acquire);
        if let (Some(sender), Some(instance), true) =
            (self.sender.take(), &self.exchange.instance, is_uploaded)
        {
            instance.endpoint.put_back(sender, self.exchange.core.config.idle_per_endpoint);
        }
        drop(self.in_flight);
    }

    /// The instance broke off in the middle of its answer.
    pub fn fail(mut self, error: &hyper::Error) {
        add(&self.exchange.core.counters.endpoint_failures, 1);
        self.exchange.fail(format!("endpoint_failure ({error})"));
    }
}

//! What the router has done so far, as plain numbers for a metrics page.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the start, but for the two that are named `…_now`.
#[derive(Debug, Default)]
pub struct Counters {
    pub requests: AtomicU64,
    pub requests_now: AtomicU64,
    pub tunnels_now: AtomicU64,
    pub responses_1xx: AtomicU64,
    pub responses_2xx: AtomicU64,
    pub responses_3xx: AtomicU64,
    pub responses_4xx: AtomicU64,
    pub responses_5xx: AtomicU64,
    /// Clients that left before the answer was complete.
    pub clients_gone: AtomicU64,
    pub unknown_routes: AtomicU64,
    pub no_endpoints: AtomicU64,
    pub endpoint_failures: AtomicU64,
    pub connections_opened: AtomicU64,
    pub connect_failures: AtomicU64,
    pub retries: AtomicU64,
    pub bytes_received: AtomicU64,
    pub bytes_sent: AtomicU64,
    pub table_updates: AtomicU64,
}

impl Counters {
    /// Name (in Prometheus' form, without a prefix) and value of each.
    pub fn read(&self) -> [(&'static str, u64); 18] {
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("requests_total", value(&self.requests)),
            ("requests_now", value(&self.requests_now)),
            ("tunnels_now", value(&self.tunnels_now)),
            ("responses_1xx_total", value(&self.responses_1xx)),
            ("responses_2xx_total", value(&self.responses_2xx)),
            ("responses_3xx_total", value(&self.responses_3xx)),
            ("responses_4xx_total", value(&self.responses_4xx)),
            ("responses_5xx_total", value(&self.responses_5xx)),
            ("clients_gone_total", value(&self.clients_gone)),
            ("unknown_routes_total", value(&self.unknown_routes)),
            ("no_endpoints_total", value(&self.no_endpoints)),
            ("endpoint_failures_total", value(&self.endpoint_failures)),
            ("connections_opened_total", value(&self.connections_opened)),
            ("connect_failures_total", value(&self.connect_failures)),
            ("retries_total", value(&self.retries)),
            ("received_bytes_total", value(&self.bytes_received)),
            ("sent_bytes_total", value(&self.bytes_sent)),
            ("table_updates_total", value(&self.table_updates)),
        ]
    }

    pub(super) fn response(&self, status: u16) {
        let counter = match status {
            100..200 => &self.responses_1xx,
            200..300 => &self.responses_2xx,
            300..400 => &self.responses_3xx,
            400..500 => &self.responses_4xx,
            _ => &self.responses_5xx,
        };
        add(counter, 1);
    }
}

pub(super) fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

pub(super) fn sub(counter: &AtomicU64, amount: u64) {
    counter.fetch_sub(amount, Ordering::Relaxed);
}

//! What an operator sees: the log, the metrics, and whether this replica is ready.

mod one_line;

use crate::cli::LogFormat;
use crate::disk::{Disk, Room};
use crate::problem::{Problem, chain};
use cc_domain::secret::Secret;
use cc_domain::store::Store;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use one_line::OneLine;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tracing_subscriber::EnvFilter;

/// Starts the log on standard error. `CC_LOG` narrows or widens it, as in `info,cc_store=debug`.
pub fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("CC_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(OneLine(std::io::stderr));
    match format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).init(),
    }
}

/// Samples of durations pile up until they are drained; rendering does it, but nobody may ever ask for that.
const DRAIN_EVERY: Duration = Duration::from_secs(5);

/// Installs the recorder behind the `metrics` macros.
pub fn start_metrics() -> Result<PrometheusHandle, Problem> {
    let handle = PrometheusBuilder::new()
        .install_recorder()
        .map_err(Problem::internal("metrics cannot be recorded"))?;
    let drained = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(DRAIN_EVERY).await;
            drained.run_upkeep();
        }
    });
    Ok(handle)
}

/// Readiness and metrics of this replica.
pub struct Observed {
    pub store: Arc<dyn Store>,
    pub prometheus: PrometheusHandle,
    /// Apps share loopback with us, so metrics need this token.
    pub metrics_token: Secret,
    pub is_stopping: Arc<AtomicBool>,
    pub disk: Disk,
}

impl Observed {
    /// Why this replica should get no requests now; `None` if it should.
    pub async fn unready(&self) -> Option<String> {
        if self.is_stopping.load(Ordering::Relaxed) {
            return Some("stopping".to_owned());
        }
        if let Some(Room::Full(_)) = self.disk.room() {
            return self.disk.complaint().map(|why| format!("not ready: {why}"));
        }
        self.store.ping().await.err().map(|error| {
            tracing::warn!(error = chain(&error), "not ready");
            format!("not ready: {error}")
        })
    }

    /// The metrics in Prometheus' text form, if the given `Authorization` value is right.
    pub fn metrics(&self, authorization: &[u8]) -> Option<String> {
        let expected = format!("Bearer {}", self.metrics_token.expose());
        bool::from(expected.as_bytes().ct_eq(authorization)).then(|| {
            // Asked for its gauge.
            let _ = self.disk.room();
            self.prometheus.render()
        })
    }
}

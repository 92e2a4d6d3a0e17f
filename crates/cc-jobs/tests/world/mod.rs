//! A queue in memory that keeps the port's promises, a clock that follows tokio's paused time, and ports that nothing else is behind.

mod queue;

pub use queue::{MemoryQueue, State};

use async_trait::async_trait;
use cc_actions::ports::UploadSettings;
use cc_actions::{Fault, Ports};
use cc_domain::blob::ports::{MockBlobs, MockResources};
use cc_domain::build::StagingSettings;
use cc_domain::identity::MockDirectory;
use cc_domain::job::{ClaimedJob, JobOutcome};
use cc_domain::log::{Envelope, LogSink};
use cc_domain::metadata::MetadataLimits;
use cc_domain::ports::{Clock, Ids};
use cc_domain::process::ProcessSettings;
use cc_domain::process::spec::EngineSettings;
use cc_domain::route::RouterAddress;
use cc_domain::runtime::{MockRuntime, RuntimeError};
use cc_domain::security_group::RuleSettings;
use cc_domain::store::{DynReader, DynTx, Store, StoreError};
use cc_domain::time::Timestamp;
use cc_domain::traffic::MockTraffic;
use cc_jobs::{Registry, Settings, Workers};
use std::sync::Arc;
use tokio::time::Instant;

/// Moves with the time of the test.
pub struct TestClock(Instant);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.0.elapsed().as_micros()).unwrap();
        Timestamp::from_seconds(1_900_000_000).plus_micros(micros)
    }
}

struct OneId;
impl Ids for OneId {
    fn uuid(&self) -> String {
        "id".to_owned()
    }
}

struct NoLogs;
impl LogSink for NoLogs {
    fn emit(&self, _envelope: Envelope) {}
}

/// Handlers of these tests keep nothing.
struct NoStore;

#[async_trait]
impl Store for NoStore {
    async fn begin(&self) -> Result<Box<DynTx>, StoreError> {
        Err(StoreError::Busy)
    }
    async fn reader(&self) -> Result<Box<DynReader>, StoreError> {
        Err(StoreError::Busy)
    }
    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A queue and what it takes to work on it.
pub struct World {
    pub queue: Arc<MemoryQueue>,
    pub ports: Ports,
}

impl World {
    pub fn new() -> Self {
        let clock = Arc::new(TestClock(Instant::now()));
        let queue = Arc::new(MemoryQueue::new(clock.clone()));
        let mut runtime = MockRuntime::new();
        runtime.expect_list_processes().returning(|| Err(RuntimeError::Unavailable("none".to_owned())));
        runtime.expect_list_tasks().returning(|| Err(RuntimeError::Unavailable("none".to_owned())));
        let ports = Ports {
            store: Arc::new(NoStore),
            queue: queue.clone(),
            directory: Arc::new(MockDirectory::new()),
            clock,
            ids: Arc::new(OneId),
            logs: Arc::new(NoLogs),
            blobs: Arc::new(MockBlobs::new()),
            resources: Arc::new(MockResources::new()),
            runtime: Arc::new(runtime),
            traffic: Arc::new(MockTraffic::new()),
            endpoints: Arc::default(),
            wakes: Arc::default(),
            settings: Arc::new(cc_actions::Settings {
                metadata_limits: MetadataLimits::default(),
                default_stack: "cflinuxfs4".to_owned(),
                apps_domain: "apps.example.org".to_owned(),
                reserved_domains: cc_domain::domain::ReservedDomains::PublicSuffixes,
                processes: ProcessSettings::default(),
                external_url: "https://api.example.org".to_owned(),
                router: RouterAddress { is_tls: true, port: None },
                staging: StagingSettings::default(),
                engine: EngineSettings::default(),
                uploads: UploadSettings { folder: std::env::temp_dir(), max_bytes: 0 },
                security_group_rules: RuleSettings::default(),
            }),
        };
        Self { queue, ports }
    }

    /// Workers with one handler, of the operation `work`.
    pub fn start<H, F>(&self, settings: Settings, handler: H) -> Workers
    where
        H: Fn(Ports, ClaimedJob) -> F + Send + Sync + 'static,
        F: Future<Output = Result<JobOutcome, Fault>> + Send + 'static,
    {
        let registry = Registry::default().with("work", handler);
        Workers::start_with(self.ports.clone(), self.queue.clone(), settings, registry)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what a handler returns")]
pub fn done() -> Result<JobOutcome, Fault> {
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

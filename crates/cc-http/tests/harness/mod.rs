//! The API over a fresh database, without a socket: what a test starts with.
//!
//! ```ignore
//! async fn an_auditor_sees_the_space(api: TestApi) {
//!     let org = an_organization().named("o").create(&api).await;
//!     let space = a_space().named("s").in_organization(&org).create(&api).await;
//!     api.give(RoleKind::SpaceAuditor, "ann", &space).await;
//!     let answer = api.get("ann", "/v3/spaces").await;
//!     assert_eq!(answer.status, 200);
//!     insta::assert_snapshot!(answer.redacted());
//! }
//!
//! api_tests![an_auditor_sees_the_space];
//! ```
//! A token is the caller: `admin`, `admin_read_only`, `global_auditor`, anything else is the plain user of that guid. Time stands still
//! until [`TestApi::clock`] is moved. Jobs run when [`TestApi::run_jobs`] says so.

mod answer;
mod bits;
mod build;
mod contract;
mod database;
mod engine;
mod seen;
mod stand_ins;

pub use answer::Answer;
pub use bits::{BitsWorld, Zipped, zip_of};
pub use build::{a_space, an_organization};
pub use database::{Engine, TestDatabase};
pub use engine::TestEngine;
pub use stand_ins::{CountingIds, HandClock, TestDirectory, TestLogs, TestTraffic};

use axum::body::Body;
use axum::http::{Method, Request};
use cc_actions::ports::UploadSettings;
use cc_actions::{Ports, Settings};
use cc_blobs::{ObjectBlobs, ResourcePool};
use cc_domain::blob::ResourceLimits;
use cc_domain::build::StagingSettings;
use cc_domain::domain::ReservedDomains;
use cc_domain::metadata::MetadataLimits;
use cc_domain::ports::Clock;
use cc_domain::process::ProcessSettings;
use cc_domain::process::spec::EngineSettings;
use cc_domain::route::RouterAddress;
use cc_domain::runtime::MockRuntime;
use cc_domain::security_group::RuleSettings;
use cc_domain::store::Store;
use cc_http::server::{ApiService, Lanes, Surfaces};
use cc_http::{Api, Operation, service};
use cc_jobs::Registry;
use serde_json::Value;
use stand_ins::TokenIsCaller;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt;

/// Bytes of the largest upload.
pub const MAX_UPLOAD: u64 = 1 << 20;

/// The API and everything behind it, owned by one test.
pub struct TestApi {
    pub ports: Ports,
    pub clock: Arc<HandClock>,
    pub directory: Arc<TestDirectory>,
    pub logs: Arc<TestLogs>,
    pub traffic: Arc<TestTraffic>,
    /// Bits are below `blobs`; below `uploads` what is on its way in.
    pub folder: TempDir,
    api: Api,
    /// Made of `api` by the first request: a router of that many paths takes a while.
    service: OnceLock<ApiService>,
    pub database: TestDatabase,
}

impl TestApi {
    /// `None` if there is no server of that kind and none is required.
    pub async fn start(engine: Engine) -> Option<Self> {
        let api = Self::over(TestDatabase::fresh(engine).await?);
        api.database.store.seed_default_quota(&"default-quota".into(), api.clock.now()).await.unwrap();
        Some(api)
    }

    /// The API over a database that is not fresh.
    pub fn over(database: TestDatabase) -> Self {
        let (clock, directory) = (Arc::new(HandClock::default()), Arc::new(TestDirectory::default()));
        let (ids, logs) = (Arc::new(CountingIds::default()), Arc::new(TestLogs::default()));
        let traffic = Arc::new(TestTraffic::default());
        let folder = tempfile::tempdir().unwrap();
        let uploads = UploadSettings { folder: folder.path().join("uploads"), max_bytes: MAX_UPLOAD };
        std::fs::create_dir(&uploads.folder).unwrap();
        let blobs = Arc::new(ObjectBlobs::files(&folder.path().join("blobs")).unwrap());
        let ports = Ports {
            store: database.store.clone(),
            queue: database.store.clone(),
            directory: directory.clone(),
            clock: clock.clone(),
            ids,
            logs: logs.clone(),
            resources: Arc::new(ResourcePool::new(blobs.clone(), ResourceLimits::DEFAULT)),
            blobs,
            runtime: Arc::new(engine::idle_engine()),
            traffic: traffic.clone(),
            endpoints: Arc::default(),
            wakes: Arc::default(),
            settings: Arc::new(Settings {
                metadata_limits: MetadataLimits::default(),
                default_stack: "cflinuxfs4".to_owned(),
                apps_domain: "apps.example.org".to_owned(),
                reserved_domains: ReservedDomains::PublicSuffixes,
                processes: ProcessSettings::default(),
                external_url: "https://api.example.org".to_owned(),
                router: RouterAddress { is_tls: true, port: None },
                staging: StagingSettings::default(),
                engine: EngineSettings::default(),
                uploads,
                security_group_rules: RuleSettings::default(),
            }),
        };
        let surfaces = Surfaces {
            login: "https://login.example.org".to_owned(),
            uaa: "https://uaa.example.org".to_owned(),
            log_cache: "https://logs.example.org".to_owned(),
            log_stream: "https://stream.example.org".to_owned(),
        };
        let callers = Arc::new(TokenIsCaller);
        let api = Api::new(ports.clone(), "https://api.example.org", surfaces, callers, Duration::ZERO);
        Self { ports, clock, directory, logs, traffic, folder, api, service: OnceLock::new(), database }
    }

    /// The same with other ports.
    pub fn with_ports(mut self, change: impl FnOnce(&mut Ports)) -> Self {
        change(&mut self.ports);
        self.api.ports = self.ports.clone();
        self.service = OnceLock::new();
        self
    }

    /// The same, holding reads of what is about to change.
    pub fn holding(mut self, hold: Duration) -> Self {
        self.api.hold = hold;
        self.service = OnceLock::new();
        self
    }

    /// The same with these lines of requests.
    pub fn with_lanes(mut self, lanes: Lanes) -> Self {
        self.api.lanes = Arc::new(lanes);
        self.service = OnceLock::new();
        self
    }

    pub fn lanes(&self) -> &Lanes {
        &self.api.lanes
    }

    /// The same with this limit of a call.
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.api.time_limit = limit;
        self.service = OnceLock::new();
        self
    }

    /// The same with this engine.
    pub fn with_runtime(self, runtime: MockRuntime) -> Self {
        self.with_ports(|ports| ports.runtime = Arc::new(runtime))
    }

    /// Ends the server; its SQLite database as a file to be copied, and the folders that go when they are dropped: of it and of the bits.
    pub fn into_file(self) -> (PathBuf, [TempDir; 2]) {
        let Self { ports, api, service, database, folder: bits, .. } = self;
        drop((ports, api, service));
        let folder = database.into_folder();
        (folder.path().join("db"), [folder, bits])
    }

    pub fn store(&self) -> &dyn Store {
        self.ports.store.as_ref()
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(Method::GET, token, path, None).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send(Method::POST, token, path, Some(body)).await
    }

    pub async fn patch(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, token, path, Some(body)).await
    }

    pub async fn put(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, token, path, Some(body)).await
    }

    pub async fn delete(&self, token: &str, path: &str) -> Answer {
        self.send(Method::DELETE, token, path, None).await
    }

    async fn send(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let request = Request::builder().method(method).uri(path);
        let request = if token.is_empty() {
            request
        } else {
            request.header("authorization", format!("bearer {token}"))
        };
        self.call(request.body(body).unwrap()).await
    }

    /// Any request, for uploads and odd headers. What it answers is held against the contract.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        let has_fields = request.uri().query().is_some_and(|query| query.contains("fields"));
        let service = self.service.get_or_init(|| service(self.api.clone())).clone();
        let response = service.oneshot(request).await.unwrap();
        let operation = response.extensions().get::<&Operation>().copied();
        let answer = Answer::read(response).await;
        if let Some(operation) = operation {
            seen::note(operation.id, answer.status);
            contract::hold(operation, &answer, has_fields);
        }
        answer
    }

    /// Runs all jobs that are due, and those that they queue; their number.
    pub async fn run_jobs(&self) -> usize {
        cc_jobs::run_due(&self.ports, &self.ports.queue, &Registry::standard()).await.unwrap()
    }

    /// Deletes and runs the job: the finished job as `/v3/jobs` shows it.
    pub async fn delete_now(&self, token: &str, path: &str) -> Answer {
        let accepted = self.delete(token, path).await;
        assert_eq!(accepted.status, 202, "{accepted:?}");
        self.run_jobs().await;
        self.get(token, &accepted.job_path()).await
    }

    /// Types of all audit events, oldest first.
    pub async fn recorded(&self) -> Vec<String> {
        let page = self
            .store()
            .reader()
            .await
            .unwrap()
            .list_audit_events(
                &cc_domain::audit_event::AuditEventFilter::default(),
                &cc_domain::list::PageRequest { per_page: 5_000, ..Default::default() },
                &cc_domain::list::Scope::Everything,
            )
            .await
            .unwrap();
        page.items.into_iter().map(|event| event.kind).collect()
    }
}

/// `api_tests![one, …];` makes of `async fn one(api: TestApi)` the tests `one::sqlite` and `one::postgres`, each on a fresh database. The
/// one of PostgreSQL says so and passes without a server, unless one is required.
#[macro_export]
macro_rules! api_tests { [$($name:ident),* $(,)?] => { $(
    mod $name {
        use $crate::harness::{Engine, TestApi};

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn sqlite() {
            super::$name(TestApi::start(Engine::Sqlite).await.unwrap()).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn postgres() {
            if let Some(api) = TestApi::start(Engine::Postgres).await {
                super::$name(api).await;
            }
        }
    }
)* } }

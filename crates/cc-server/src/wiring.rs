//! Which adapter stands behind which port, and in which order they come to life.
//!
//! `up` and `serve` are the same code: [`start`] makes what the roles of this replica need and hands back what the listener serves.

mod database;
mod engine;
mod login;
mod logs;

pub use database::{KEY, database};
pub use engine::engine_alone;

use crate::cli::{Engine, Role};
use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::disk::Disk;
use crate::listener::{Front, Surfaces};
use crate::observe::{self, Observed};
use crate::problem::{Problem, chain};
use cc_actions::ports::UploadSettings;
use cc_actions::{Ports, Settings};
use cc_blobs::{ObjectBlobs, ResourcePool};
use cc_domain::blob::ResourceLimits;
use cc_domain::blob::ports::Blobs;
use cc_domain::domain::ReservedDomains;
use cc_domain::identity::Accounts;
use cc_domain::metadata::MetadataLimits;
use cc_domain::ports::{Clock, Ids};
use cc_domain::process::ProcessSettings;
use cc_domain::process::spec::EngineSettings;
use cc_domain::quantity::Megabytes;
use cc_domain::route::RouterAddress;
use cc_domain::secret::Secret;
use cc_edge::log_store::{Limits, RingStore};
use cc_edge::{Edge, RouterConfig};
use cc_http::logs::{LogsState, StreamPace, TokenAccess};
use cc_http::server::{Lanes, TokenCallers};
use cc_jobs::Workers;
use cc_runtime::{LocalRuntime, Nothing};
use cc_store::Aside;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The stack of apps that name none.
const DEFAULT_STACK: &str = "cflinuxfs4";

/// Requests that are answered at a time, reads and writes each: enough that some compute while others wait for the database.
const LEAST_AT_A_TIME: usize = 16;

/// A started server, before and while it listens.
pub struct Running {
    pub front: Arc<Front>,
    pub workers: Option<Workers>,
    pub runtime: Option<Arc<LocalRuntime>>,
    pub is_stopping: Arc<AtomicBool>,
    /// Where the admin's password is kept, if it is the one of the first start.
    pub password_in: Option<PathBuf>,
}

/// Starts everything that the roles ask for. Nothing listens yet when this returns.
pub async fn start(
    config: &Config,
    roles: &[Role],
    data: &DataDir,
    given: Option<Secret>,
    router: RouterAddress,
) -> Result<Running, Problem> {
    let prometheus = observe::start_metrics()?;
    let (clock, ids): (Arc<dyn Clock>, Arc<dyn Ids>) = (Arc::new(SystemClock), Arc::new(RandomIds));
    let database = database(config, data).await?;
    data.close_to_others(config.sqlite());
    database.migrate().await.map_err(|e| Problem::Database(chain(&e)))?;
    let accounts: Arc<dyn Accounts> = database.clone();
    let shared = login::Shared { accounts: accounts.clone(), ids: ids.clone(), clock: clock.clone() };
    let login = login::login(config, shared, data, given).await?;

    let log_store = Arc::new(RingStore::new(Limits::default()));
    let routing = RouterConfig { response_timeout: config.limits.app_response, ..RouterConfig::default() };
    let edge = Edge::new(routing, log_store.clone(), clock.clone());
    let blobs = blobs(data)?;
    let resources = Arc::new(ResourcePool::new(blobs.clone(), ResourceLimits::DEFAULT));
    let mut ports = Ports {
        store: database.clone(),
        queue: database.clone(),
        directory: login::directory(config, accounts)?,
        clock: clock.clone(),
        ids: ids.clone(),
        logs: log_store.clone(),
        blobs,
        resources,
        runtime: match config.engine {
            Engine::Local => Arc::new(Nothing::Elsewhere),
            Engine::None => Arc::new(Nothing::Obedient),
        },
        traffic: edge.clone(),
        endpoints: Arc::default(),
        wakes: Arc::default(),
        settings: Arc::new(settings(config, data, router)?),
    };
    let mut opened = None;
    if roles.contains(&Role::Edge) && config.engine == Engine::Local {
        let engine = engine::open(config, data, &ports).await?;
        ports.runtime = engine.runtime.clone();
        opened = Some(engine);
    }
    cc_actions::seed::run(&ports)
        .await
        .map_err(|f| Problem::Database(format!("the first rows cannot be made: {f:?}")))?;
    let unknown = |f| Problem::Database(format!("the routes cannot be read: {f:?}"));
    cc_actions::route::load(&ports).await.map_err(unknown)?;
    let is_stopping = Arc::new(AtomicBool::new(false));
    // What nobody waits for at a socket goes on beside any crowd of those who do.
    let aside = Ports { store: Arc::new(Aside(database.clone())), ..ports.clone() };
    let runtime = opened.map(|engine| engine.begin(aside.clone()));
    let workers = roles.iter().any(|r| matches!(r, Role::Worker | Role::Clock)).then(|| {
        let mut settings = cc_jobs::Settings::new(ids.uuid());
        settings.is_alone = matches!(config.database, crate::config::Database::Sqlite(_));
        Workers::start(aside, database.clone(), settings)
    });
    let verifier = login.verifier;
    let log_access =
        Arc::new(TokenAccess { verifier: verifier.clone(), store: database.clone(), clock: clock.clone() });
    let api = || Surfaces {
        api: cc_http::service(
            cc_http::Api::new(
                ports.clone(),
                &config.external_url,
                addresses(config),
                Arc::new(TokenCallers { verifier: verifier.clone(), clock: clock.clone() }),
                Duration::from_millis(config.hold_ms),
            )
            .with_time_limit(config.limits.request)
            .with_lanes(Lanes::new((2 * database.readers()).max(LEAST_AT_A_TIME), LEAST_AT_A_TIME)),
        ),
        uaa: login.router.clone(),
        logs: cc_http::logs::router(LogsState {
            source: log_store.clone(),
            access: log_access.clone(),
            stagings: log_access,
            started: clock.now(),
            clock: clock.clone(),
            pace: StreamPace::default(),
        }),
    };
    let front = Front {
        system_host: system_host(&config.external_url),
        surfaces: roles.contains(&Role::Api).then(api),
        edge: roles.contains(&Role::Edge).then_some(edge),
        observed: Observed {
            store: database.clone(),
            prometheus,
            metrics_token: data.token("metrics.token")?,
            is_stopping: is_stopping.clone(),
            disk: Disk::of(&config.data_dir),
        },
        request_time: config.limits.request,
    };
    Ok(Running { front: Arc::new(front), workers, runtime, is_stopping, password_in: login.password_in })
}

/// Bits in the data folder.
pub fn blobs(data: &DataDir) -> Result<Arc<dyn Blobs>, Problem> {
    let folder = data.join("blobs");
    let blobs =
        ObjectBlobs::files(&folder).map_err(|e| Problem::DataDir { path: folder, why: e.to_string() })?;
    Ok(Arc::new(blobs))
}

fn settings(config: &Config, data: &DataDir, router: RouterAddress) -> Result<Settings, Problem> {
    Ok(Settings {
        metadata_limits: MetadataLimits::default(),
        default_stack: DEFAULT_STACK.to_owned(),
        apps_domain: config.apps_domain.clone(),
        reserved_domains: if config.reserves_public_suffixes {
            ReservedDomains::PublicSuffixes
        } else {
            ReservedDomains::None
        },
        processes: processes(config)?,
        external_url: config.external_url.clone(),
        router,
        staging: config.staging,
        engine: EngineSettings { default_stack: DEFAULT_STACK.to_owned(), ..EngineSettings::default() },
        uploads: UploadSettings { folder: data.uploads()?, max_bytes: u64::from(config.max_upload_mb) << 20 },
        security_group_rules: config.security_group_rules,
    })
}

fn processes(config: &Config) -> Result<ProcessSettings, Problem> {
    let mut settings = ProcessSettings::default();
    if let Some(mb) = config.default_app_memory_mb {
        settings.default_memory = Megabytes::new(mb.into()).ok_or_else(|| {
            Problem::Configuration(vec![format!("{mb} MiB is no memory for an app; give one or more")])
        })?;
    }
    Ok(settings)
}

/// All on one origin, where paths tell the surfaces apart; an external UAA has its own.
fn addresses(config: &Config) -> cc_http::server::Surfaces {
    let url = &config.external_url;
    let login = config.uaa.as_ref().map_or(url, |uaa| &uaa.url);
    cc_http::server::Surfaces {
        login: login.clone(),
        uaa: login.clone(),
        log_cache: url.clone(),
        log_stream: url.clone(),
    }
}

fn system_host(url: &str) -> String {
    let uri = url.parse::<http::Uri>().ok();
    uri.and_then(|uri| uri.host().map(str::to_ascii_lowercase)).unwrap_or_default()
}

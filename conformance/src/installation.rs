//! The installation that the recordings were made on, in this process: fresh database, callers, settings, an engine that runs nothing.

mod database;
mod stand_ins;

pub use database::{DatabaseKind, Databases};

use crate::recording::Caller;
use anyhow::Context;
use cc_actions::ports::UploadSettings;
use cc_actions::{Ports, Settings};
use cc_blobs::{ObjectBlobs, ResourcePool};
use cc_domain::access::OrganizationStatus;
use cc_domain::app::LifecycleKind;
use cc_domain::blob::ResourceLimits;
use cc_domain::build::StagingSettings;
use cc_domain::domain::{Domain, DomainKind, DomainName, ReservedDomains};
use cc_domain::metadata::{Metadata, MetadataLimits};
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::process::ProcessSettings;
use cc_domain::process::spec::EngineSettings;
use cc_domain::quantity::Megabytes;
use cc_domain::route::RouterAddress;
use cc_domain::security_group::RuleSettings;
use cc_domain::stack::Stack;
use cc_http::server::{ApiService, Surfaces};
use cc_http::{Api, service};
use cc_jobs::Registry;
use cc_runtime::Nothing;
use stand_ins::{Ids, Introduced, Lost, StepClock};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Where the installation's own surfaces are said to be.
pub const API: &str = "https://api.system.example.com";
pub const UAA: &str = "https://uaa.system.example.com";
const LOGIN: &str = "https://login.system.example.com";

/// One server over one database.
pub struct Installation {
    pub service: ApiService,
    ports: Ports,
    clock: Arc<StepClock>,
    registry: Registry,
    callers: Arc<Introduced>,
    _folder: TempDir,
}

impl Installation {
    pub async fn start(databases: &Databases, callers: &BTreeMap<String, Caller>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = databases.fresh(folder.path()).await?;
        let clock = Arc::new(StepClock::default());
        let callers = Arc::new(Introduced::new(callers));
        let uploads = UploadSettings { folder: folder.path().join("uploads"), max_bytes: 512 << 20 };
        std::fs::create_dir(&uploads.folder)?;
        let blobs = Arc::new(ObjectBlobs::files(&folder.path().join("blobs"))?);
        let ports = Ports {
            store: store.clone(),
            queue: store,
            directory: callers.clone(),
            clock: clock.clone(),
            ids: Arc::new(Ids),
            logs: Arc::new(Lost),
            resources: Arc::new(ResourcePool::new(blobs.clone(), ResourceLimits::DEFAULT)),
            blobs,
            runtime: Arc::new(Nothing::Obedient),
            traffic: Arc::new(Lost),
            endpoints: Arc::default(),
            wakes: Arc::default(),
            settings: Arc::new(settings(uploads)),
        };
        cc_actions::seed::run(&ports).await.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
        system_domain(&ports).await?;
        let surfaces = Surfaces {
            login: LOGIN.to_owned(),
            uaa: UAA.to_owned(),
            log_cache: "https://log-cache.system.example.com".to_owned(),
            log_stream: "https://log-stream.system.example.com".to_owned(),
        };
        let api = Api::new(ports.clone(), API, surfaces, callers.clone(), Duration::ZERO);
        let registry = Registry::standard();
        Ok(Self { service: service(api), ports, clock, registry, callers, _folder: folder })
    }

    /// A second passes, and what is due is done.
    pub async fn pass(&self) -> anyhow::Result<()> {
        self.clock.advance();
        cc_jobs::run_due(&self.ports, &self.ports.queue, &self.registry).await?;
        Ok(())
    }

    /// The guid of a caller, or of any text that is no caller.
    pub fn guid_of(&self, caller: &str) -> Option<&str> {
        self.callers.guid_of(caller)
    }
}

fn megabytes(number: i64) -> Megabytes {
    Megabytes::new(number).unwrap_or(Megabytes::MIN)
}

/// The organization of the system and its domain, which a release of the reference has from the start.
async fn system_domain(ports: &Ports) -> anyhow::Result<()> {
    let now = ports.now();
    let mut tx = ports.store.begin().await?;
    let quota = tx.default_organization_quota().await?.context("the default quota is there")?;
    let organization = Organization {
        guid: ports.new_guid(),
        name: Name::parse("the-system_domain-org-name")?,
        status: OrganizationStatus::Active,
        quota,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    };
    tx.insert_organization(&organization).await?;
    if let Some(stack) = tx.find_stack_named("cflinuxfs4").await? {
        let description = Some("Cloud Foundry Linux-based filesystem".to_owned());
        tx.update_stack(&Stack { description, ..stack }).await?;
    }
    // It has no buildpacks.
    for buildpack in tx.lock_buildpacks(LifecycleKind::Buildpack).await? {
        tx.delete_buildpack(&buildpack.guid).await?;
    }
    let kind = DomainKind::Private { owner: organization.guid, shared_with: Vec::new() };
    tx.insert_domain(&Domain {
        guid: ports.new_guid(),
        name: DomainName::parse("system.example.com")?,
        kind,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    })
    .await?;
    Ok(tx.commit().await?)
}

/// As the README of the recordings says.
fn settings(uploads: UploadSettings) -> Settings {
    Settings {
        metadata_limits: MetadataLimits::default(),
        default_stack: "cflinuxfs4".to_owned(),
        apps_domain: "apps.localhost".to_owned(),
        reserved_domains: ReservedDomains::None,
        processes: ProcessSettings::default(),
        external_url: API.to_owned(),
        router: RouterAddress { is_tls: true, port: None },
        staging: StagingSettings {
            min_memory: megabytes(42),
            min_disk: megabytes(42),
            ..StagingSettings::default()
        },
        engine: EngineSettings::default(),
        uploads,
        security_group_rules: RuleSettings::default(),
    }
}

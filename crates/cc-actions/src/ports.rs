//! Everything a use case may call.

use crate::fault::Fault;
use crate::route::Endpoints;
use crate::wakes::Wakes;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::audit_event::{AuditEvent, Party, Place};
use cc_domain::blob::ports::{Blobs, Resources};
use cc_domain::build::StagingSettings;
use cc_domain::buildpack::url;
use cc_domain::domain::ReservedDomains;
use cc_domain::guid::Guid;
use cc_domain::identity::Directory;
use cc_domain::job::ports::JobQueue;
use cc_domain::log::{EARLY_NS, Envelope, LogSink, Message, TagSet, escape_controls};
use cc_domain::metadata::MetadataLimits;
use cc_domain::ports::{Clock, Ids};
use cc_domain::process::ProcessSettings;
use cc_domain::process::spec::EngineSettings;
use cc_domain::route::RouterAddress;
use cc_domain::runtime::Runtime;
use cc_domain::security_group::RuleSettings;
use cc_domain::store::{DynTx, Store};
use cc_domain::time::Timestamp;
use cc_domain::traffic::Traffic;
use std::path::PathBuf;
use std::sync::Arc;

/// The adapters, as the wiring chose them. Cheap to clone.
#[derive(Clone)]
pub struct Ports {
    pub store: Arc<dyn Store>,
    pub queue: Arc<dyn JobQueue>,
    pub directory: Arc<dyn Directory>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub logs: Arc<dyn LogSink>,
    pub blobs: Arc<dyn Blobs>,
    pub resources: Arc<dyn Resources>,
    pub runtime: Arc<dyn Runtime>,
    pub traffic: Arc<dyn Traffic>,
    pub endpoints: Arc<Endpoints>,
    pub wakes: Arc<Wakes>,
    pub settings: Arc<Settings>,
}

/// Who asks, and what there is to serve them with: what a use case is called with.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub ports: &'a Ports,
    pub actor: &'a Actor,
}

impl Call<'_> {
    /// Records an audit event of the caller's.
    pub(crate) async fn record(
        self,
        tx: &mut DynTx,
        kind: &str,
        target: Party,
        place: Place,
        data: serde_json::Value,
    ) -> Result<(), Fault> {
        Ok(tx.record(&self.ports.event(kind, self.actor, target, place, data)).await?)
    }
}

/// What an operator can set that the rules depend on (domain-rules 1.5).
#[derive(Clone, Debug)]
pub struct Settings {
    pub metadata_limits: MetadataLimits,
    pub default_stack: String,
    /// The domain that is seeded at first start, as in `apps.localhost`.
    pub apps_domain: String,
    /// Names of no private domain.
    pub reserved_domains: ReservedDomains,
    pub processes: ProcessSettings,
    /// The URL of the API, without a trailing slash; apps find it in `VCAP_APPLICATION`.
    pub external_url: String,
    /// How apps are reached by their routes.
    pub router: RouterAddress,
    pub staging: StagingSettings,
    pub engine: EngineSettings,
    pub uploads: UploadSettings,
    pub security_group_rules: RuleSettings,
}

/// How bits come in.
#[derive(Clone, Debug)]
pub struct UploadSettings {
    /// Where bits are kept while they arrive and are looked at. Must exist; what a crash leaves in it may be removed at the start.
    pub folder: PathBuf,
    /// Of a package or buildpack, as uploaded and unpacked.
    pub max_bytes: u64,
}

/// Runs steps in a transaction of the ports' store: what went well is committed, a fault of any step rolls it back. The block is that of an
/// `async` function that gives a `Result<_, Fault>`, so `?` and `return` end the transaction, not the function around it.
///
/// A macro, since a closure over `&mut DynTx` compiles and then fails to be `Send`.
macro_rules! transaction {
    ($ports:expr, |$tx:ident| $steps:expr) => {{
        let mut open = $ports.store.begin().await?;
        let outcome = {
            let $tx: &mut cc_domain::store::DynTx = open.as_mut();
            async { $steps }.await
        };
        cc_domain::store::finish::<_, $crate::fault::Fault>(open, outcome).await
    }};
}
pub(crate) use transaction;

impl Settings {
    /// Host names of the system itself, where no domain and no route of a user may be: that of the API, and this machine.
    pub fn system_hosts(&self) -> Vec<String> {
        let rest = self.external_url.split_once("://").map_or(self.external_url.as_str(), |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.strip_prefix('[') {
            Some(address) => address.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        [host, "localhost"].into_iter().filter(|h| !h.is_empty()).map(str::to_ascii_lowercase).collect()
    }
}

impl Ports {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_guid<T: ?Sized>(&self) -> Guid<T> {
        self.ids.guid()
    }

    /// A line of the API in an app's log, as the reference writes them (client-flows 4.4). Lost if the log cannot take it.
    pub fn log_api(&self, app: &Guid<App>, text: &str) {
        self.log("API", app, text);
    }

    /// A line of the stager in an app's log: what the CLI shows while it pushes.
    pub fn log_staging(&self, app: &Guid<App>, text: &str) {
        self.log("STG", app, text);
    }

    fn log(&self, source_type: &str, app: &Guid<App>, text: &str) {
        let tags: TagSet = [
            ("source_type", source_type),
            ("instance_id", "0"),
            ("app_id", app.as_str()),
            ("source_id", app.as_str()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        self.logs.emit(Envelope {
            timestamp: self.now().micros().saturating_mul(1_000).saturating_sub(EARLY_NS),
            source_id: app.as_str().into(),
            instance_id: "0".into(),
            tags: tags.into(),
            message: Message::out(escape_controls(text).into_owned()),
        });
    }

    /// An audit event of `actor`, now. Addresses in its data are kept without credentials.
    pub fn event(
        &self,
        kind: &str,
        actor: &Actor,
        target: Party,
        place: Place,
        mut data: serde_json::Value,
    ) -> AuditEvent {
        url::hide_in(&mut data);
        AuditEvent::new(self.new_guid(), self.now(), kind, Party::from(actor), target, place, data)
    }
}

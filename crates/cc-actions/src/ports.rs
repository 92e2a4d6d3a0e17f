//! Everything a use case may call.

use cc_domain::actor::Actor;
use cc_domain::audit_event::{AuditEvent, Party, Place};
use cc_domain::guid::Guid;
use cc_domain::job::ports::JobQueue;
use cc_domain::metadata::MetadataLimits;
use cc_domain::ports::{Clock, Ids};
use cc_domain::store::Store;
use cc_domain::time::Timestamp;
use std::sync::Arc;

/// The adapters, as the wiring chose them. Cheap to clone.
#[derive(Clone)]
pub struct Ports {
    pub store: Arc<dyn Store>,
    pub queue: Arc<dyn JobQueue>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub settings: Arc<Settings>,
}

/// What an operator can set that the rules depend on (domain-rules 1.5).
#[derive(Clone, Debug)]
pub struct Settings {
    pub metadata_limits: MetadataLimits,
    pub default_stack: String,
    /// The domain that is seeded at first start, as in `apps.localhost`.
    pub apps_domain: String,
}

impl Ports {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_guid<T: ?Sized>(&self) -> Guid<T> {
        self.ids.guid()
    }

    /// An audit event of `actor`, now.
    pub fn event(
        &self,
        kind: &str,
        actor: &Actor,
        target: Party,
        place: Place,
        data: serde_json::Value,
    ) -> AuditEvent {
        AuditEvent::new(self.new_guid(), self.now(), kind, Party::from(actor), target, place, data)
    }
}

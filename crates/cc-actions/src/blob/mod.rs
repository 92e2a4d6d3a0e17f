//! Bits on their way in, and removing bits whose rows are gone: after the commit, by an internal job that may run again.

mod receive;

pub use receive::receive;

use crate::fault::Fault;
use crate::job;
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::blob::{BlobKey, BlobPrefix};
use cc_domain::buildpack::Buildpack;
use cc_domain::guid::Guid;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};

/// The payload of `blobs.delete`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Forgotten {
    #[serde(default)]
    keys: Vec<String>,
    /// Guids of apps whose buildpack caches go.
    #[serde(default)]
    caches_of: Vec<String>,
    /// Guids of buildpacks that go with all their bits.
    #[serde(default)]
    buildpacks: Vec<String>,
}

impl Forgotten {
    pub(crate) fn keys(keys: impl IntoIterator<Item = BlobKey>) -> Self {
        Self { keys: keys.into_iter().map(String::from).collect(), ..Self::default() }
    }

    pub(crate) fn caches(app: &Guid<App>) -> Self {
        Self { caches_of: vec![app.to_string()], ..Self::default() }
    }

    pub(crate) fn buildpack(guid: &Guid<Buildpack>) -> Self {
        Self { buildpacks: vec![guid.to_string()], ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.caches_of.is_empty() && self.buildpacks.is_empty()
    }
}

/// Has the bits removed once the transaction is committed.
pub(crate) async fn forget(tx: &mut DynTx, ports: &Ports, what: Forgotten) -> Result<(), Fault> {
    if what.is_empty() {
        return Ok(());
    }
    let payload = serde_json::to_value(what).map_err(Fault::internal)?;
    job::enqueue_internal(tx, ports, "blobs.delete", None, payload).await
}

/// The job `blobs.delete`. Bits that are gone already are no error.
pub async fn deletion(ports: &Ports, what: Forgotten) -> Result<(), Fault> {
    for text in &what.keys {
        if let Some(key) = BlobKey::parse(text) {
            ports.blobs.delete(&key).await?;
        }
    }
    let caches = what.caches_of.iter().map(|app| BlobPrefix::buildpack_caches(&Guid::new(app.as_str())));
    let buildpacks = what.buildpacks.iter().map(|guid| BlobPrefix::buildpack(&Guid::new(guid.as_str())));
    for prefix in caches.chain(buildpacks) {
        ports.blobs.delete_prefix(&prefix).await?;
    }
    Ok(())
}

//! Bits on their way in, and removing bits whose rows are gone: after the commit, by an internal job that may run again, or swept up
//! later where no job could be written.

mod receive;
mod sweep;

pub use receive::{Received, receive};
pub use sweep::sweep;

use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::blob::{BlobKey, BlobPrefix};
use cc_domain::buildpack::{Buildpack, BuildpackBits};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};

/// Removes bits. Those that are gone already are no error.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Forgotten {
    #[serde(default)]
    keys: Vec<String>,
    /// Guids of apps whose buildpack caches go.
    #[serde(default)]
    caches_of: Vec<String>,
    /// Guids of buildpacks that go with all their bits.
    #[serde(default)]
    buildpacks: Vec<String>,
    /// Guids of buildpacks and digests of bits that go unless they are those of the buildpack by then.
    #[serde(default)]
    buildpack_bits: Vec<(String, String)>,
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

    pub(crate) fn buildpack_bits(guid: &Guid<Buildpack>, sha256: &str) -> Self {
        Self { buildpack_bits: vec![(guid.to_string(), sha256.to_owned())], ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty()
            && self.caches_of.is_empty()
            && self.buildpacks.is_empty()
            && self.buildpack_bits.is_empty()
    }
}

/// Has the bits removed once the transaction is committed.
pub(crate) async fn forget(tx: &mut DynTx, ports: &Ports, what: Forgotten) -> Result<(), Fault> {
    if what.is_empty() {
        return Ok(());
    }
    job::enqueue(tx, ports, &what).await?;
    Ok(())
}

/// Has the bits removed when no build can use them any more that began before now.
pub(crate) async fn forget_later(tx: &mut DynTx, ports: &Ports, what: Forgotten) -> Result<(), Fault> {
    job::enqueue_in(tx, ports, &what, ports.settings.engine.staging_timeout.get().into()).await?;
    Ok(())
}

impl Work for Forgotten {
    const NAME: &'static str = "blobs.delete";

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        remove(ports, &self).await
    }
}

async fn remove(ports: &Ports, what: &Forgotten) -> Result<(), Fault> {
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
    for (guid, sha256) in &what.buildpack_bits {
        let guid = Guid::new(guid.as_str());
        let found = ports.store.reader().await?.find_buildpack(&guid, &Scope::Everything).await?;
        let bits = BuildpackBits::Uploaded { sha256: sha256.clone() };
        if found.and_then(|b| b.bits) != Some(bits) {
            ports.blobs.delete(&BlobKey::buildpack(&guid, sha256)).await?;
        }
    }
    Ok(())
}

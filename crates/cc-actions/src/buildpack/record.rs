//! The job `buildpack.upload`: the stored bits become those of the buildpack.

use super::{NAME_KEY, party};
use crate::blob::{Forgotten, forget, forget_later};
use crate::fault::{Fault, when_taken};
use crate::job::{Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::audit_event::Place;
use cc_domain::buildpack::{Buildpack, BuildpackBits, BuildpackError};
use cc_domain::guid::Guid;
use cc_domain::job::JobResource;
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What there is to record.
#[derive(Serialize, Deserialize)]
pub(crate) struct Upload {
    /// Which buildpack, and who uploaded.
    order: Deletion<Buildpack>,
    filename: String,
    outcome: Outcome,
}

/// What came of the file.
#[derive(Serialize, Deserialize)]
pub(super) enum Outcome {
    Stored {
        sha256: String,
        /// What the archive says.
        stack: Option<String>,
    },
    Refused {
        why: String,
    },
}

impl Upload {
    pub(super) fn new(guid: &Guid<Buildpack>, actor: &Actor, filename: String, outcome: Outcome) -> Self {
        Self { order: Deletion::of(guid, actor), filename, outcome }
    }
}

/// Run again, it finds its bits recorded and changes nothing. Bits that are refused are removed.
impl Work for Upload {
    const NAME: &'static str = "buildpack.upload";

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("buildpacks", &self.order.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        record(ports, self).await
    }
}

async fn record(ports: &Ports, upload: Upload) -> Result<(), Fault> {
    let (sha256, stack) = match upload.outcome {
        Outcome::Stored { sha256, stack } => (sha256, stack),
        Outcome::Refused { why } => {
            return Err(Fault::new(
                crate::fault::catalogue::BUILDPACK_ZIP_ERROR,
                format!("Buildpack zip error: {why}"),
            ));
        }
    };
    let (actor, guid, filename) = (upload.order.actor(), upload.order.guid, upload.filename);
    let call = Call { ports, actor: &actor };
    match transaction!(ports, |tx| record_within(tx, call, &guid, (&sha256, &filename, stack)).await) {
        Err(fault) if !fault.is_internal() && !fault.is_transient => {
            drop_unused(ports, &guid, &sha256).await?;
            Err(fault)
        }
        other => other,
    }
}

async fn record_within(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<Buildpack>,
    (sha256, filename, stack): (&str, &str, Option<String>),
) -> Result<(), Fault> {
    let Some(found) = tx.find_buildpack(guid, &Scope::Everything).await? else {
        return forget(tx, call.ports, Forgotten::buildpack(guid)).await;
    };
    // Whoever changes the buildpack waits, so what is read is what is written.
    let all = tx.lock_buildpacks(found.lifecycle).await?;
    let Some(found) = all.into_iter().find(|b| b.guid == *guid) else {
        return forget(tx, call.ports, Forgotten::buildpack(guid)).await;
    };
    let old = found.bits.clone();
    let is_new = old != Some(BuildpackBits::Uploaded { sha256: sha256.to_owned() });
    if !is_new && found.filename.as_deref() == Some(filename) {
        return Ok(());
    }
    // Locked meanwhile: the bits stay as they are, and nobody is told, as in the reference.
    if found.is_locked {
        return forget_later(tx, call.ports, Forgotten::buildpack_bits(guid, sha256)).await;
    }
    if let (Some(stack), None) = (&stack, &found.stack)
        && tx.find_stack_named(stack).await?.is_none()
    {
        return Err(BuildpackError::UnknownUploadedStack(stack.clone()).into());
    }
    let buildpack = found.uploaded(sha256.to_owned(), filename.to_owned(), stack, call.ports.now())?;
    tx.update_buildpack(&buildpack).await.map_err(when_taken(NAME_KEY, || buildpack.taken_by_upload()))?;
    if let Some(BuildpackBits::Uploaded { sha256: old }) = old
        && is_new
    {
        // A build that began before may still need them.
        forget_later(tx, call.ports, Forgotten::buildpack_bits(guid, &old)).await?;
    }
    let data = json!({ "request": { "bits_name": filename } });
    let event =
        call.ports.event("audit.buildpack.upload", call.actor, party(&buildpack), Place::default(), data);
    Ok(tx.record(&event).await?)
}

/// Has the bits of a refused upload removed, unless they are those that the buildpack has anyway.
async fn drop_unused(ports: &Ports, guid: &Guid<Buildpack>, sha256: &str) -> Result<(), Fault> {
    transaction!(ports, |tx| forget(tx, ports, Forgotten::buildpack_bits(guid, sha256)).await)
}

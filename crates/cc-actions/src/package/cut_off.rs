//! Uploads that were cut off: the server ended after the package was PROCESSING_UPLOAD and before its [`Upload`] was queued.

use super::upload::{Failure, Upload, record};
use crate::blob::{Forgotten, forget};
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Ports, transaction};
use crate::wakes::Changed;
use cc_domain::blob::BlobKey;
use cc_domain::guid::Guid;
use cc_domain::job::LONGEST_DELAY_SECONDS;
use cc_domain::package::{Package, PackageState};
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};

/// What is not queued by then never will be: the bits have all come when an upload begins, and are only stored.
const PATIENCE_SECONDS: i64 = 3_600;
const _: () = assert!(PATIENCE_SECONDS <= LONGEST_DELAY_SECONDS);

/// Fails the package of an upload that was cut off, and does nothing to any other. It looks twice: the first time it only queues itself
/// again, under the key of the package's [`Upload`]. One that waits then stands for it, and one that runs ends before it.
#[derive(Serialize, Deserialize)]
pub(crate) struct CutOff {
    guid: Guid<Package>,
    is_second_look: bool,
}

/// Has an upload looked after that this transaction begins.
pub(super) async fn watch(tx: &mut DynTx, ports: &Ports, guid: &Guid<Package>) -> Result<(), Fault> {
    let watch = CutOff { guid: guid.clone(), is_second_look: false };
    job::enqueue_in(tx, ports, &watch, PATIENCE_SECONDS).await?;
    Ok(())
}

impl Work for CutOff {
    const NAME: &'static str = "package.upload_cut_off";

    fn key(&self) -> Option<String> {
        self.is_second_look.then(|| Upload::key_of(&self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let guid = &self.guid;
        transaction!(ports, |tx| {
            let found = tx.lock_package(guid).await?;
            if found.is_none_or(|package| package.state != PackageState::ProcessingUpload) {
                return Ok(());
            }
            if self.is_second_look {
                record(tx, ports, guid, Err(Failure::CutOff)).await?;
                return forget(tx, ports, Forgotten::keys([BlobKey::package(guid)])).await;
            }
            job::enqueue(tx, ports, &Self { guid: guid.clone(), is_second_look: true }).await?;
            Ok(())
        })?;
        ports.wakes.changed(Changed::Package, guid.as_str());
        Ok(())
    }
}

//! `sidecar_delete`

use super::managed;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::sidecar::Sidecar;

/// Deletes a sidecar at once. It runs on until its process starts anew.
pub async fn delete(call: Call<'_>, guid: &Guid<Sidecar>) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let sidecar = managed(tx, call, guid).await?;
        Ok(tx.delete_sidecars(&[sidecar.guid]).await?)
    })
}

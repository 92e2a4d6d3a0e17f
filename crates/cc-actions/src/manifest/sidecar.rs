//! Sidecars of an app.

use super::carry_out::Applying;
use crate::fault::Fault;
use crate::sidecar;
use cc_domain::guid::Guid;
use cc_domain::sidecar::{CreateSidecar, Sidecar, UpdateSidecar};

impl Applying<'_> {
    /// Makes and changes sidecars; none goes away.
    pub(super) async fn sidecars(
        &mut self,
        new: Vec<CreateSidecar>,
        updated: Vec<(Guid<Sidecar>, UpdateSidecar)>,
        all: Vec<Sidecar>,
    ) -> Result<(), Fault> {
        if new.is_empty() && updated.is_empty() {
            return Ok(());
        }
        let ports = self.call.ports;
        let mut all = sidecar::create_within(self.tx, ports, &self.app.guid, new, all).await?;
        for (guid, change) in updated {
            let Some(at) = all.iter().position(|sidecar| sidecar.guid == guid) else { continue };
            let found = all.swap_remove(at);
            all.push(sidecar::update_within(self.tx, ports, found, change, &all).await?);
        }
        Ok(())
    }
}

//! Sidecars of an app.

use super::carry_out::Applying;
use crate::fault::Fault;
use cc_domain::guid::Guid;
use cc_domain::sidecar::{CreateSidecar, Sidecar, SidecarError, UpdateSidecar};

impl Applying<'_> {
    /// Makes and changes sidecars; none goes away.
    pub(super) async fn sidecars(
        &mut self,
        new: Vec<CreateSidecar>,
        updated: Vec<(Guid<Sidecar>, UpdateSidecar)>,
        mut all: Vec<Sidecar>,
    ) -> Result<(), Fault> {
        if new.is_empty() && updated.is_empty() {
            return Ok(());
        }
        let (app, now) = (self.app.guid.clone(), self.call.ports.now());
        let processes = self.tx.processes_of_app(&app).await?;
        let known = all.len();
        for command in new {
            let sidecar = Sidecar::new(self.call.ports.new_guid(), &app, command, &all, &processes, now);
            all.push(sidecar.map_err(refused)?);
        }
        self.tx.insert_sidecars(all.get(known..).unwrap_or_default()).await?;
        for (guid, change) in updated {
            let Some(at) = all.iter().position(|sidecar| sidecar.guid == guid) else { continue };
            let sidecar = all.swap_remove(at).updated(change, &all, &processes, now).map_err(refused)?;
            self.tx.update_sidecar(&sidecar).await?;
            all.push(sidecar);
        }
        Ok(())
    }
}

fn refused(error: SidecarError) -> Fault {
    Fault::unprocessable(error.to_string())
}

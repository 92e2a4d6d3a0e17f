//! The job `app.expire_bits`: packages and droplets of an app beyond the newest are given up, and their bits removed.

use crate::blob::{Forgotten, forget_later};
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Ports, transaction};
use cc_domain::app::App;
use cc_domain::blob::BlobKey;
use cc_domain::build::BuildState;
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::list::{Common, PageRequest};
use cc_domain::retention::{KEPT_DROPLETS, KEPT_PACKAGES, beyond_newest};
use cc_domain::revision::RevisionFilter;
use cc_domain::store::{DynTx, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

#[derive(Serialize, Deserialize)]
pub(crate) struct ExpireBits {
    app: Guid<App>,
}

/// Run again, it finds nothing more.
impl Work for ExpireBits {
    const NAME: &'static str = "app.expire_bits";

    fn key(&self) -> Option<String> {
        Some(format!("app.expire_bits:{}", self.app))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let Some(app) = tx.lock_app(&self.app).await? else { return Ok(()) };
            let now = ports.now();
            let used = used_droplets(tx, &app).await?;
            let droplets = tx.droplets_of_app(&self.app).await?;
            let staging =
                tx.builds_of_app(&self.app).await?.into_iter().filter(|b| b.state == BuildState::Staging);
            let used_packages: HashSet<_> = droplets
                .iter()
                .filter(|d| used.contains(&d.guid))
                .filter_map(|d| d.package.clone())
                .chain(staging.map(|b| b.package))
                .collect();
            let mut keys = Vec::new();
            let candidates: Vec<_> =
                droplets.into_iter().filter(|d| d.can_expire() && !used.contains(&d.guid)).collect();
            for droplet in beyond_newest(&candidates, KEPT_DROPLETS, |d| d.created_at) {
                keys.push(BlobKey::droplet(&droplet.guid));
                tx.update_droplet(&droplet.clone().expired(now)).await?;
            }
            let packages = tx.packages_of_app(&self.app).await?.into_iter();
            let candidates: Vec<_> =
                packages.filter(|p| p.can_expire() && !used_packages.contains(&p.guid)).collect();
            for package in beyond_newest(&candidates, KEPT_PACKAGES, |p| p.created_at) {
                keys.push(BlobKey::package(&package.guid));
                tx.update_package(&package.clone().expired(now)).await?;
            }
            if keys.is_empty() {
                return Ok(());
            }
            forget_later(tx, ports, Forgotten::keys(keys)).await
        })
    }
}

/// Has it done once the transaction, in which bits of the app came, is committed.
pub(crate) async fn expire_bits_later(tx: &mut DynTx, ports: &Ports, app: &Guid<App>) -> Result<(), Fault> {
    job::enqueue(tx, ports, &ExpireBits { app: app.clone() }).await?;
    Ok(())
}

/// The current droplet, and those that run still although the app has another by now.
async fn used_droplets(tx: &mut DynTx, app: &App) -> Result<HashSet<Guid<Droplet>>, StoreError> {
    let filter = RevisionFilter {
        common: Common::default(),
        app: app.guid.clone(),
        versions: None,
        is_deployed: true,
    };
    let deployed = tx.list_revisions(&filter, &PageRequest::default()).await?;
    let droplets = deployed.items.into_iter().map(|revision| revision.droplet);
    Ok(droplets.chain(app.droplet.clone()).collect())
}

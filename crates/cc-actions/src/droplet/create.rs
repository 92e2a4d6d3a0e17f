//! `droplet_create`: a droplet that is to be uploaded.

use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::droplet::{CreateDroplet, Droplet, DropletError, policy};
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use serde_json::json;

pub async fn create(call: Call<'_>, command: CreateDroplet) -> Result<Droplet, Fault> {
    let droplet = transaction!(call.ports, |tx| {
        let guid = command.app.clone();
        let invalid = || Fault::from(DropletError::InvalidApp(guid.clone()));
        access::on_named_app(tx, call.actor, &guid, &policy::MANAGE, invalid).await?;
        let app = tx.find_app(&guid, &Scope::Everything).await?.ok_or_else(invalid)?;
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let droplet =
            Droplet::new(call.ports.new_guid(), command, &app.lifecycle, metadata, call.ports.now())?;
        tx.insert_droplet(&droplet).await?;
        let place = app::place(tx, &app).await?;
        let data = json!({ "droplet_guid": droplet.guid.as_str() });
        call.record(tx, "audit.app.droplet.create", app::party(&app), place, data).await?;
        Ok(droplet)
    })?;
    call.ports.log_api(&droplet.app, &format!("Creating droplet for app with guid {}", droplet.app));
    Ok(droplet)
}

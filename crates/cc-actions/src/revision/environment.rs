//! `revision_environment_variables_get`

use super::RESOURCE;
use super::resolve::named;
use crate::access;
use crate::app::{self, Environment};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::revision::{Revision, policy};

/// The variables of then, for whoever may read them; that they were read is recorded.
pub async fn environment_variables(
    call: Call<'_>,
    guid: &Guid<Revision>,
) -> Result<(Revision, Environment), Fault> {
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let found = tx.find_revision(guid, &call.actor.scope()).await?.ok_or_else(gone)?;
        access::on_app(tx, call.actor, &found.app, &policy::READ_ENVIRONMENT, RESOURCE).await?;
        let app = tx.find_app(&found.app, &Scope::Everything).await?.ok_or_else(gone)?;
        let variables = tx.revision_environment(guid).await?.unwrap_or_default();
        let place = app::place(tx, &app).await?;
        let (kind, data) = ("audit.app.revision.environment_variables.show", named(&found));
        call.record(tx, kind, app::party(&app), place, data).await?;
        Ok((found, variables))
    })
}

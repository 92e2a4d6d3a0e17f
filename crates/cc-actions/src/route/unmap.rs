//! Taking an app off all its routes: a step of its deletion.

use super::destination;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::store::DynTx;

/// Removes every destination that leads to the app, with an event of each, in the transaction that then deletes the app. Locks the
/// routes, after the app.
pub async fn unmap_app(tx: &mut DynTx, call: Call<'_>, app: &App) -> Result<(), Fault> {
    for found in tx.routes_of_app(&app.guid).await? {
        let Some(route) = tx.lock_route(&found.guid).await? else { continue };
        let change = route.remove_app(&app.guid);
        destination::write(tx, call, route, change, std::slice::from_ref(app)).await?;
    }
    Ok(())
}

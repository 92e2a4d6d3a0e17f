//! The quotas that hold in a space, with what is used counted. Whether more fits is for [`cc_domain::quota`] to say.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::quota::{PlaceLimits, Quotas, UsageSummary, total};
use cc_domain::space::Space;
use cc_domain::store::DynTx;

/// For what is to run of the app. Where a limit depends on what runs already, the organization and the space are held until the transaction
/// ends, so that no two of them count the same room; therefore before the app is locked.
pub(crate) async fn of_running(tx: &mut DynTx, app: &Guid<App>) -> Result<Quotas, Fault> {
    let Some(PlaceLimits { space, organization, quotas }) = tx.limits_of_app(app).await? else {
        return Ok(Quotas::default());
    };
    if !quotas.each().any(|bounds| bounds.limits.count_what_runs()) {
        return Ok(quotas);
    }
    tx.hold_usage(&organization, &space).await?;
    Ok(quotas.counted(&space, &tx.running_by_space(&organization).await?))
}

/// For one more route of the space; the organization and the space are locked by the caller.
pub(crate) async fn of_routes(tx: &mut DynTx, space: &Guid<Space>) -> Result<Quotas, Fault> {
    let Some(PlaceLimits { organization, quotas, .. }) = tx.limits_of_space(space).await? else {
        return Ok(Quotas::default());
    };
    if !quotas.each().any(|bounds| bounds.limits.count_routes()) {
        return Ok(quotas);
    }
    Ok(quotas.counted(space, &tx.routes_by_space(&organization).await?))
}

/// What the organization uses, or one space of it.
pub(crate) async fn summary(
    ports: &Ports,
    organization: &Guid<Organization>,
    space: Option<&Guid<Space>>,
) -> Result<UsageSummary, Fault> {
    let mut reader = ports.store.reader().await?;
    let mut used = reader.running_by_space(organization).await?;
    used.extend(reader.routes_by_space(organization).await?);
    let of_it = used.iter().filter(|(of, _)| space.is_none_or(|space| of == space));
    Ok(UsageSummary { usage: total(of_it), domains: reader.count_private_domains(organization).await? })
}

//! Builds that no engine will end any more.

use super::finish::fail;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::build::BuildFailure;

/// After the engine's own time limit an engine has this long to say so.
const GRACE_SECONDS: i64 = 300;
/// Builds ended in one round.
const BATCH: i64 = 100;

/// Fails the builds in STAGING that are older than the staging timeout and five minutes; the number of them.
pub async fn sweep(ports: &Ports) -> Result<usize, Fault> {
    let timeout = i64::from(ports.settings.engine.staging_timeout.get());
    let before = ports.now().plus_seconds(-(timeout + GRACE_SECONDS));
    let stuck = ports.store.reader().await?.stuck_builds(before, BATCH).await?;
    for build in &stuck {
        fail(ports, &build.guid, BuildFailure::expired()).await?;
    }
    Ok(stuck.len())
}

//! `build_get`, `builds_list`, `app_builds_list`

use super::RESOURCE;
use crate::app;
use crate::fault::Fault;
use crate::hold::Hold;
use crate::ports::Call;
use crate::wakes::Changed;
use cc_domain::app::App;
use cc_domain::build::{Build, BuildFilter, BuildState, is_just_over};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::store::Store;
use cc_domain::time::Timestamp;
use std::time::Duration;

/// A client that shows the lines of staging looks for them every 250 ms and stops when it reads that the build is over.
const LAST_LINES: Duration = Duration::from_millis(500);

/// The build. One in STAGING is held up to `hold`, and answered when it ends and its last lines could be read.
pub async fn get(call: Call<'_>, guid: &Guid<Build>, hold: &Hold) -> Result<Build, Fault> {
    let mut waiting = call.ports.wakes.listen();
    let found = read(call, guid).await?;
    if hold.is_none() {
        return Ok(found);
    }
    let hold = hold.begin();
    if found.state != BuildState::Staging {
        let ended = u64::try_from(call.ports.now().micros_since(found.updated_at)).unwrap_or_default();
        tokio::time::sleep(LAST_LINES.saturating_sub(Duration::from_micros(ended)).min(hold)).await;
        return Ok(found);
    }
    waiting.until(Changed::Build, guid.as_str(), hold).await;
    let now = read(call, guid).await?;
    if now.state != BuildState::Staging {
        tokio::time::sleep(LAST_LINES.min(hold)).await;
    }
    Ok(now)
}

async fn read(call: Call<'_>, guid: &Guid<Build>) -> Result<Build, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_build(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// Whether the last staging of the app is just over, see [`is_just_over`].
pub async fn just_over(store: &dyn Store, app: &Guid<App>, now: Timestamp) -> Result<bool, Fault> {
    let mut reader = store.reader().await?;
    let builds = reader.builds_of_app(app).await?;
    let packages = reader.packages_of_app(app).await?;
    Ok(is_just_over(builds.last(), packages.last(), now))
}

pub async fn list(call: Call<'_>, filter: &BuildFilter, page: &PageRequest) -> Result<Page<Build>, Fault> {
    Ok(call.ports.store.reader().await?.list_builds(filter, page, &call.actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: BuildFilter,
    page: &PageRequest,
) -> Result<Page<Build>, Fault> {
    app::visible(call, app).await?;
    let filter = BuildFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(call, &filter, page).await
}

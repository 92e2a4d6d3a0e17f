//! What there is to know of the platform as a whole.

use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::access::{Standing, decide};
use cc_domain::quota::{UsageSummary, policy};

/// `info_usage_summary_get`: what all organizations use together.
pub async fn usage(call: Call<'_>) -> Result<UsageSummary, Fault> {
    decide(&policy::PLATFORM_USAGE, call.actor, &Standing::default())
        .map_err(|_| Fault::unknown_request())?;
    Ok(call.ports.store.reader().await?.usage_of_platform().await?)
}

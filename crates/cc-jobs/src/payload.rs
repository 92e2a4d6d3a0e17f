//! What a handler is told.

use cc_actions::Fault;
use cc_domain::job::ClaimedJob;
use serde::de::DeserializeOwned;

/// The job's payload as the use case wants it. A payload that does not fit is a defect of ours, or of a newer version's making.
pub fn payload<T: DeserializeOwned>(job: &ClaimedJob) -> Result<T, Fault> {
    serde_json::from_value(job.payload.clone()).map_err(Fault::internal)
}

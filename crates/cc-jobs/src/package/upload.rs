//! `package.upload`

use crate::payload::payload;
use cc_actions::{Fault, Ports, package};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    package::process_upload(&ports, payload(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

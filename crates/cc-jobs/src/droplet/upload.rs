//! `droplet.upload`

use crate::payload::payload;
use cc_actions::{Fault, Ports, droplet};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    droplet::upload_recorded(&ports, payload(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

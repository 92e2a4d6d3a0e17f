//! `space.apply_manifest`

use crate::payload::payload;
use cc_actions::{Fault, Ports, manifest};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    manifest::application(&ports, payload(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

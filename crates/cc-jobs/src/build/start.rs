//! `build.start`

use super::Which;
use crate::payload::payload;
use cc_actions::{Fault, Ports, build};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    build::start(&ports, &payload::<Which>(&job)?.guid()).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

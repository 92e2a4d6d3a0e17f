//! `route.delete`

use crate::payload::payload;
use cc_actions::{Fault, Ports, route};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    route::deletion(&ports, payload(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

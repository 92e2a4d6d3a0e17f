//! `app.expire_bits`

use crate::payload::payload;
use cc_actions::{Fault, Ports, app};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    app::expire_bits(&ports, &payload(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

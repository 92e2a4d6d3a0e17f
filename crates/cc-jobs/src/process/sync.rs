//! `process.sync`

use crate::payload::payload;
use cc_actions::process::ProcessSync;
use cc_actions::{Fault, Ports, process};
use cc_domain::job::{ClaimedJob, JobOutcome};

pub async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    process::sync(&ports, &payload::<ProcessSync>(&job)?).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

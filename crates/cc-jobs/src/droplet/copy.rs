//! `droplet.copy`

use crate::payload::payload;
use cc_actions::{Fault, Ports, droplet};
use cc_domain::guid::Guid;
use cc_domain::job::{ClaimedJob, JobOutcome};
use serde::Deserialize;

/// Guids of the two droplets.
#[derive(Deserialize)]
struct Copy {
    from: String,
    to: String,
}

pub(crate) async fn run(ports: Ports, job: ClaimedJob) -> Result<JobOutcome, Fault> {
    let Copy { from, to } = payload(&job)?;
    droplet::copy_bits(&ports, &Guid::new(from), &Guid::new(to)).await?;
    Ok(JobOutcome::Done { warnings: Vec::new() })
}

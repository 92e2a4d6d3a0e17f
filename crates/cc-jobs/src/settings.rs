//! How the workers of one process behave.

use std::time::Duration;

/// Settings of one process's workers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Names this process in leases; unique among the replicas and different after a restart.
    pub owner: String,
    /// Jobs that run at a time.
    pub concurrency: usize,
    /// The longest time without a look at the queue: bounds the harm of a wake-up that got lost.
    pub idle: Duration,
    /// How often a running job's lease is extended; well under `cc_domain::job::LEASE_SECONDS`.
    pub heartbeat: Duration,
    /// How often leases that ran out are given back.
    pub release_every: Duration,
    /// How often finished jobs are pruned, by one replica.
    pub prune_every: Duration,
    /// How often builds that no engine ends are ended, by one replica.
    pub sweep_every: Duration,
    /// How often blobs without a row are looked for, by one replica; the first time after as long.
    pub clear_every: Duration,
    /// How often wanted and running processes are compared, by one replica.
    pub compare_every: Duration,
    /// How often deployments are looked at, by each replica.
    pub deploy_every: Duration,
    /// This process holds the data folder alone: whatever is marked as running when it starts was cut off and runs again at once.
    pub is_alone: bool,
}

impl Settings {
    pub fn new(owner: impl Into<String>) -> Self {
        Self {
            owner: owner.into(),
            concurrency: 10,
            idle: Duration::from_secs(5),
            heartbeat: Duration::from_secs(10),
            release_every: Duration::from_secs(15),
            prune_every: Duration::from_secs(3600),
            sweep_every: Duration::from_secs(60),
            clear_every: Duration::from_secs(3600),
            compare_every: Duration::from_secs(30),
            deploy_every: Duration::from_secs(1),
            is_alone: false,
        }
    }
}

//! What the engine reports, handed to the use cases that record it.

use crate::ports::Ports;
use crate::{build, process};
use async_trait::async_trait;
use cc_domain::runtime::{Ack, BuildOutcome, InstanceEvent, RuntimeEvents, TaskOutcome};

/// The receiving end of the engine's reports.
pub struct Reports {
    ports: Ports,
}

impl Reports {
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }
}

#[async_trait]
impl RuntimeEvents for Reports {
    /// No task can be started yet, so there is none to know.
    async fn task_finished(&self, _: TaskOutcome) -> Ack {
        Ack::Unknown
    }

    async fn build_finished(&self, outcome: BuildOutcome) -> Ack {
        build::finished(&self.ports, outcome).await
    }

    async fn instance_event(&self, event: InstanceEvent) -> Ack {
        process::instance_event(&self.ports, &event).await
    }
}

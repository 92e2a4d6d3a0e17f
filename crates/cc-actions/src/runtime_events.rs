//! What the engine reports, handed to the use cases that record it.

use crate::ports::Ports;
use crate::{build, process, task};
use async_trait::async_trait;
use cc_domain::runtime::{Ack, BuildOutcome, InstanceEvent, RuntimeEvents, TaskOutcome};
use std::sync::OnceLock;

/// The receiving end of the engine's reports. It exists before the use cases, which call the engine; until it is connected with them
/// a report has to come again.
#[derive(Default)]
pub struct Reports {
    ports: OnceLock<Ports>,
}

impl Reports {
    /// What comes from now on is recorded through these ports; the first call counts.
    pub fn connect(&self, ports: Ports) {
        let _ = self.ports.set(ports);
    }
}

#[async_trait]
impl RuntimeEvents for Reports {
    async fn task_finished(&self, outcome: TaskOutcome) -> Ack {
        match self.ports.get() {
            Some(ports) => task::finished(ports, outcome).await,
            None => Ack::RetryLater,
        }
    }

    async fn build_finished(&self, outcome: BuildOutcome) -> Ack {
        match self.ports.get() {
            Some(ports) => build::finished(ports, outcome).await,
            None => Ack::RetryLater,
        }
    }

    async fn instance_event(&self, event: InstanceEvent) -> Ack {
        match self.ports.get() {
            Some(ports) => process::instance_event(ports, &event).await,
            None => Ack::RetryLater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reports;
    use cc_domain::runtime::{Ack, BuildId, BuildOutcome, RuntimeEvents};

    #[tokio::test]
    async fn a_report_before_there_are_use_cases_has_to_come_again() {
        let build = BuildId::new("b").unwrap();
        let outcome = BuildOutcome { build, result: Err("no".to_owned()), start: false, at_ns: 0 };
        assert_eq!(Reports::default().build_finished(outcome).await, Ack::RetryLater);
    }
}

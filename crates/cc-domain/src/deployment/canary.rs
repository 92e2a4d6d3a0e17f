//! How many instances are new and old at the end of each canary step (domain-rules 20.3).

use super::{Deployment, DeploymentState};
use crate::quantity::InstanceCount;

/// How much of an app a canary step makes new: 1 to 100 percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u8);

impl Weight {
    /// `None` for a number outside 1 to 100.
    pub fn new(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|percent| (1..=100).contains(percent)).map(Self)
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What is to run at the end of a canary step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanaryStep {
    pub canary: u32,
    pub original: u32,
}

/// What a deployment works towards in the state that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Instances of the new process.
    pub new: InstanceCount,
    /// Instances of all web processes.
    pub total: u32,
}

/// One new instance beside all the others.
const FIRST: u32 = 1;

impl CanaryStep {
    /// That of so many instances.
    fn of(weight: Weight, instances: u32) -> Self {
        let share = (u64::from(instances) * u64::from(weight.get()) + 50) / 100;
        let canary = u32::try_from(share).unwrap_or(instances).max(1);
        let original = if weight.get() == 100 { 0 } else { (instances + 1).saturating_sub(canary) };
        Self { canary, original }
    }
}

impl Deployment {
    /// The canary step that it is in; `None` for another strategy.
    pub fn this_step(&self) -> Option<CanaryStep> {
        let step = self.canary_step?;
        let all = self.original_instances.get();
        let weights = self.options.canary_steps.as_deref().unwrap_or_default();
        let index = usize::try_from(step.saturating_sub(1)).unwrap_or(usize::MAX);
        let instances = self.options.web_instances.map_or(all, |wanted| wanted.get().min(all));
        Some(match weights.get(index).or(weights.last()) {
            Some(weight) => CanaryStep::of(*weight, instances),
            None => CanaryStep { canary: FIRST, original: all },
        })
    }

    /// What it works towards now.
    pub fn goal(&self) -> Goal {
        match self.this_step() {
            Some(step) if self.state != DeploymentState::Deploying => Goal {
                new: InstanceCount::new(step.canary.into()).unwrap_or(InstanceCount::ONE),
                total: step.canary.saturating_add(step.original),
            },
            _ => {
                let new = self.options.web_instances.unwrap_or(self.original_instances);
                Goal { new, total: new.get() }
            }
        }
    }
}

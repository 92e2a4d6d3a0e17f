//! Security groups: what the containers of spaces may reach (domain-rules 12). The grammar of their rules is in [`rule`].

mod destination;
pub mod policy;
pub mod ports;
pub mod rule;

pub use rule::{Icmp, Protocol, Rule, RuleDrafts, RuleProblem, RuleSettings};

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::ruby::is_printable;
use crate::space::Space;
use crate::time::Timestamp;
use std::fmt;

/// A group of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    pub guid: Guid<SecurityGroup>,
    /// Unique in the installation; case counts.
    pub name: GroupName,
    pub rules: Vec<Rule>,
    /// Whether it holds in all spaces.
    pub globally_enabled: ByPhase<bool>,
    /// Those it is bound to and the reader sees, in the order in which they were bound.
    pub spaces: ByPhase<Vec<Guid<Space>>>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    /// What a container is there for: groups are bound for each of them.
    pub enum Phase {
        Running = "running",
        Staging = "staging",
    }
}

/// One thing for each phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByPhase<T> {
    pub running: T,
    pub staging: T,
}

impl<T> ByPhase<T> {
    pub fn of(&self, phase: Phase) -> &T {
        match phase {
            Phase::Running => &self.running,
            Phase::Staging => &self.staging,
        }
    }

    pub fn of_mut(&mut self, phase: Phase) -> &mut T {
        match phase {
            Phase::Running => &mut self.running,
            Phase::Staging => &mut self.staging,
        }
    }
}

/// A printable name, not blank, with the white space it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName(Box<str>);

impl GroupName {
    pub const MAX_CHARS: usize = 250;

    /// What is wrong with a name that is not too long.
    fn parse(text: &str) -> Result<Self, Vec<GroupProblem>> {
        let mut problems = Vec::new();
        if text.trim().is_empty() {
            problems.push(GroupProblem::NamePresence);
        }
        if !is_printable(text) {
            problems.push(GroupProblem::NameFormat);
        }
        if problems.is_empty() { Ok(Self(text.into())) } else { Err(problems) }
    }

    /// Takes a name that was stored.
    pub fn stored(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A decoded request for a new group. Of the name it is known that it is not blank and not too long.
#[derive(Clone, Debug)]
pub struct CreateSecurityGroup {
    pub name: String,
    pub rules: RuleDrafts,
    pub globally_enabled: ByPhase<bool>,
    pub spaces: ByPhase<Vec<Guid<Space>>>,
}

/// A decoded change of a group. Of the name it is known that it is not empty and not too long.
#[derive(Clone, Debug, Default)]
pub struct UpdateSecurityGroup {
    pub name: Option<String>,
    pub rules: Option<RuleDrafts>,
    pub globally_enabled: ByPhase<Option<bool>>,
}

#[derive(Clone, Debug, Default)]
pub struct SecurityGroupFilter {
    /// Without labels.
    pub common: Common,
    /// Case counts.
    pub names: AnyOf,
    /// Bound to any of these.
    pub space_guids: ByPhase<AnyOf>,
    pub globally_enabled: ByPhase<Option<bool>>,
}

/// What is wrong with a group, beyond what its request shows at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupProblem {
    #[error("name presence")]
    NamePresence,
    #[error("name format")]
    NameFormat,
    /// With the number of the rule, from 1.
    #[error("rules rule number {0} {1}")]
    Rule(usize, RuleProblem),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecurityGroupError {
    #[error("{}", joined(.0))]
    Invalid(Vec<GroupProblem>),
    #[error("Security group with name '{0}' already exists.")]
    NameTaken(GroupName),
    /// In a creation; with the list of [`crate::quota::unknown_guids`].
    #[error("Spaces with guids {0} do not exist.")]
    UnknownSpaces(String),
    /// When it is bound.
    #[error("Spaces with guids {0} do not exist, or you do not have access to them.")]
    UnknownTargets(String),
    #[error(
        "Unable to unbind security group from space with guid '{0}'. Ensure the space is bound to this security group."
    )]
    NotBound(Guid<Space>),
}

fn joined(problems: &[GroupProblem]) -> String {
    let texts: Vec<_> = problems.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

impl SecurityGroup {
    /// A group that is bound to nothing yet.
    pub fn new(
        guid: Guid<Self>,
        name: &str,
        rules: RuleDrafts,
        globally_enabled: ByPhase<bool>,
        now: Timestamp,
    ) -> Result<Self, SecurityGroupError> {
        let (name, rules) = both(GroupName::parse(name), rules.finish())?;
        let spaces = ByPhase::default();
        Ok(Self { guid, name, rules, globally_enabled, spaces, created_at: now, updated_at: now })
    }

    pub fn updated(self, change: UpdateSecurityGroup, now: Timestamp) -> Result<Self, SecurityGroupError> {
        let name = change.name.map_or(Ok(self.name), |name| GroupName::parse(&name));
        let (name, rules) = both(name, change.rules.map_or(Ok(self.rules), RuleDrafts::finish))?;
        let (before, asked) = (self.globally_enabled, change.globally_enabled);
        let globally_enabled = ByPhase {
            running: asked.running.unwrap_or(before.running),
            staging: asked.staging.unwrap_or(before.staging),
        };
        Ok(Self { name, rules, globally_enabled, updated_at: now, ..self })
    }
}

/// Both, or what is wrong with either.
fn both(
    name: Result<GroupName, Vec<GroupProblem>>,
    rules: Result<Vec<Rule>, Vec<(usize, RuleProblem)>>,
) -> Result<(GroupName, Vec<Rule>), SecurityGroupError> {
    let numbered = |problems: Vec<(usize, RuleProblem)>| {
        problems.into_iter().map(|(at, problem)| GroupProblem::Rule(at + 1, problem)).collect::<Vec<_>>()
    };
    match (name, rules.map_err(numbered)) {
        (Ok(name), Ok(rules)) => Ok((name, rules)),
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(SecurityGroupError::Invalid(problems)),
        (Err(mut problems), Err(more)) => {
            problems.extend(more);
            Err(SecurityGroupError::Invalid(problems))
        }
    }
}

#[cfg(test)]
mod tests;

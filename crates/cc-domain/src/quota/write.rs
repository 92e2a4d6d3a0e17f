//! What both kinds of quotas refuse when they are written, in the reference's words.

use super::{LimitsPatch, QuotaName};
use crate::guid::Guid;
use crate::name::Name;
use crate::ruby::inspected;
use serde_json::Value;
use std::fmt;

/// A decoded change of a quota of either kind. A limit for domains means nothing to one for spaces.
#[derive(Clone, Debug, Default)]
pub struct UpdateQuota {
    /// Not empty and not too long.
    pub name: Option<String>,
    pub limits: LimitsPatch,
}

impl UpdateQuota {
    /// Gives the quota its new name; the answer is what is wrong with that.
    pub(crate) fn rename(&self, name: &mut QuotaName) -> Vec<QuotaProblem> {
        match self.name.as_deref().map(QuotaName::parse) {
            None => Vec::new(),
            Some(None) => vec![QuotaProblem::Name],
            Some(Some(new)) => {
                *name = new;
                Vec::new()
            }
        }
    }
}

/// What is wrong with a quota itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaProblem {
    /// An update to white space.
    #[error("name presence")]
    Name,
    #[error(
        "Total reserved ports must be -1, 0, or a positive integer, and must be less than or equal to total routes."
    )]
    ReservedPorts,
    /// The same of a quota for spaces.
    #[error(
        "Total reserved ports must be -1, 0, or a positive integer, must be less than or equal to total routes, and must be less than or \
         equal to total reserved ports for the organization quota."
    )]
    SpaceReservedPorts,
}

/// All of them in one text.
pub(crate) struct Problems<'a>(pub &'a [QuotaProblem]);

impl fmt::Display for Problems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

/// Places where processes, started or not, have no log rate limit, so that a finite one cannot begin to hold there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlimited {
    /// As in `org`.
    pub kind: &'static str,
    /// In the order of names; never empty.
    pub names: Vec<Name>,
}

impl Unlimited {
    /// How many are named, and the others counted.
    const NAMED: usize = 2;
}

impl std::error::Error for Unlimited {}

impl fmt::Display for Unlimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, names } = self;
        let named: Vec<_> = names.iter().take(Self::NAMED).map(|name| format!("'{name}'")).collect();
        let named = named.join(", ");
        f.write_str("Current usage exceeds new quota values. This quota is applied to ")?;
        match names.len() {
            0 | 1 => write!(f, "{kind} {named} which contains")?,
            Self::NAMED => write!(f, "{kind}s {named} which contain")?,
            all => write!(f, "{kind}s {named} and {} other {kind}s which contain", all - Self::NAMED)?,
        }
        f.write_str(" apps running with an unlimited log rate limit.")
    }
}

/// Those of the guids that are not among the found, as a list in the reference's language; `None` if all were found, each named once.
pub fn unknown_guids<T: ?Sized>(asked: &[Guid<T>], found: &[Guid<T>]) -> Option<String> {
    if asked.len() == found.len() {
        return None;
    }
    let unknown = asked.iter().filter(|guid| !found.contains(guid)).map(|guid| Value::from(guid.as_str()));
    Some(inspected(&unknown.collect()))
}

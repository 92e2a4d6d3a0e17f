//! Audit events: who did what to what, kept for 31 days, outliving what they are about (domain-rules 31).

pub mod policy;
pub mod ports;

use crate::actor::Actor;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::organization::Organization;
use crate::space::Space;
use crate::time::Timestamp;

/// One recorded event; never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub guid: Guid<AuditEvent>,
    pub created_at: Timestamp,
    /// As in `audit.app.create`.
    pub kind: String,
    pub actor: Party,
    pub target: Party,
    /// What the request asked for, private values already hidden.
    pub data: serde_json::Value,
    pub space: Option<Guid<Space>>,
    pub organization: Option<Guid<Organization>>,
}

/// Who acted, or what was acted upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub guid: String,
    /// As in `user`, `app`, `space`.
    pub kind: String,
    pub name: String,
}

/// What stands in for a value that must not be shown.
pub const HIDDEN: &str = "[PRIVATE DATA HIDDEN]";

impl Party {
    pub fn new(kind: &str, guid: &str, name: &str) -> Self {
        Self { guid: guid.to_owned(), kind: kind.to_owned(), name: name.to_owned() }
    }
}

impl From<&Actor> for Party {
    fn from(actor: &Actor) -> Self {
        Self {
            guid: actor.user.as_str().to_owned(),
            kind: actor.kind.as_str().to_owned(),
            name: actor.name.clone(),
        }
    }
}

/// Where an event belongs: who may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub space: Option<Guid<Space>>,
    pub organization: Option<Guid<Organization>>,
}

impl Place {
    pub fn space(space: &Guid<Space>, organization: &Guid<Organization>) -> Self {
        Self { space: Some(space.clone()), organization: Some(organization.clone()) }
    }

    pub fn organization(organization: &Guid<Organization>) -> Self {
        Self { space: None, organization: Some(organization.clone()) }
    }
}

impl AuditEvent {
    pub fn new(
        guid: Guid<Self>,
        now: Timestamp,
        kind: &str,
        actor: Party,
        target: Party,
        place: Place,
        data: serde_json::Value,
    ) -> Self {
        Self {
            guid,
            created_at: now,
            kind: kind.to_owned(),
            actor,
            target,
            data,
            space: place.space,
            organization: place.organization,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct AuditEventFilter {
    /// Without labels.
    pub common: Common,
    pub kinds: AnyOf,
    pub target_guids: AnyOf,
    pub not_target_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
}

//! Isolation segments: places apart for the apps of organizations that are entitled to them (domain-rules 9).

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::{Name, fold};
use crate::organization::Organization;
use crate::patch::Patch;
use crate::ruby::is_printable;
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::fmt;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsolationSegment {
    pub guid: Guid<IsolationSegment>,
    /// Unique in the installation, ignoring case.
    pub name: SegmentName,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A printable name of any length, with the white space it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentName(Box<str>);

/// A decoded request for a new segment.
#[derive(Clone, Debug)]
pub struct CreateIsolationSegment {
    pub name: String,
    pub metadata: MetadataPatch,
}

/// A decoded change of a segment.
#[derive(Clone, Debug, Default)]
pub struct UpdateIsolationSegment {
    pub name: Patch<String>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct IsolationSegmentFilter {
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    /// Entitled to any of these.
    pub organization_guids: AnyOf,
}

/// What a segment is there for at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Some organization is entitled to it.
    pub is_entitled: bool,
    /// It is the default of some organization.
    pub is_default: bool,
    /// It is that of some space.
    pub has_spaces: bool,
}

/// Where the apps of one organization may run apart. [`Entitlements::default`] is always one of the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlements {
    pub organization: Guid<Organization>,
    pub segments: BTreeSet<Guid<IsolationSegment>>,
    /// That of spaces without one of their own.
    pub default: Option<Guid<IsolationSegment>>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IsolationSegmentError {
    #[error("Isolation Segment names can only contain non-blank unicode characters")]
    Unprintable,
    #[error("Isolation Segment names are case insensitive and must be unique")]
    NameTaken,
    #[error("Cannot update the shared Isolation Segment")]
    SharedUpdated,
    #[error("Cannot delete the {0} Isolation Segment")]
    SharedDeleted(SegmentName),
    #[error(
        "Cannot update Isolation Segments that are assigned as the default for an Organization or Space."
    )]
    Assigned,
    #[error("Revoke the Organization entitlements for your Isolation Segment.")]
    InUse,
    #[error("Unable to entitle organizations [{}] for the isolation segment. Ensure the organizations exist.", quoted(.0))]
    UnknownOrganizations(Vec<Guid<Organization>>),
    #[error(
        "Cannot remove the entitlement while this Isolation Segment is assigned as the Default Isolation Segment for the Organization."
    )]
    RevokedFromDefault,
    #[error(
        "Cannot remove the entitlement while this Isolation Segment is assigned to any Spaces. Currently assigned to: {}",
        quoted(.0)
    )]
    RevokedFromSpaces(Vec<Name>),
    #[error(
        "Unable to assign isolation segment with guid '{0}'. Ensure it has been entitled to the organization."
    )]
    NotEntitled(Guid<IsolationSegment>),
    /// The same of a space.
    #[error(
        "Unable to assign isolation segment with guid '{0}'. Ensure it has been entitled to the organization that this space belongs to."
    )]
    NotEntitledForSpace(Guid<IsolationSegment>),
}

fn quoted<T: fmt::Display>(items: &[T]) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("'{item}'")).collect();
    items.join(", ")
}

impl SegmentName {
    pub fn parse(text: &str) -> Result<Self, IsolationSegmentError> {
        if is_printable(text) { Ok(Self(text.into())) } else { Err(IsolationSegmentError::Unprintable) }
    }

    /// Takes a name that passed [`SegmentName::parse`] when it was stored.
    pub fn stored(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for SegmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IsolationSegment {
    /// The guid of the one that stands for no place apart. It is there from the start, and stays as it is.
    pub const SHARED: &str = "933b4c58-120b-499a-b85d-4b6fc9e2903b";
    pub const SHARED_NAME: &str = "shared";

    pub fn new(
        guid: Guid<Self>,
        name: &str,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, IsolationSegmentError> {
        Ok(Self { guid, name: SegmentName::parse(name)?, metadata, created_at: now, updated_at: now })
    }

    pub fn is_shared(&self) -> bool {
        self.guid.as_str() == Self::SHARED
    }

    /// Whether it may be changed at all.
    pub fn check_update(&self, uses: Uses) -> Result<(), IsolationSegmentError> {
        if self.is_shared() {
            return Err(IsolationSegmentError::SharedUpdated);
        }
        if uses.is_default || uses.has_spaces { Err(IsolationSegmentError::Assigned) } else { Ok(()) }
    }

    /// The segment after a change. That there is to be no name is looked at last.
    pub fn updated(
        mut self,
        name: &Patch<String>,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, IsolationSegmentError> {
        match name {
            Patch::Absent => {}
            Patch::Null => return Err(IsolationSegmentError::Unprintable),
            Patch::Value(name) => self.name = SegmentName::parse(name)?,
        }
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }

    pub fn check_delete(&self, uses: Uses) -> Result<(), IsolationSegmentError> {
        if self.is_shared() {
            return Err(IsolationSegmentError::SharedDeleted(self.name.clone()));
        }
        if uses.is_entitled || uses.has_spaces { Err(IsolationSegmentError::InUse) } else { Ok(()) }
    }
}

impl Entitlements {
    /// With one segment more. The shared one becomes the default where there is none.
    pub fn entitled_to(mut self, segment: &IsolationSegment) -> Self {
        self.segments.insert(segment.guid.clone());
        if segment.is_shared() && self.default.is_none() {
            self.default = Some(segment.guid.clone());
        }
        self
    }

    /// Whether a segment may be taken away; `spaces` are those of the organization that it is assigned to.
    pub fn check_revoke(
        &self,
        segment: &Guid<IsolationSegment>,
        spaces: Vec<Name>,
    ) -> Result<(), IsolationSegmentError> {
        if self.default.as_ref() == Some(segment) {
            return Err(IsolationSegmentError::RevokedFromDefault);
        }
        if spaces.is_empty() { Ok(()) } else { Err(IsolationSegmentError::RevokedFromSpaces(spaces)) }
    }

    /// Whether a segment may become the default.
    pub fn check_default(&self, segment: &Guid<IsolationSegment>) -> Result<(), IsolationSegmentError> {
        if self.segments.contains(segment) {
            Ok(())
        } else {
            Err(IsolationSegmentError::NotEntitled(segment.clone()))
        }
    }

    /// Whether a segment may become that of a space.
    pub fn check_space(&self, segment: &Guid<IsolationSegment>) -> Result<(), IsolationSegmentError> {
        if self.segments.contains(segment) {
            Ok(())
        } else {
            Err(IsolationSegmentError::NotEntitledForSpace(segment.clone()))
        }
    }
}

#[cfg(test)]
mod tests;

//! The eight roles, sets of them, and what a caller holds at a target.

use std::fmt;
use std::str::FromStr;

/// A role a user can be given (domain-rules 3.2). The text form is the API's and the table's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoleKind {
    OrganizationUser,
    OrganizationAuditor,
    OrganizationManager,
    OrganizationBillingManager,
    SpaceAuditor,
    SpaceDeveloper,
    SpaceManager,
    SpaceSupporter,
}

impl RoleKind {
    pub const ALL: [Self; 8] = [
        Self::OrganizationAuditor,
        Self::OrganizationBillingManager,
        Self::OrganizationManager,
        Self::OrganizationUser,
        Self::SpaceAuditor,
        Self::SpaceDeveloper,
        Self::SpaceManager,
        Self::SpaceSupporter,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationUser => "organization_user",
            Self::OrganizationAuditor => "organization_auditor",
            Self::OrganizationManager => "organization_manager",
            Self::OrganizationBillingManager => "organization_billing_manager",
            Self::SpaceAuditor => "space_auditor",
            Self::SpaceDeveloper => "space_developer",
            Self::SpaceManager => "space_manager",
            Self::SpaceSupporter => "space_supporter",
        }
    }

    /// Given in an organization; the others are given in a space.
    pub const fn is_of_organization(self) -> bool {
        matches!(
            self,
            Self::OrganizationUser
                | Self::OrganizationAuditor
                | Self::OrganizationManager
                | Self::OrganizationBillingManager
        )
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for RoleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RoleKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or(())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleSet(u8);

impl RoleSet {
    pub const NONE: Self = Self(0);
    /// Any role in the organization: who sees the organization itself.
    pub const OF_ORGANIZATION: Self = Self::of(&[
        RoleKind::OrganizationUser,
        RoleKind::OrganizationAuditor,
        RoleKind::OrganizationManager,
        RoleKind::OrganizationBillingManager,
    ]);
    /// Who sees a space and most of what is in it.
    pub const SPACE_READERS: Self = Self::of(&[
        RoleKind::SpaceDeveloper,
        RoleKind::SpaceManager,
        RoleKind::SpaceAuditor,
        RoleKind::SpaceSupporter,
        RoleKind::OrganizationManager,
    ]);
    /// Space readers and the organization's auditor: who sees routes.
    pub const ROUTE_READERS: Self = Self(Self::SPACE_READERS.0 | RoleKind::OrganizationAuditor.bit());
    /// Who starts, stops, scales and maps.
    pub const APP_MANAGERS: Self = Self::of(&[RoleKind::SpaceDeveloper, RoleKind::SpaceSupporter]);
    pub const DEVELOPERS: Self = Self::of(&[RoleKind::SpaceDeveloper]);
    pub const ORGANIZATION_MANAGERS: Self = Self::of(&[RoleKind::OrganizationManager]);
    /// Who changes a space itself.
    pub const SPACE_UPDATERS: Self = Self::of(&[RoleKind::SpaceManager, RoleKind::OrganizationManager]);

    pub const fn of(kinds: &[RoleKind]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < kinds.len() {
            #[expect(clippy::indexing_slicing, reason = "i < len, and iterators are not const")]
            {
                bits |= kinds[i].bit();
            }
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, kind: RoleKind) -> bool {
        self.0 & kind.bit() != 0
    }

    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<RoleKind> for RoleSet {
    fn from_iter<I: IntoIterator<Item = RoleKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, k| bits | k.bit()))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrganizationStatus {
    #[default]
    Active,
    Suspended,
    Deleting,
}

impl OrganizationStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }
}

impl FromStr for OrganizationStatus {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Active, Self::Suspended, Self::Deleting].into_iter().find(|s| s.as_str() == text).ok_or(())
    }
}

/// A space knows the same states as an organization.
pub type SpaceStatus = OrganizationStatus;

/// What the caller holds at a target, and whether the target takes changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Roles in the target's organization and, if it has one, in its space.
    pub roles: RoleSet,
    pub organization: OrganizationStatus,
    /// `Active` where the target has no space.
    pub space: SpaceStatus,
}

//! How isolation segments are kept, and what organizations and spaces have of them.

use super::{Entitlements, IsolationSegment, IsolationSegmentFilter, Uses};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::name::Name;
use crate::organization::Organization;
use crate::space::Space;
use crate::store::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
pub trait IsolationSegmentReads {
    /// The segment if it exists and `scope` shows it.
    async fn find_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Option<IsolationSegment>, StoreError>;
    async fn list_isolation_segments(
        &mut self,
        filter: &IsolationSegmentFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<IsolationSegment>, StoreError>;
    /// The organizations that are entitled to it and that `scope` shows, in insertion order.
    async fn organizations_of_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Vec<Guid<Organization>>, StoreError>;
    /// The spaces that have it as their own and that `scope` shows, in insertion order.
    async fn spaces_of_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Vec<Guid<Space>>, StoreError>;
    /// That of spaces without one of their own; `None` too if there is no such organization.
    async fn default_isolation_segment(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Option<Guid<IsolationSegment>>, StoreError>;
    /// The space's own; `None` too if there is no such space.
    async fn isolation_segment_of_space(
        &mut self,
        space: &Guid<Space>,
    ) -> Result<Option<Guid<IsolationSegment>>, StoreError>;
}

#[async_trait]
pub trait IsolationSegmentWrites: IsolationSegmentReads {
    /// Reads the segment and locks its row until the transaction ends. Before any lock of an organization.
    async fn lock_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
    ) -> Result<Option<IsolationSegment>, StoreError>;
    async fn uses_of_isolation_segment(&mut self, guid: &Guid<IsolationSegment>) -> Result<Uses, StoreError>;
    /// [`StoreError::Taken`] `isolation_segments_name_key_key` if the name is in use.
    async fn insert_isolation_segment(&mut self, segment: &IsolationSegment) -> Result<(), StoreError>;
    /// Writes name and metadata. Same refusal as the insert.
    async fn update_isolation_segment(&mut self, segment: &IsolationSegment) -> Result<(), StoreError>;
    /// Removes the row and its metadata. No organization may be entitled to it.
    async fn delete_isolation_segment(&mut self, guid: &Guid<IsolationSegment>) -> Result<(), StoreError>;
    /// What each of these organizations has, in insertion order. They do not change while the organizations are locked.
    async fn entitlements(
        &mut self,
        organizations: &[Guid<Organization>],
    ) -> Result<Vec<Entitlements>, StoreError>;
    /// None of them may be entitled to it yet.
    async fn entitle(
        &mut self,
        segment: &Guid<IsolationSegment>,
        organizations: &[Guid<Organization>],
    ) -> Result<(), StoreError>;
    async fn revoke_entitlement(
        &mut self,
        segment: &Guid<IsolationSegment>,
        organization: &Guid<Organization>,
    ) -> Result<(), StoreError>;
    /// Names of the organization's spaces that have the segment as their own, in insertion order.
    async fn spaces_assigned_to(
        &mut self,
        segment: &Guid<IsolationSegment>,
        organization: &Guid<Organization>,
    ) -> Result<Vec<Name>, StoreError>;
    async fn set_default_isolation_segment(
        &mut self,
        organizations: &[Guid<Organization>],
        segment: Option<&Guid<IsolationSegment>>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    async fn set_isolation_segment_of_space(
        &mut self,
        space: &Guid<Space>,
        segment: Option<&Guid<IsolationSegment>>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

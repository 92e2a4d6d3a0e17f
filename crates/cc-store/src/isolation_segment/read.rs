//! What is asked about isolation segments.

use super::assignments;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::ports::IsolationSegmentReads;
use cc_domain::isolation_segment::{IsolationSegment, IsolationSegmentFilter};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::StoreError;

#[async_trait]
impl<A: Access> IsolationSegmentReads for Session<A> {
    async fn find_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Option<IsolationSegment>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_isolation_segments(
        &mut self,
        filter: &IsolationSegmentFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<IsolationSegment>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn organizations_of_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Vec<Guid<Organization>>, StoreError> {
        assignments::organizations_of(self.conn(), guid, scope).await
    }

    async fn spaces_of_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
        scope: &Scope,
    ) -> Result<Vec<Guid<Space>>, StoreError> {
        assignments::spaces_of(self.conn(), guid, scope).await
    }

    async fn default_isolation_segment(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Option<Guid<IsolationSegment>>, StoreError> {
        assignments::default_of(self.conn(), organization).await
    }

    async fn isolation_segment_of_space(
        &mut self,
        space: &Guid<Space>,
    ) -> Result<Option<Guid<IsolationSegment>>, StoreError> {
        assignments::of_space(self.conn(), space).await
    }
}

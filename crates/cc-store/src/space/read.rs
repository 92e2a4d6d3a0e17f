//! What is asked about spaces.

use crate::any::sets::IdSet;
use crate::list::Filter;
use crate::schema::spaces;
use crate::session::{Access, Session};
use crate::standing;
use crate::stored::id_of;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::space::ports::SpaceReads;
use cc_domain::space::{Space, SpaceFilter};
use cc_domain::store::StoreError;

#[async_trait]
impl<A: Access> SpaceReads for Session<A> {
    async fn find_space(&mut self, guid: &Guid<Space>, scope: &Scope) -> Result<Option<Space>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_spaces(
        &mut self,
        filter: &SpaceFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Space>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn spaces_by_guid(
        &mut self,
        guids: &[Guid<Space>],
        scope: &Scope,
    ) -> Result<Vec<Space>, StoreError> {
        let which = Filter::<Space>::visible(scope).one_of(spaces::guid, Some(&texts(guids))).joined();
        self.load_all(IdSet::matching(which)).await
    }

    async fn space_standing(
        &mut self,
        guid: &Guid<Space>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let id = id_of(self.conn(), guid).await?;
        standing::in_space(self.conn(), id, who).await
    }
}

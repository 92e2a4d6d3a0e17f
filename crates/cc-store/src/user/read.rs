//! What is asked about users.

use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guid};
use crate::schema::{roles, users};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use cc_domain::user::ports::UserReads;
use cc_domain::user::{User, UserFilter};
use diesel::prelude::*;

/// Those of a set that the filter leaves.
fn members(among: IdSet<users::table>, filter: &UserFilter) -> Rows<users::table> {
    Filter::<User>::by_any(Some(vec![among.holds_row()])).common(&filter.common).rows()
}

#[async_trait]
impl<A: Access> UserReads for Session<A> {
    async fn find_user(&mut self, guid: &Guid<User>, scope: &Scope) -> Result<Option<User>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_users(
        &mut self,
        filter: &UserFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<User>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn list_organization_users(
        &mut self,
        organization: &Guid<Organization>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let its = roles::organization_id.assume_not_null().in_set(with_guid(organization));
        let among = IdSet::of(roles::table.filter(its), roles::user_id);
        self.page_of(&members(among, filter), page).await
    }

    async fn list_space_users(
        &mut self,
        space: &Guid<Space>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let its = roles::space_id.assume_not_null().in_set(with_guid(space));
        let among = IdSet::of(roles::table.filter(its), roles::user_id);
        self.page_of(&members(among, filter), page).await
    }

    async fn users_by_guid(&mut self, guids: &[Guid<User>]) -> Result<Vec<User>, StoreError> {
        self.by_guids(guids).await
    }
}

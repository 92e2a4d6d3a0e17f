//! What is asked about users.

use super::{list, load};
use crate::any::Conn;
use crate::any::dsl::Pred;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, in_order_of, page_of_ids, with_guids};
use crate::schema::{organizations, roles, spaces, users};
use crate::session::{Access, Session};
use crate::visibility;
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use cc_domain::user::ports::UserReads;
use cc_domain::user::{User, UserFilter, policy};
use diesel::prelude::*;

async fn page_of(
    conn: &mut Conn,
    filter: &UserFilter,
    page: &PageRequest,
    among: Filter<users::table>,
) -> Result<Page<User>, StoreError> {
    let ids = page_of_ids(conn, list::filter(filter, among), list::order(page.order), page).await?;
    let rows = load(conn, IdSet::list(&ids.items)).await?;
    let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, user)| user).collect();
    Ok(Page { items, total: ids.total })
}

#[async_trait]
impl<A: Access> UserReads for Session<A> {
    async fn find_user(&mut self, guid: &Guid<User>, scope: &Scope) -> Result<Option<User>, StoreError> {
        let this = Pred::new(users::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible_by_any(visibility::users(scope, &policy::GET)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, user)| user))
    }

    async fn list_users(
        &mut self,
        filter: &UserFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<User>, StoreError> {
        page_of(self.conn(), filter, page, Filter::visible_by_any(visibility::users(scope, &policy::GET)))
            .await
    }

    async fn list_organization_users(
        &mut self,
        organization: &Guid<Organization>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let this =
            with_guids::<organizations::table>(organizations::guid, &[organization.as_str().to_owned()]);
        let members =
            roles::table.filter(roles::organization_id.assume_not_null().in_set(this)).select(roles::user_id);
        page_of(self.conn(), filter, page, Filter::visible(Some(IdSet::of(members).holds(users::id)))).await
    }

    async fn list_space_users(
        &mut self,
        space: &Guid<Space>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let this = with_guids::<spaces::table>(spaces::guid, &[space.as_str().to_owned()]);
        let members =
            roles::table.filter(roles::space_id.assume_not_null().in_set(this)).select(roles::user_id);
        page_of(self.conn(), filter, page, Filter::visible(Some(IdSet::of(members).holds(users::id)))).await
    }

    async fn users_by_guid(&mut self, guids: &[Guid<User>]) -> Result<Vec<User>, StoreError> {
        let which = with_guids::<users::table>(users::guid, &texts(guids));
        Ok(load(self.conn(), which).await?.into_iter().map(|(_, user)| user).collect())
    }
}

//! What is asked about roles.

use super::{list, load};
use crate::any::Conn;
use crate::any::dsl::{All, Pred};
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids, with_guids};
use crate::schema::{organizations, roles, spaces, users};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::access::RoleKind;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::role::ports::RoleReads;
use cc_domain::role::{Role, RoleFilter, RoleTarget};
use cc_domain::store::StoreError;
use cc_domain::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

async fn any(conn: &mut Conn, which: All<roles::table>) -> Result<bool, StoreError> {
    let first: Option<i64> = roles::table
        .filter(which)
        .select(roles::id)
        .limit(1)
        .get_result(conn)
        .await
        .optional()
        .map_err(failed)?;
    Ok(first.is_some())
}

fn of_user(user: &Guid<User>) -> Pred<roles::table> {
    with_guids::<users::table>(users::guid, &[user.as_str().to_owned()]).holds(roles::user_id)
}

#[async_trait]
impl<A: Access> RoleReads for Session<A> {
    async fn find_role(&mut self, guid: &Guid<Role>, scope: &Scope) -> Result<Option<Role>, StoreError> {
        let this = Pred::new(roles::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible_by_any(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, role)| role))
    }

    async fn list_roles(
        &mut self,
        filter: &RoleFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Role>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, role)| role).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn has_role(
        &mut self,
        user: &Guid<User>,
        kind: RoleKind,
        target: &RoleTarget,
    ) -> Result<bool, StoreError> {
        let there = match target {
            RoleTarget::Organization(guid) => {
                with_guids::<organizations::table>(organizations::guid, &[guid.as_str().to_owned()])
                    .holds(roles::organization_id)
            }
            RoleTarget::Space(guid) => {
                with_guids::<spaces::table>(spaces::guid, &[guid.as_str().to_owned()]).holds(roles::space_id)
            }
        };
        let kind = Pred::new(roles::kind.eq(kind.as_str()));
        any(self.conn(), All::of(vec![of_user(user), kind, there])).await
    }

    async fn has_space_role_in(
        &mut self,
        user: &Guid<User>,
        organization: &Guid<Organization>,
    ) -> Result<bool, StoreError> {
        let organization =
            with_guids::<organizations::table>(organizations::guid, &[organization.as_str().to_owned()]);
        let its_spaces =
            spaces::table.filter(spaces::organization_id.in_set(organization)).select(spaces::id);
        let there = IdSet::of(its_spaces).holds(roles::space_id);
        any(self.conn(), All::of(vec![of_user(user), there])).await
    }
}

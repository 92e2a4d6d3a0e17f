//! What is asked about roles.

use crate::any::Conn;
use crate::any::dsl::{All, Pred};
use crate::errors::failed;
use crate::list::with_guid;
use crate::schema::roles;
use crate::session::{Access, Session};
use crate::space::spaces_in_organizations;
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
    with_guid(user).holds(roles::user_id)
}

#[async_trait]
impl<A: Access> RoleReads for Session<A> {
    async fn find_role(&mut self, guid: &Guid<Role>, scope: &Scope) -> Result<Option<Role>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_roles(
        &mut self,
        filter: &RoleFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Role>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn has_role(
        &mut self,
        user: &Guid<User>,
        kind: RoleKind,
        target: &RoleTarget,
    ) -> Result<bool, StoreError> {
        let there = match target {
            RoleTarget::Organization(guid) => with_guid(guid).holds(roles::organization_id),
            RoleTarget::Space(guid) => with_guid(guid).holds(roles::space_id),
        };
        let kind = Pred::new(roles::kind.eq(kind.as_str()));
        any(self.conn(), All::of(vec![of_user(user), kind, there])).await
    }

    async fn has_space_role_in(
        &mut self,
        user: &Guid<User>,
        organization: &Guid<Organization>,
    ) -> Result<bool, StoreError> {
        let there = spaces_in_organizations(&[organization.as_str().to_owned()]).holds(roles::space_id);
        any(self.conn(), All::of(vec![of_user(user), there])).await
    }
}

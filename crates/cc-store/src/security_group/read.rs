//! What is asked about security groups.

use super::list;
use crate::any::Conn;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::{failed, parsed};
use crate::list::{Filter, with_guid, with_guids};
use crate::schema::{security_group_spaces, security_groups, spaces};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::security_group::ports::SecurityGroupReads;
use cc_domain::security_group::{ByPhase, Phase, SecurityGroup, SecurityGroupFilter};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// Spaces of which a reader in that scope is told.
pub(super) fn shown(scope: &Scope) -> IdSet<spaces::table> {
    IdSet::matching(Filter::<Space>::visible(scope).joined())
}

/// Tells with each group the spaces of the set that it is bound to: one statement, however many.
pub(super) async fn tell_spaces(
    conn: &mut Conn,
    groups: &mut [SecurityGroup],
    shown: IdSet<spaces::table>,
) -> Result<(), StoreError> {
    let guids: Vec<_> = groups.iter().map(|group| group.guid.clone()).collect();
    let these = with_guids::<SecurityGroup>(&texts(&guids));
    let bound: Vec<(String, String, String)> = security_group_spaces::table
        .inner_join(spaces::table)
        .inner_join(security_groups::table)
        .filter(security_group_spaces::security_group_id.in_set(these))
        .filter(security_group_spaces::space_id.in_set(shown))
        .order(security_group_spaces::id.asc())
        .select((security_groups::guid, security_group_spaces::phase, spaces::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    let mut by_group: HashMap<String, ByPhase<Vec<Guid<Space>>>> = HashMap::new();
    for (group, phase, space) in bound {
        let phase: Phase = parsed("security_group_spaces.phase", &phase)?;
        by_group.entry(group).or_default().of_mut(phase).push(Guid::new(space));
    }
    for group in groups {
        group.spaces = by_group.remove(group.guid.as_str()).unwrap_or_default();
    }
    Ok(())
}

#[async_trait]
impl<A: Access> SecurityGroupReads for Session<A> {
    async fn find_security_group(
        &mut self,
        guid: &Guid<SecurityGroup>,
        scope: &Scope,
    ) -> Result<Option<SecurityGroup>, StoreError> {
        let mut found: Vec<_> = self.find(guid, scope).await?.into_iter().collect();
        tell_spaces(self.conn(), &mut found, shown(scope)).await?;
        Ok(found.pop())
    }

    async fn list_security_groups(
        &mut self,
        filter: &SecurityGroupFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<SecurityGroup>, StoreError> {
        let mut found = self.page(filter, page, scope).await?;
        tell_spaces(self.conn(), &mut found.items, shown(scope)).await?;
        Ok(found)
    }

    async fn list_security_groups_of_space(
        &mut self,
        space: &Guid<Space>,
        phase: Phase,
        filter: &SecurityGroupFilter,
        page: &PageRequest,
    ) -> Result<Page<SecurityGroup>, StoreError> {
        let rows = list::filter(filter, Some(list::holding(space, phase)));
        let mut found: Page<SecurityGroup> = self.page_of(&rows, page).await?;
        tell_spaces(self.conn(), &mut found.items, with_guid(space)).await?;
        Ok(found)
    }
}

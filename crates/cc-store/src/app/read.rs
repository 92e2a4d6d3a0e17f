//! What is asked about apps.

use super::environment_place;
use crate::any::dsl::{All, TextOneOf};
use crate::errors::{corrupt, failed, parsed};
use crate::list::with_guid;
use crate::schema::{apps, spaces};
use crate::seal::Sealed;
use crate::session::{Access, Session};
use crate::standing;
use crate::stored::guids_where;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::app::ports::{AppPlace, AppReads};
use cc_domain::app::{App, AppFilter, EnvironmentVariables};
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[async_trait]
impl<A: Access> AppReads for Session<A> {
    async fn find_app(&mut self, guid: &Guid<App>, scope: &Scope) -> Result<Option<App>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_apps(
        &mut self,
        filter: &AppFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<App>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn app_standing(
        &mut self,
        guid: &Guid<App>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let space: Option<i64> = apps::table
            .filter(apps::guid.eq(guid.as_str()))
            .select(apps::space_id)
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        standing::in_space(self.conn(), space, who).await
    }

    async fn app_environment(
        &mut self,
        guid: &Guid<App>,
    ) -> Result<Option<EnvironmentVariables>, StoreError> {
        let found: Option<(Option<Vec<u8>>, Option<String>)> = apps::table
            .filter(apps::guid.eq(guid.as_str()))
            .select((apps::environment_ciphertext, apps::environment_key_label))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((ciphertext, key_label)) = found else { return Ok(None) };
        let Some(sealed) = Sealed::stored(ciphertext, key_label) else {
            return Ok(Some(EnvironmentVariables::default()));
        };
        let json = self.keys.open(&environment_place(guid.as_str()), &sealed)?;
        EnvironmentVariables::from_json(&json).map(Some).ok_or_else(|| corrupt("apps.environment_ciphertext"))
    }

    async fn app_places(&mut self, these: &[Guid<App>]) -> Result<HashMap<Guid<App>, AppPlace>, StoreError> {
        let found: Vec<(String, String, String)> = apps::table
            .inner_join(spaces::table)
            .filter(apps::guid.one_of(&texts(these)))
            .select((apps::guid, spaces::guid, apps::lifecycle))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let place = |(app, space, lifecycle): (String, String, String)| {
            let lifecycle = parsed("apps.lifecycle", &lifecycle)?;
            Ok((Guid::new(app), AppPlace { space: Guid::new(space), lifecycle }))
        };
        found.into_iter().map(place).collect()
    }

    async fn apps_of_space(&mut self, space: &Guid<Space>) -> Result<Vec<Guid<App>>, StoreError> {
        guids_where(self.conn(), All::of(vec![with_guid(space).holds(apps::space_id)])).await
    }
}

//! The running and the staging group, sealed.

use crate::any::dsl::{Lock, LockExt};
use crate::errors::{corrupt, failed};
use crate::schema::environment_variable_groups as groups;
use crate::seal::Sealed;
use crate::session::{Access, Change, Session};
use async_trait::async_trait;
use cc_domain::app::EnvironmentVariables;
use cc_domain::environment_variable_group::ports::{
    EnvironmentVariableGroupReads, EnvironmentVariableGroupWrites,
};
use cc_domain::environment_variable_group::{EnvironmentVariableGroup, EnvironmentVariableGroupName};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = groups, treat_none_as_default_value = false)]
struct NewRow<'a> {
    name: &'a str,
    environment_ciphertext: Option<Vec<u8>>,
    environment_key_label: Option<String>,
    created_at: i64,
    updated_at: i64,
}

/// Where a group's variables are sealed for.
fn place(name: EnvironmentVariableGroupName) -> String {
    format!("environment_variable_groups.environment:{}", name.as_str())
}

#[async_trait]
impl<A: Access> EnvironmentVariableGroupReads for Session<A> {
    async fn environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
    ) -> Result<EnvironmentVariableGroup, StoreError> {
        let found: Option<(Option<Vec<u8>>, Option<String>, i64)> = groups::table
            .filter(groups::name.eq(name.as_str()))
            .select((groups::environment_ciphertext, groups::environment_key_label, groups::updated_at))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((ciphertext, key_label, updated_at)) = found else {
            return Ok(EnvironmentVariableGroup::default());
        };
        let variables = match Sealed::stored(ciphertext, key_label) {
            None => EnvironmentVariables::default(),
            Some(sealed) => EnvironmentVariables::from_json(&self.keys.open(&place(name), &sealed)?)
                .ok_or_else(|| corrupt("environment_variable_groups.environment_ciphertext"))?,
        };
        Ok(EnvironmentVariableGroup { variables, updated_at: Some(Timestamp::from_micros(updated_at)) })
    }
}

#[async_trait]
impl EnvironmentVariableGroupWrites for Session<Change> {
    async fn lock_environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
    ) -> Result<EnvironmentVariableGroup, StoreError> {
        // Whoever is first to change a group makes the row that the others wait for.
        let row = NewRow {
            name: name.as_str(),
            environment_ciphertext: None,
            environment_key_label: None,
            created_at: 0,
            updated_at: 0,
        };
        diesel::insert_into(groups::table)
            .values(&row)
            .on_conflict(groups::name)
            .do_nothing()
            .execute(self.conn())
            .await
            .map_err(failed)?;
        let _: i64 = groups::table
            .filter(groups::name.eq(name.as_str()))
            .select(groups::id)
            .locked(Lock::Update)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        self.environment_variable_group(name).await
    }

    async fn save_environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
        group: &EnvironmentVariableGroup,
    ) -> Result<(), StoreError> {
        let Sealed { ciphertext, key_label } = self.keys.seal(&place(name), &group.variables.to_json());
        let now = group.updated_at.unwrap_or(Timestamp::from_micros(0)).micros();
        let row = NewRow {
            name: name.as_str(),
            environment_ciphertext: Some(ciphertext.clone()),
            environment_key_label: Some(key_label.clone()),
            created_at: now,
            updated_at: now,
        };
        diesel::insert_into(groups::table)
            .values(&row)
            .on_conflict(groups::name)
            .do_update()
            .set((
                groups::environment_ciphertext.eq(Some(ciphertext)),
                groups::environment_key_label.eq(Some(key_label)),
                groups::updated_at.eq(now),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

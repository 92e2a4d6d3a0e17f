//! Overrides of feature flags.

use crate::errors::failed;
use crate::schema::feature_flags;
use crate::session::{Access, Change, Session};
use async_trait::async_trait;
use cc_domain::feature_flag::ports::{FeatureFlagReads, FeatureFlagWrites};
use cc_domain::feature_flag::{FeatureFlag, FeatureFlags, FlagOverride};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = feature_flags, treat_none_as_default_value = false)]
struct NewRow<'a> {
    name: &'a str,
    is_enabled: bool,
    error_message: Option<&'a str>,
    updated_at: i64,
}

#[async_trait]
impl<A: Access> FeatureFlagReads for Session<A> {
    async fn feature_flags(&mut self) -> Result<FeatureFlags, StoreError> {
        let rows: Vec<(String, bool, Option<String>, i64)> = feature_flags::table
            .select((
                feature_flags::name,
                feature_flags::is_enabled,
                feature_flags::error_message,
                feature_flags::updated_at,
            ))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let overrides =
            rows.into_iter().filter_map(|(name, is_enabled, custom_error_message, updated_at)| {
                let updated_at = Timestamp::from_micros(updated_at);
                Some((name.parse().ok()?, FlagOverride { is_enabled, custom_error_message, updated_at }))
            });
        Ok(FeatureFlags { overrides: overrides.collect() })
    }
}

#[async_trait]
impl FeatureFlagWrites for Session<Change> {
    async fn save_feature_flag(&mut self, flag: FeatureFlag, value: &FlagOverride) -> Result<(), StoreError> {
        let row = NewRow {
            name: flag.as_str(),
            is_enabled: value.is_enabled,
            error_message: value.custom_error_message.as_deref(),
            updated_at: value.updated_at.micros(),
        };
        diesel::insert_into(feature_flags::table)
            .values(&row)
            .on_conflict(feature_flags::name)
            .do_update()
            .set((
                feature_flags::is_enabled.eq(row.is_enabled),
                feature_flags::error_message.eq(row.error_message),
                feature_flags::updated_at.eq(row.updated_at),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

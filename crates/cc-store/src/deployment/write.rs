//! What changes deployments.

use super::OWNER;
use crate::any::dsl::IdOneOf;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{apps, deployments};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::deployment::ports::DeploymentWrites;
use cc_domain::deployment::{Deployment, DeploymentState, Weight};
use cc_domain::guid::Guid;
use cc_domain::process::ProcessType;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

/// All that an update writes.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = deployments, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns<'a> {
    state: &'a str,
    status_value: &'a str,
    status_reason: &'a str,
    deploying_process_guid: Option<&'a str>,
    deploying_process_kind: Option<&'a str>,
    canary_current_step: Option<i32>,
    error: Option<&'a str>,
    last_healthy_at: Option<i64>,
    status_changed_at: i64,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = deployments, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    strategy: &'a str,
    droplet_guid: Option<&'a str>,
    previous_droplet_guid: Option<&'a str>,
    revision_guid: Option<&'a str>,
    revision_number: Option<i32>,
    original_web_instances: i32,
    max_in_flight: i32,
    web_instances: Option<i32>,
    memory_mb: Option<i32>,
    disk_mb: Option<i32>,
    log_rate_limit: Option<i64>,
    canary_steps: Option<String>,
    created_at: i64,
    #[diesel(embed)]
    columns: Columns<'a>,
}

/// The domain's bounds are the columns'.
fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn steps(weights: &[Weight]) -> String {
    weights.iter().map(|weight| weight.get()).collect::<Value>().to_string()
}

impl<'a> From<&'a Deployment> for Columns<'a> {
    fn from(d: &'a Deployment) -> Self {
        let status = d.status();
        Self {
            state: d.state.as_str(),
            status_value: status.value,
            status_reason: status.reason,
            deploying_process_guid: d.web_process.as_ref().map(Guid::as_str),
            deploying_process_kind: d.web_process.as_ref().map(|_| ProcessType::WEB),
            canary_current_step: d.canary_step.map(column),
            error: d.error.as_deref(),
            last_healthy_at: Some(d.last_healthy_at.micros()),
            status_changed_at: d.status_changed_at.micros(),
            updated_at: d.updated_at.micros(),
        }
    }
}

#[async_trait]
impl DeploymentWrites for Session<Change> {
    async fn lock_deployment(&mut self, guid: &Guid<Deployment>) -> Result<Option<Deployment>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError> {
        let options = &deployment.options;
        let row = NewRow {
            guid: deployment.guid.as_str(),
            app_id: known_id_of(self.conn(), &deployment.app).await?,
            strategy: deployment.strategy.as_str(),
            droplet_guid: deployment.droplet.as_ref().map(Guid::as_str),
            previous_droplet_guid: deployment.previous_droplet.as_ref().map(Guid::as_str),
            revision_guid: deployment.revision.as_ref().map(|(guid, _)| guid.as_str()),
            revision_number: deployment.revision.as_ref().map(|(_, version)| column(*version)),
            original_web_instances: column(deployment.original_instances.get()),
            max_in_flight: column(options.max_in_flight),
            web_instances: options.web_instances.map(InstanceCount::get).map(column),
            memory_mb: options.memory.map(Megabytes::get).map(column),
            disk_mb: options.disk.map(Megabytes::get).map(column),
            log_rate_limit: options.log_rate.map(LogRate::get),
            canary_steps: options.canary_steps.as_deref().map(steps),
            created_at: deployment.created_at.micros(),
            columns: deployment.into(),
        };
        let id: i64 = diesel::insert_into(deployments::table)
            .values(&row)
            .returning(deployments::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &deployment.metadata).await
    }

    async fn update_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError> {
        let this = deployments::table.filter(deployments::guid.eq(deployment.guid.as_str()));
        let id: i64 = diesel::update(this)
            .set(Columns::from(deployment))
            .returning(deployments::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &deployment.metadata).await
    }

    async fn delete_deployments_beyond(&mut self, app: &Guid<App>, keep: usize) -> Result<(), StoreError> {
        let newest_first: Vec<(i64, String)> = deployments::table
            .inner_join(apps::table)
            .filter(apps::guid.eq(app.as_str()))
            .order(deployments::id.desc())
            .select((deployments::id, deployments::state))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let is_over = |state: &str| state.parse::<DeploymentState>().is_ok_and(|state| !state.is_active());
        let gone: Vec<i64> = newest_first
            .into_iter()
            .skip(keep)
            .filter(|(_, state)| is_over(state))
            .map(|(id, _)| id)
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        metadata::delete(self.conn(), OWNER, &gone).await?;
        diesel::delete(deployments::table.filter(deployments::id.one_of_ids(&gone)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

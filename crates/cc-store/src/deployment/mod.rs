//! Deployments.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, from_json, parsed};
use crate::process::megabytes;
use crate::schema::{apps, deployments};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::deployment::{Deployment, DeploymentOptions, Weight};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::quantity::{InstanceCount, LogRate};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Deployment;
/// The reason of a status that no state says by itself.
const SUPERSEDED: &str = "SUPERSEDED";

#[derive(Queryable, Selectable)]
#[diesel(table_name = deployments, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    #[diesel(select_expression = apps::has_revisions)]
    has_revisions: bool,
    state: String,
    status_reason: String,
    strategy: String,
    droplet_guid: Option<String>,
    previous_droplet_guid: Option<String>,
    revision_guid: Option<String>,
    revision_number: Option<i32>,
    deploying_process_guid: Option<String>,
    original_web_instances: i32,
    max_in_flight: i32,
    web_instances: Option<i32>,
    memory_mb: Option<i32>,
    disk_mb: Option<i32>,
    log_rate_limit: Option<i64>,
    canary_steps: Option<String>,
    canary_current_step: Option<i32>,
    error: Option<String>,
    last_healthy_at: Option<i64>,
    status_changed_at: i64,
    created_at: i64,
    updated_at: i64,
}

fn instances(column: i32) -> Result<InstanceCount, StoreError> {
    InstanceCount::new(column.into()).ok_or_else(|| corrupt("deployments: a number of instances"))
}

fn weights(column: &str) -> Result<Vec<Weight>, StoreError> {
    let steps: Vec<i64> = from_json("deployments.canary_steps", column)?;
    let steps = steps.into_iter().map(Weight::new);
    steps.collect::<Option<_>>().ok_or_else(|| corrupt("deployments.canary_steps"))
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Deployment, StoreError> {
        let number = |column: i32| u32::try_from(column).map_err(|_| corrupt("deployments: a number"));
        let revision = self.revision_guid.filter(|_| self.has_revisions).zip(self.revision_number);
        Ok(Deployment {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            state: parsed("deployments.state", &self.state)?,
            is_superseded: self.status_reason == SUPERSEDED,
            strategy: parsed("deployments.strategy", &self.strategy)?,
            options: DeploymentOptions {
                max_in_flight: number(self.max_in_flight)?,
                web_instances: self.web_instances.map(instances).transpose()?,
                memory: self.memory_mb.map(megabytes).transpose()?,
                disk: self.disk_mb.map(megabytes).transpose()?,
                log_rate: match self.log_rate_limit {
                    None => None,
                    Some(rate) => {
                        Some(LogRate::new(rate).ok_or_else(|| corrupt("deployments.log_rate_limit"))?)
                    }
                },
                canary_steps: self.canary_steps.as_deref().map(weights).transpose()?,
            },
            droplet: self.droplet_guid.map(Guid::new),
            previous_droplet: self.previous_droplet_guid.map(Guid::new),
            revision: match revision {
                None => None,
                Some((guid, version)) => Some((Guid::new(guid), number(version)?)),
            },
            web_process: self.deploying_process_guid.map(Guid::new),
            original_instances: instances(self.original_web_instances)?,
            canary_step: self.canary_current_step.map(number).transpose()?,
            error: self.error,
            last_healthy_at: Timestamp::from_micros(self.last_healthy_at.unwrap_or(self.created_at)),
            status_changed_at: Timestamp::from_micros(self.status_changed_at),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Deployment {
    columns!(deployments);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<deployments::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, deployments::id, deployments::table.inner_join(apps::table));
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}

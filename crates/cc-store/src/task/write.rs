//! What changes tasks.

use super::OWNER;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{apps, tasks};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::name::fold;
use cc_domain::quantity::Megabytes;
use cc_domain::store::StoreError;
use cc_domain::task::Task;
use cc_domain::task::ports::TaskWrites;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    sequence_id: i64,
    name: &'a str,
    name_key: String,
    command: &'a str,
    run_as: Option<&'a str>,
    state: &'a str,
    memory_mb: i32,
    disk_mb: i32,
    log_rate_limit: i64,
    failure_reason: Option<&'a str>,
    droplet_guid: &'a str,
    created_at: i64,
    updated_at: i64,
}

/// The domain keeps amounts within 32 bits with a sign.
fn column(amount: Megabytes) -> i32 {
    i32::try_from(amount.get()).unwrap_or(i32::MAX)
}

#[async_trait]
impl TaskWrites for Session<Change> {
    async fn lock_task(&mut self, guid: &Guid<Task>) -> Result<Option<Task>, StoreError> {
        self.lock(guid).await
    }

    async fn next_sequence_id(&mut self, app: &Guid<App>) -> Result<i64, StoreError> {
        let next: i64 = diesel::update(apps::table.filter(apps::guid.eq(app.as_str())))
            .set(apps::next_task.eq(apps::next_task + 1))
            .returning(apps::next_task)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        Ok(next - 1)
    }

    async fn insert_task(&mut self, task: &Task) -> Result<(), StoreError> {
        let row = NewRow {
            guid: task.guid.as_str(),
            app_id: known_id_of(self.conn(), &task.app).await?,
            sequence_id: task.sequence_id,
            name: &task.name,
            name_key: fold(&task.name),
            command: &task.command,
            run_as: task.user.as_deref(),
            state: task.state.as_str(),
            memory_mb: column(task.memory),
            disk_mb: column(task.disk),
            log_rate_limit: task.log_rate.get(),
            failure_reason: task.failure_reason.as_deref(),
            droplet_guid: task.droplet.as_str(),
            created_at: task.created_at.micros(),
            updated_at: task.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(tasks::table)
            .values(&row)
            .returning(tasks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &task.metadata).await
    }

    async fn update_task(&mut self, task: &Task) -> Result<(), StoreError> {
        let id: i64 = diesel::update(tasks::table.filter(tasks::guid.eq(task.guid.as_str())))
            .set((
                tasks::state.eq(task.state.as_str()),
                tasks::failure_reason.eq(task.failure_reason.as_deref()),
                tasks::updated_at.eq(task.updated_at.micros()),
            ))
            .returning(tasks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &task.metadata).await
    }

    async fn delete_tasks_of_app(&mut self, app: &Guid<App>) -> Result<(), StoreError> {
        let app_id = known_id_of(self.conn(), app).await?;
        let gone: Vec<i64> = diesel::delete(tasks::table.filter(tasks::app_id.eq(app_id)))
            .returning(tasks::id)
            .get_results(self.conn())
            .await
            .map_err(failed)?;
        metadata::delete(self.conn(), OWNER, &gone).await
    }
}

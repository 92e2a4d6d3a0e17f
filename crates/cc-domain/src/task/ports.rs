//! How tasks are kept.

use super::{Task, TaskFilter};
use crate::app::App;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait TaskReads {
    /// The task if it exists and `scope` shows its space.
    async fn find_task(&mut self, guid: &Guid<Task>, scope: &Scope) -> Result<Option<Task>, StoreError>;
    async fn list_tasks(
        &mut self,
        filter: &TaskFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Task>, StoreError>;
    /// All of an app, in insertion order.
    async fn tasks_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Task>, StoreError>;
    /// Those that have not ended, of all apps, by guid: at most `max`, behind the guid `after`.
    async fn active_tasks(&mut self, after: Option<&Guid<Task>>, max: i64) -> Result<Vec<Task>, StoreError>;
}

#[async_trait]
pub trait TaskWrites: TaskReads {
    /// Reads the task and locks its row until the transaction ends. `None` if there is none.
    async fn lock_task(&mut self, guid: &Guid<Task>) -> Result<Option<Task>, StoreError>;
    /// The number of the next task of an app, whose row the caller has locked. Each is given once.
    async fn next_sequence_id(&mut self, app: &Guid<App>) -> Result<i64, StoreError>;
    async fn insert_task(&mut self, task: &Task) -> Result<(), StoreError>;
    /// Writes state, failure reason and metadata.
    async fn update_task(&mut self, task: &Task) -> Result<(), StoreError>;
    /// Removes all tasks of an app with their metadata, in a few statements however many they are.
    async fn delete_tasks_of_app(&mut self, app: &Guid<App>) -> Result<(), StoreError>;
}

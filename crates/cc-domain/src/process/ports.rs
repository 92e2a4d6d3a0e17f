//! How processes are kept.

use super::{Process, ProcessFilter};
use crate::app::App;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait ProcessReads {
    /// The process if it exists and `scope` shows its space.
    async fn find_process(
        &mut self,
        guid: &Guid<Process>,
        scope: &Scope,
    ) -> Result<Option<Process>, StoreError>;
    async fn list_processes(
        &mut self,
        filter: &ProcessFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Process>, StoreError>;
    /// All of an app, in insertion order.
    async fn processes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Process>, StoreError>;
    /// Those that an engine should run ([`Process::is_wanted`]) by guid, after `after`, at most `max`: for the sync.
    async fn wanted_processes(
        &mut self,
        after: Option<&Guid<Process>>,
        max: i64,
    ) -> Result<Vec<Process>, StoreError>;
}

#[async_trait]
pub trait ProcessWrites: ProcessReads {
    /// Reads all processes of an app and locks their rows until the transaction ends, in insertion order. The app is locked before.
    async fn lock_processes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Process>, StoreError>;
    async fn insert_process(&mut self, process: &Process) -> Result<(), StoreError>;
    /// Writes everything but guid, app, type and creation time.
    async fn update_process(&mut self, process: &Process) -> Result<(), StoreError>;
    /// Removes the row and its metadata.
    async fn delete_process(&mut self, guid: &Guid<Process>) -> Result<(), StoreError>;
}

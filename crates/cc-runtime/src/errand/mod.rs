//! Errands are tasks and builds: a container that ends by itself, and an outcome that is reported until it is taken.
//!
//! An errand's record on disk goes from waiting, over the name of its container, to its outcome, and is erased when the
//! outcome is acknowledged. Whatever is killed in between, the next server goes on from what the record says.

mod record;
mod run;
mod task;

pub(crate) use record::{ErrandKind, Outcome, StoredBuild, StoredDigests, StoredErrand, StoredWork};
pub(crate) use task::stored_task;

use crate::depot::Meta;
use crate::runner::{LocalRuntime, Shared, stored};
use cc_domain::runtime::{ObservedTask, RuntimeError, TaskId, TaskState};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Kind and id.
pub(crate) type ErrandKey = (ErrandKind, String);

/// What others may do with an errand that is under way.
pub(crate) struct Control {
    pub cancel: watch::Sender<bool>,
    pub state: Mutex<TaskState>,
}

impl Control {
    pub fn set(&self, state: TaskState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn observed(&self) -> TaskState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// All errands whose outcome is not acknowledged.
#[derive(Default)]
pub(crate) struct Errands(Mutex<BTreeMap<ErrandKey, Arc<Control>>>);

impl Errands {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<ErrandKey, Arc<Control>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn forget(&self, key: &ErrandKey) {
        self.lock().remove(key);
    }
}

impl Shared {
    /// Folder of the records of a kind.
    pub(crate) fn records(&self, kind: ErrandKind) -> &Path {
        match kind {
            ErrandKind::Task => &self.tasks,
            ErrandKind::Build => &self.builds,
        }
    }
}

impl LocalRuntime {
    /// Records a new errand and begins with it; one that is known is left alone.
    pub(crate) fn accept(&self, errand: StoredErrand) -> Result<(), RuntimeError> {
        let key = errand.key();
        let mut errands = self.shared.errands.lock();
        if errands.contains_key(&key) {
            return Ok(());
        }
        stored::save(&self.shared.sealer, self.shared.records(key.0), &key.1, &errand)?;
        let control = control();
        errands.insert(key, Arc::clone(&control));
        drop(errands);
        self.spawn(run::run(Arc::clone(&self.shared), errand, control, None));
        Ok(())
    }

    /// Goes on with the errands of an earlier server; gives those containers back that belong to none.
    pub(crate) fn resume(
        &self,
        mut found: BTreeMap<ErrandKey, (String, Meta)>,
    ) -> std::io::Result<Vec<(String, Meta)>> {
        for kind in [ErrandKind::Task, ErrandKind::Build] {
            for errand in stored::load_all::<StoredErrand>(&self.shared.sealer, self.shared.records(kind))? {
                let key = errand.key();
                let container = found.remove(&key).map(|(id, _)| id);
                let control = control();
                self.shared.errands.lock().insert(key, Arc::clone(&control));
                self.spawn(run::run(Arc::clone(&self.shared), errand, control, container));
            }
        }
        Ok(found.into_values().collect())
    }

    pub(crate) fn cancel(&self, kind: ErrandKind, id: &str) {
        if let Some(control) = self.shared.errands.lock().get(&(kind, id.to_owned())) {
            control.cancel.send_replace(true);
        }
    }

    pub(crate) fn observe(&self, kind: ErrandKind, id: &str) -> Result<Option<ObservedTask>, RuntimeError> {
        let state = self.shared.errands.lock().get(&(kind, id.to_owned())).map(|control| control.observed());
        state.map(|state| observed(id, state)).transpose()
    }

    pub(crate) fn observe_all(&self, kind: ErrandKind) -> Result<Vec<ObservedTask>, RuntimeError> {
        let errands = self.shared.errands.lock();
        let those = errands.iter().filter(|((known, _), _)| *known == kind);
        those.map(|((_, id), control)| observed(id, control.observed())).collect()
    }
}

fn observed(id: &str, state: TaskState) -> Result<ObservedTask, RuntimeError> {
    let id = TaskId::new(id).map_err(|error| RuntimeError::Internal(error.to_string()))?;
    Ok(ObservedTask { id, state })
}

fn control() -> Arc<Control> {
    Arc::new(Control { cancel: watch::channel(false).0, state: Mutex::new(TaskState::Pending) })
}

//! One question for all who ask the same at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::OnceCell;

/// Questions under way, by what is asked.
pub(super) struct Shared<T> {
    under_way: Mutex<HashMap<Vec<String>, Weak<OnceCell<T>>>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { under_way: Mutex::default() }
    }
}

impl<T: Clone> Shared<T> {
    /// The answer to `key`, by `ask` unless somebody is asking already. Who goes away hands the question on to the next one.
    pub(super) async fn ask(&self, key: &[String], ask: impl Future<Output = T>) -> T {
        let cell = self.cell(key);
        let answer = cell.get_or_init(|| ask).await.clone();
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.get(key).is_some_and(|other| std::ptr::eq(other.as_ptr(), Arc::as_ptr(&cell))) {
            under_way.remove(key);
        }
        answer
    }

    fn cell(&self, key: &[String]) -> Arc<OnceCell<T>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = under_way.get(key).and_then(Weak::upgrade) {
            return cell;
        }
        // Those whose askers all went away.
        under_way.retain(|_, cell| cell.strong_count() > 0);
        let cell = Arc::new(OnceCell::new());
        under_way.insert(key.to_vec(), Arc::downgrade(&cell));
        cell
    }
}

//! The two smallest ports: time and identifiers.

use crate::guid::Guid;
use crate::time::Timestamp;

/// What time it is.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// Where new identifiers come from.
pub trait Ids: Send + Sync + 'static {
    /// A fresh UUID v4 in text form.
    fn uuid(&self) -> String;
}

impl dyn Ids {
    /// A fresh guid for a new `T`.
    pub fn guid<T: ?Sized>(&self) -> Guid<T> {
        Guid::new(self.uuid())
    }
}

//! Lists: what a query string may ask, and how a page is shown.

mod page;
mod query;

pub use page::page;
pub use query::{ListQuery, ListSpec};

//! Lists: what a query string may ask, and how a page is shown.

mod fields;
mod include;
mod page;
mod params;
mod query;

pub use include::include;
pub use page::{Included, empty_page, page};
pub use params::Params;
pub use query::{ListQuery, ListSpec, OneOf};

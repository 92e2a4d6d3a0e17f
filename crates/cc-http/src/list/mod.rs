//! Queries: what may be asked ([`ListSpec`]), what was asked ([`ListQuery`]), and how a page is shown ([`page`]).

mod check;
mod fields;
mod page;
mod params;
mod query;
mod spec;

pub use check::is_one_of;
pub use page::{Included, empty_page, page};
pub use params::Params;
pub use query::{ListQuery, named};
pub use spec::{Check, Given, ListSpec, Takes};

#[cfg(test)]
mod tests;

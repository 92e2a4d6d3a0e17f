//! How traffic reaches apps, and what they say: the HTTP router for routes of apps, and the log store.

pub mod log_store;

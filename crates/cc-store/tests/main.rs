//! Every adapter on both engines, through the ports of the domain.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by it")]

mod accounts;
mod audit_events;
mod db;
mod jobs;
mod lists;
mod organizations;
mod plans;
mod quotas;
mod rules;
mod schema;
mod sealing;
mod transactions;
mod visibility;

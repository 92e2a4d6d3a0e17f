//! Journeys of users and operators through the whole system, each on SQLite and on PostgreSQL.

#![expect(clippy::indexing_slicing, reason = "a missing member fails the test, as it should")]

mod cli;
mod copy;
mod deployments;
mod disk;
mod doctor;
mod folders;
mod lockout;
mod lost_parts;
mod network;
mod numbers;
mod push;
mod refusals;
mod rights;
mod sidecars;
mod slow_clients;
mod start;
mod tasks;
mod uploads;

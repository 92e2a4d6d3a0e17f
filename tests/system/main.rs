//! Journeys of users and operators through the whole system, each on SQLite and on PostgreSQL.

mod start;

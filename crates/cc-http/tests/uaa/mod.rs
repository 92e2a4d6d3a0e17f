//! The login server as its clients use it.

mod clients;
mod codes;
mod discovery;
mod grants;
mod groups;
mod pages;
mod refusals;
mod throttling;
mod users;
mod world;

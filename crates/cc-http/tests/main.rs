//! The API in process, request in and whole answer out, on both databases.

mod harness;

mod organization;

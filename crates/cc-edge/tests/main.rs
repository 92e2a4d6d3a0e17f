//! Tests of the edge: the log store against a model, the router against backends on loopback.

mod log_store;

//! What use cases promise to those who read their refusals and their audit events.

mod contract;

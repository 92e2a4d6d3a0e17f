//! What is true: entities, rules, decisions and the ports behind them. No I/O, clock or randomness.

pub mod identity;

//! Whole-system tests of the built binary.

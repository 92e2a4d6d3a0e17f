//! `/v3/packages`

mod create;
mod read;
mod upload;

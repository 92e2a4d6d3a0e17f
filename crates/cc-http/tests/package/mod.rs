//! `/v3/packages`

mod create;
mod cut_off;
mod read;
mod upload;

//! Is it really them? Signatures, hashes, randomness, and the keys of an external UAA.
//!
//! [`EmbeddedTokens`] signs and verifies the tokens of our own login server with keys from the `Accounts` port;
//! [`ExternalTokens`] verifies those of another one. [`Argon2Passwords`], [`RandomMint`],
//! [`AccountsDirectory`] and, for an external UAA, [`UaaDirectory`] implement the small ports; [`bootstrap()`] makes a first start usable. No HTTP surface and
//! no database here: both come through ports. Nothing reads a clock; the caller brings the time.
#![forbid(unsafe_code)]

mod argon2_passwords;
mod bootstrap;
mod directory;
mod embedded;
mod external;
mod http_key_source;
mod https;
mod jwt;
mod key_ring;
#[cfg(feature = "testing")]
pub mod memory_accounts;
mod random_mint;
mod rsa_key;
mod tokio_pause;
mod uaa_directory;
mod verified_cache;

pub use argon2_passwords::Argon2Passwords;
pub use bootstrap::{Bootstrap, BootstrapError, BootstrapOutcome, bootstrap};
pub use directory::AccountsDirectory;
pub use embedded::EmbeddedTokens;
pub use external::{ExternalTokens, ExternalUaa, Jwk, Jwks, KeySource, KeySourceError};
pub use http_key_source::HttpKeySource;
pub use key_ring::RotateError;
pub use random_mint::RandomMint;
pub use rsa_key::{KeyError, generate};
pub use tokio_pause::TokioPause;
pub use uaa_directory::{Pace, UaaAccess, UaaDirectory, UaaDirectoryError};

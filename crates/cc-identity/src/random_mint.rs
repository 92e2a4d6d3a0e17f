//! Random codes from the operating system's generator.

use cc_domain::identity::Mint;
use cc_domain::secret::Secret;
use sha2::{Digest as _, Sha256};

/// Codes of 32 letters and digits: 190 bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomMint;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 32;
/// The largest multiple of the alphabet's length that fits a byte; above it the choice would be uneven.
const FAIR_BELOW: u8 = 248;

impl Mint for RandomMint {
    fn code(&self) -> Secret {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut bytes = [0_u8; 64];
            aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
            let fair = bytes.iter().filter(|byte| **byte < FAIR_BELOW);
            let letters = fair.filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()));
            code.extend(letters.take(LENGTH - code.len()).map(|letter| char::from(*letter)));
        }
        Secret::from(code)
    }

    fn digest(&self, code: &str) -> String {
        Sha256::digest(code.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
            for nibble in [byte >> 4, byte & 0xf] {
                hex.extend(char::from_digit(u32::from(nibble), 16));
            }
            hex
        })
    }
}

//! RSA keys: making one, and reading one for use.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cc_domain::identity::{PublicKey, SigningKey};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;
use jsonwebtoken::{DecodingKey, EncodingKey};

/// A key cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("no RSA key can be generated")]
    Generate,
    #[error("the stored signing key {0} cannot be read")]
    Read(String),
}

/// A new 2048-bit key, active. Takes about a tenth of a second of computing: call it on a blocking thread.
pub fn generate(kid: String, now: Timestamp) -> Result<SigningKey, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
    let private_pem = Secret::from(pem("PRIVATE KEY", der.as_ref()));
    Ok(SigningKey { kid, private_pem, created_at: now, is_active: true })
}

/// A key ready for use.
pub(crate) struct ReadyKey {
    pub(crate) public: PublicKey,
    pub(crate) is_active: bool,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl ReadyKey {
    pub(crate) fn read(key: &SigningKey) -> Result<Self, KeyError> {
        let unreadable = || KeyError::Read(key.kid.clone());
        let base64: String = key
            .private_pem
            .expose()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .map(str::trim)
            .collect();
        let pkcs8 = STANDARD.decode(base64).map_err(|_| unreadable())?;
        let pair = KeyPair::from_pkcs8(&pkcs8).map_err(|_| unreadable())?;
        let encoding =
            EncodingKey::from_rsa_pem(key.private_pem.expose().as_bytes()).map_err(|_| unreadable())?;
        let public = pair.public_key();
        let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let decoding = DecodingKey::from_rsa_components(&modulus, &exponent).map_err(|_| unreadable())?;
        let spki: PublicKeyX509Der<'_> = public.as_der().map_err(|_| unreadable())?;
        let pem = pem("PUBLIC KEY", spki.as_ref());
        let public = PublicKey { kid: key.kid.clone(), modulus, exponent, pem };
        Ok(Self { public, is_active: key.is_active, encoding, decoding })
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        lines.push(line.to_owned());
        rest = after;
    }
    lines.push(format!("-----END {label}-----\n"));
    lines.join("\n")
}

//! The claims as they stand in a JWT, and reading one under a pinned algorithm.

use cc_domain::identity::{Claims, TokenError, TokenUser};
use cc_domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

const LONGEST_TOKEN: usize = 32 * 1024;

/// Claims of the UAA (client-flows 3.4). `cid` and `azp` repeat `client_id`.
#[derive(Serialize, Deserialize)]
struct Wire {
    jti: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    scope: OneOrMany,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorities: Option<Vec<String>>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    cid: Option<String>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    grant_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(default)]
    rev_sig: String,
    #[serde(default)]
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
    iss: String,
    #[serde(default)]
    zid: String,
    #[serde(default)]
    aud: OneOrMany,
    #[serde(default)]
    revocable: bool,
}

/// A list, or one text in its place, as RFC 7519 allows for `aud`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<String>),
    One(String),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    fn audiences(self) -> Vec<String> {
        match self {
            Self::Many(list) => list,
            Self::One(text) => vec![text],
        }
    }

    fn scopes(self) -> Vec<String> {
        match self {
            Self::Many(list) => list,
            Self::One(text) => text.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        }
    }
}

/// Signs with RS256.
pub(crate) fn sign(
    claims: &Claims,
    kid: &str,
    key: &EncodingKey,
) -> Result<String, jsonwebtoken::errors::Error> {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, &wire(claims), key)
}

/// The header's `kid` and algorithm, of which nothing is proven yet. Anything but an RSA signature is refused here.
pub(crate) fn peek(token: &str) -> Result<(String, Algorithm), TokenError> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenError::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
    if header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512) {
        return Err(TokenError::Algorithm);
    }
    Ok((header.kid.ok_or(TokenError::UnknownKey)?, header.alg))
}

/// Reads a token whose signature by `key` under exactly `algorithm` holds, that is of `issuer` and current at `now`.
pub(crate) fn open(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    issuer: &str,
    now: Timestamp,
) -> Result<Claims, TokenError> {
    let mut validation = Validation::new(algorithm);
    // Times are checked below, against the caller's clock; audiences by the surface.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let wire = jsonwebtoken::decode::<Wire>(token, key, &validation).map_err(|e| refusal(e.kind()))?.claims;
    if wire.iss != issuer {
        return Err(TokenError::Issuer);
    }
    if wire.nbf.is_some_and(|nbf| now.seconds() < nbf) {
        return Err(TokenError::Expired);
    }
    let claims = claims(wire)?;
    if claims.is_current(now) { Ok(claims) } else { Err(TokenError::Expired) }
}

fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => {
            TokenError::Algorithm
        }
        _ => TokenError::Malformed,
    }
}

fn wire(claims: &Claims) -> Wire {
    let client_id = Some(claims.client_id.clone());
    let user = claims.user.as_ref();
    Wire {
        jti: claims.jti.clone(),
        sid: claims.session.clone(),
        sub: claims.principal().to_owned(),
        scope: OneOrMany::Many(claims.scopes.clone()),
        authorities: user.is_none().then(|| claims.scopes.clone()),
        client_id: client_id.clone(),
        cid: client_id.clone(),
        azp: client_id,
        grant_type: claims.grant_type.clone(),
        user_id: user.map(|u| u.guid.clone()),
        user_name: user.map(|u| u.username.clone()),
        email: user.map(|u| u.email.clone()),
        origin: user.map(|u| u.origin.clone()),
        auth_time: claims.auth_time.map(Timestamp::seconds),
        rev_sig: claims.rev_sig.clone(),
        iat: claims.issued_at.seconds(),
        nbf: None,
        exp: claims.expires_at.seconds(),
        iss: claims.issuer.clone(),
        zid: "uaa".to_owned(),
        aud: OneOrMany::Many(claims.audiences.clone()),
        revocable: true,
    }
}

fn claims(wire: Wire) -> Result<Claims, TokenError> {
    let client_id = wire.client_id.or(wire.cid).or(wire.azp).ok_or(TokenError::Malformed)?;
    let user = wire.user_id.map(|guid| TokenUser {
        username: wire.user_name.unwrap_or_else(|| guid.clone()),
        email: wire.email.unwrap_or_default(),
        origin: wire.origin.unwrap_or_default(),
        guid,
    });
    Ok(Claims {
        jti: wire.jti,
        session: wire.sid,
        client_id,
        grant_type: wire.grant_type,
        scopes: wire.scope.scopes(),
        audiences: wire.aud.audiences(),
        user,
        auth_time: wire.auth_time.map(Timestamp::from_seconds),
        rev_sig: wire.rev_sig,
        issued_at: Timestamp::from_seconds(wire.iat),
        expires_at: Timestamp::from_seconds(wire.exp),
        issuer: wire.iss,
    })
}

//! What issued tokens depend on, and one-time codes.

use super::Outcome;
use crate::any::Conn;
use crate::any::dsl::{Lock, LockExt};
use crate::errors::{from_json, to_json};
use crate::schema::{accounts_clients, accounts_users, authorization_codes, token_revocations};
use cc_domain::identity::{AuthorizationCode, TokenStanding, UserStanding};
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Up to three reads by key on one connection.
pub async fn standing(
    conn: &mut Conn,
    jti: &str,
    user: Option<&str>,
    client: &str,
) -> Outcome<TokenStanding> {
    let revoked_from: Option<i64> = token_revocations::table
        .filter(token_revocations::jti.eq(jti))
        .select(token_revocations::revoked_from)
        .first(conn)
        .await
        .optional()?;
    let user: Option<(bool, i64)> = match user {
        None => None,
        Some(guid) => accounts_users::table
            .filter(accounts_users::guid.eq(guid))
            .select((accounts_users::is_active, accounts_users::token_epoch))
            .first(conn)
            .await
            .optional()?,
    };
    let client_epoch: Option<i64> = accounts_clients::table
        .filter(accounts_clients::client_id.eq(client))
        .select(accounts_clients::token_epoch)
        .first(conn)
        .await
        .optional()?;
    Ok(TokenStanding {
        revoked_from: revoked_from.map(Timestamp::from_micros),
        user: user.map(|(is_active, token_epoch)| UserStanding { is_active, token_epoch }),
        client_epoch,
    })
}

pub async fn revoke(conn: &mut Conn, jti: &str, from: Timestamp, expires_at: Timestamp) -> Outcome<bool> {
    let inserted = diesel::insert_into(token_revocations::table)
        .values((
            token_revocations::jti.eq(jti),
            token_revocations::revoked_from.eq(from.micros()),
            token_revocations::expires_at.eq(expires_at.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if inserted > 0 {
        return Ok(true);
    }
    let this = token_revocations::table.filter(token_revocations::jti.eq(jti));
    let kept: (i64, i64) = this
        .select((token_revocations::revoked_from, token_revocations::expires_at))
        .locked(Lock::Update)
        .get_result(conn)
        .await?;
    diesel::update(this)
        .set((
            token_revocations::revoked_from.eq(kept.0.min(from.micros())),
            token_revocations::expires_at.eq(kept.1.max(expires_at.micros())),
        ))
        .execute(conn)
        .await?;
    Ok(false)
}

pub async fn insert_code(conn: &mut Conn, digest: &str, code: &AuthorizationCode) -> Outcome<()> {
    diesel::insert_into(authorization_codes::table)
        .values((
            authorization_codes::digest.eq(digest),
            authorization_codes::client_id.eq(&code.client_id),
            authorization_codes::user_guid.eq(&code.user_guid),
            authorization_codes::scopes.eq(to_json(&code.scopes)),
            authorization_codes::redirect_uri.eq(code.redirect_uri.as_deref()),
            authorization_codes::expires_at.eq(code.expires_at.micros()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The deletion gives the row, so of two who come at once one gets it.
pub async fn take_code(conn: &mut Conn, digest: &str) -> Outcome<Option<AuthorizationCode>> {
    let row: Option<(String, String, String, Option<String>, i64)> =
        diesel::delete(authorization_codes::table.filter(authorization_codes::digest.eq(digest)))
            .returning((
                authorization_codes::client_id,
                authorization_codes::user_guid,
                authorization_codes::scopes,
                authorization_codes::redirect_uri,
                authorization_codes::expires_at,
            ))
            .get_result(conn)
            .await
            .optional()?;
    let Some((client_id, user_guid, scopes, redirect_uri, expires_at)) = row else { return Ok(None) };
    Ok(Some(AuthorizationCode {
        client_id,
        user_guid,
        scopes: from_json("authorization_codes.scopes", &scopes)?,
        redirect_uri,
        expires_at: Timestamp::from_micros(expires_at),
    }))
}

pub async fn purge(conn: &mut Conn, now: Timestamp) -> Outcome<()> {
    diesel::delete(token_revocations::table.filter(token_revocations::expires_at.le(now.micros())))
        .execute(conn)
        .await?;
    diesel::delete(authorization_codes::table.filter(authorization_codes::expires_at.le(now.micros())))
        .execute(conn)
        .await?;
    Ok(())
}

//! Signing keys, sealed.

use super::{Outcome, hold};
use crate::any::Conn;
use crate::schema::signing_keys;
use crate::seal::{Sealed, SealingKeys};
use cc_domain::identity::SigningKey;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Where a private key is sealed for.
fn place(kid: &str) -> String {
    format!("signing_keys.private:{kid}")
}

pub async fn all(conn: &mut Conn, ring: &SealingKeys) -> Outcome<Vec<SigningKey>> {
    let rows: Vec<(String, Vec<u8>, String, bool, i64)> = signing_keys::table
        .order((signing_keys::created_at.desc(), signing_keys::id.desc()))
        .select((
            signing_keys::key_id,
            signing_keys::private_ciphertext,
            signing_keys::private_key_label,
            signing_keys::is_active,
            signing_keys::created_at,
        ))
        .load(conn)
        .await?;
    rows.into_iter()
        .map(|(kid, ciphertext, key_label, is_active, created_at)| {
            let private_pem = ring.open(&place(&kid), &Sealed { ciphertext, key_label })?;
            Ok(SigningKey { kid, private_pem, created_at: Timestamp::from_micros(created_at), is_active })
        })
        .collect()
}

pub async fn activate(
    conn: &mut Conn,
    ring: &SealingKeys,
    key: &SigningKey,
    expected: Option<&str>,
) -> Outcome<bool> {
    hold(conn, "active signing key").await?;
    let active: Option<String> = signing_keys::table
        .filter(signing_keys::is_active.eq(true))
        .select(signing_keys::key_id)
        .first(conn)
        .await
        .optional()?;
    if active.as_deref() != expected {
        return Ok(false);
    }
    diesel::update(signing_keys::table.filter(signing_keys::is_active.eq(true)))
        .set(signing_keys::is_active.eq(false))
        .execute(conn)
        .await?;
    let sealed = ring.seal(&place(&key.kid), &key.private_pem);
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::key_id.eq(&key.kid),
            signing_keys::private_ciphertext.eq(sealed.ciphertext),
            signing_keys::private_key_label.eq(sealed.key_label),
            signing_keys::is_active.eq(true),
            signing_keys::created_at.eq(key.created_at.micros()),
        ))
        .execute(conn)
        .await?;
    Ok(true)
}

pub async fn remove(conn: &mut Conn, kid: &str) -> Outcome<()> {
    let retired =
        signing_keys::table.filter(signing_keys::key_id.eq(kid)).filter(signing_keys::is_active.eq(false));
    diesel::delete(retired).execute(conn).await?;
    Ok(())
}

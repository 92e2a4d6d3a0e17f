//! Failed logins, by account and address.

use super::{Outcome, hold};
use crate::any::Conn;
use crate::errors::corrupt;
use crate::schema::login_failures;
use cc_domain::identity::{FAILURES_FORGOTTEN_AFTER, FailedLogins, LoginKey};
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub async fn failed(conn: &mut Conn, key: &LoginKey) -> Outcome<FailedLogins> {
    let row: Option<(i32, i64)> = login_failures::table
        .filter(login_failures::account.eq(&key.user))
        .filter(login_failures::address.eq(&key.address))
        .select((login_failures::failures, login_failures::last_failed_at))
        .first(conn)
        .await
        .optional()?;
    let Some((failures, last_at)) = row else { return Ok(FailedLogins::default()) };
    let count = u32::try_from(failures).map_err(|_| corrupt("login_failures.failures"))?;
    Ok(FailedLogins { count, last_at: Some(Timestamp::from_micros(last_at)) })
}

pub async fn record(conn: &mut Conn, key: &LoginKey, now: Timestamp) -> Outcome<FailedLogins> {
    // A first failure has no row to lock.
    hold(conn, "login failures").await?;
    let after = failed(conn, key).await?.after_failure(now);
    let changing = (
        login_failures::failures.eq(i32::try_from(after.count).unwrap_or(i32::MAX)),
        login_failures::last_failed_at.eq(now.micros()),
    );
    diesel::insert_into(login_failures::table)
        .values((login_failures::account.eq(&key.user), login_failures::address.eq(&key.address), changing))
        .on_conflict((login_failures::account, login_failures::address))
        .do_update()
        .set(changing)
        .execute(conn)
        .await?;
    Ok(after)
}

pub async fn clear(conn: &mut Conn, key: &LoginKey) -> Outcome<()> {
    let this = login_failures::table
        .filter(login_failures::account.eq(&key.user))
        .filter(login_failures::address.eq(&key.address));
    diesel::delete(this).execute(conn).await?;
    Ok(())
}

pub async fn purge(conn: &mut Conn, now: Timestamp) -> Outcome<()> {
    let oldest = now.plus_seconds(-FAILURES_FORGOTTEN_AFTER).micros();
    diesel::delete(login_failures::table.filter(login_failures::last_failed_at.le(oldest)))
        .execute(conn)
        .await?;
    Ok(())
}

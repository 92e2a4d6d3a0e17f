//! Named leases for periodic work.

use crate::any::Conn;
use crate::errors::failed;
use crate::schema::leases;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Takes the lease if it is free, run out or the owner's already. One that ends later than any that is given out now was given out by a
/// clock that ran ahead, and counts as run out.
pub async fn acquire(
    conn: &mut Conn,
    name: &str,
    owner: &str,
    now: Timestamp,
    seconds: i64,
) -> Result<bool, StoreError> {
    let expires_at = now.plus_seconds(seconds).micros();
    let renewed = diesel::update(
        leases::table.filter(leases::name.eq(name)).filter(
            leases::owner
                .eq(owner)
                .or(leases::expires_at.le(now.micros()))
                .or(leases::expires_at.gt(now.plus_seconds(seconds.saturating_mul(2)).micros())),
        ),
    )
    .set((leases::owner.eq(owner), leases::expires_at.eq(expires_at)))
    .execute(conn)
    .await
    .map_err(failed)?;
    if renewed > 0 {
        return Ok(true);
    }
    let inserted = diesel::insert_into(leases::table)
        .values((leases::name.eq(name), leases::owner.eq(owner), leases::expires_at.eq(expires_at)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
        .map_err(failed)?;
    Ok(inserted > 0)
}

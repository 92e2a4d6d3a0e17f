//! Seals what was written before its column was sealed.

use crate::any::Conn;
use crate::errors::failed;
use crate::schema::{apps, builds, jobs};
use crate::seal::{SEALED_TEXT, SealingKeys};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Rows at a time.
const PAGE: i64 = 500;

/// Seals one column of a table that has `id` and `guid`, row by row in the order of `id`.
macro_rules! seal_column {
    ($conn:expr, $keys:expr, $table:ident, $column:ident) => {
        let mut after = 0_i64;
        loop {
            let rows: Vec<(i64, String, String)> = $table::table
                .filter($table::id.gt(after))
                .order($table::id.asc())
                .select(($table::id, $table::guid, $table::$column))
                .limit(PAGE)
                .load($conn)
                .await
                .map_err(failed)?;
            let Some((last, _, _)) = rows.last() else { break };
            after = *last;
            for (id, guid, text) in rows.iter().filter(|(_, _, text)| is_worth_it(text)) {
                let place = format!(concat!(stringify!($table), ".", stringify!($column), ":{}"), guid);
                diesel::update($table::table.filter($table::id.eq(*id)))
                    .set($table::$column.eq($keys.seal_text(&place, text)))
                    .execute($conn)
                    .await
                    .map_err(failed)?;
            }
        }
    };
}

fn is_worth_it(text: &str) -> bool {
    text != "[]" && !text.starts_with(SEALED_TEXT)
}

pub async fn seal(conn: &mut Conn, keys: &SealingKeys) -> Result<(), StoreError> {
    seal_column!(conn, keys, apps, buildpacks);
    seal_column!(conn, keys, builds, buildpacks);
    seal_column!(conn, keys, jobs, payload);
    Ok(())
}

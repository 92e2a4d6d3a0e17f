//! What a client asks about a job.

use super::Row;
use crate::any::Conn;
use crate::errors::failed;
use crate::schema::jobs;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::job::ports::JobReads;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub async fn find(conn: &mut Conn, guid: &Guid<Job>) -> Result<Option<Job>, StoreError> {
    let row: Option<Row> = jobs::table
        .filter(jobs::guid.eq(guid.as_str()))
        .filter(jobs::is_pollable.eq(true))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    row.map(Row::into_entity).transpose()
}

#[async_trait]
impl<A: Access> JobReads for Session<A> {
    async fn find_job(&mut self, guid: &Guid<Job>) -> Result<Option<Job>, StoreError> {
        find(self.conn(), guid).await
    }
}

//! Recording audit events.

use crate::errors::{failed, to_json};
use crate::schema::audit_events;
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::audit_event::AuditEvent;
use cc_domain::audit_event::ports::AuditEventWrites;
use cc_domain::guid::Guid;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    kind: &'a str,
    actor_guid: &'a str,
    actor_kind: &'a str,
    actor_name: &'a str,
    target_guid: &'a str,
    target_kind: &'a str,
    target_name: &'a str,
    data: String,
    space_guid: Option<&'a str>,
    organization_guid: Option<&'a str>,
    created_at: i64,
}

#[async_trait]
impl AuditEventWrites for Session<Change> {
    async fn record(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        let row = NewRow {
            guid: event.guid.as_str(),
            kind: &event.kind,
            actor_guid: &event.actor.guid,
            actor_kind: &event.actor.kind,
            actor_name: &event.actor.name,
            target_guid: &event.target.guid,
            target_kind: &event.target.kind,
            target_name: &event.target.name,
            data: to_json(&event.data),
            space_guid: event.space.as_ref().map(Guid::as_str),
            organization_guid: event.organization.as_ref().map(Guid::as_str),
            created_at: event.created_at.micros(),
        };
        diesel::insert_into(audit_events::table).values(&row).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }
}

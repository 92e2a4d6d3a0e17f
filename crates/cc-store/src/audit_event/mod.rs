//! Audit events: written once, never changed.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::from_json;
use crate::schema::audit_events;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::audit_event::{AuditEvent, Party};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    kind: String,
    actor_guid: String,
    actor_kind: String,
    actor_name: String,
    target_guid: String,
    target_kind: String,
    target_name: String,
    data: String,
    space_guid: Option<String>,
    organization_guid: Option<String>,
    created_at: i64,
}

impl Row {
    fn into_entity(self) -> Result<AuditEvent, StoreError> {
        Ok(AuditEvent {
            guid: Guid::new(self.guid),
            created_at: Timestamp::from_micros(self.created_at),
            kind: self.kind,
            actor: Party { guid: self.actor_guid, kind: self.actor_kind, name: self.actor_name },
            target: Party { guid: self.target_guid, kind: self.target_kind, name: self.target_name },
            data: from_json("audit_events.data", &self.data)?,
            space: self.space_guid.map(Guid::new),
            organization: self.organization_guid.map(Guid::new),
        })
    }
}

#[async_trait]
impl Stored for AuditEvent {
    columns!(audit_events, created_at);
    const OWNER: Option<MetadataOwner> = None;

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<audit_events::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, audit_events::id, audit_events::table);
        rows.into_iter().map(|row| Ok((row.id, row.into_entity()?))).collect()
    }
}

//! Apps. The environment variables are sealed in the app's row and read apart.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::parsed;
use crate::lifecycle::{self, Place};
use crate::schema::{apps, spaces};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::app::{App, AppFeatures};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::name::Name;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::App;

#[derive(Queryable, Selectable)]
#[diesel(table_name = apps, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    #[diesel(select_expression = spaces::guid)]
    space_guid: String,
    state: String,
    lifecycle: String,
    buildpacks: String,
    stack: Option<String>,
    droplet_guid: Option<String>,
    is_ssh_enabled: bool,
    has_revisions: bool,
    has_service_binding_k8s: bool,
    has_file_based_vcap_services: bool,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, keys: &SealingKeys, metadata: Metadata) -> Result<App, StoreError> {
        let kind = parsed("apps.lifecycle", &self.lifecycle)?;
        let lifecycle = lifecycle::stored(keys, &place(&self.guid), kind, &self.buildpacks, self.stack)?;
        Ok(App {
            guid: Guid::new(self.guid),
            name: Name::stored(self.name),
            space: Guid::new(self.space_guid),
            state: parsed("apps.state", &self.state)?,
            lifecycle,
            droplet: self.droplet_guid.map(Guid::new),
            features: AppFeatures {
                ssh: self.is_ssh_enabled,
                revisions: self.has_revisions,
                service_binding_k8s: self.has_service_binding_k8s,
                file_based_vcap_services: self.has_file_based_vcap_services,
            },
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for App {
    columns!(apps);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, keys): (&mut Conn, &SealingKeys),
        which: IdSet<apps::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, apps::id, apps::table.inner_join(spaces::table));
        with_metadata(conn, rows, |row| row.id, |row, metadata| row.into_entity(keys, metadata)).await
    }
}

/// Where an app's environment is sealed for.
fn environment_place(guid: &str) -> String {
    format!("apps.environment:{guid}")
}

/// Where the buildpacks of an app are.
fn place(guid: &str) -> Place<'_> {
    Place { column: "apps.buildpacks", guid }
}

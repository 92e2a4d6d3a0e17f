//! Packages. The password of a docker registry is sealed in the row and read apart.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::parsed;
use crate::schema::{apps, packages};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::package::{Package, PackageContent, PackageDigests, PackageKind};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Package;

#[derive(Queryable, Selectable)]
#[diesel(table_name = packages, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    kind: String,
    state: String,
    error: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
    bytes: Option<i64>,
    docker_image: Option<String>,
    docker_username: Option<String>,
    docker_password_key_label: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Package, StoreError> {
        let content = match parsed("packages.kind", &self.kind)? {
            PackageKind::Bits => PackageContent::Bits {
                digests: match (self.sha1, self.sha256) {
                    (Some(sha1), Some(sha256)) => {
                        let bytes = self.bytes.and_then(|b| u64::try_from(b).ok()).unwrap_or(0);
                        Some(PackageDigests { sha1, sha256, bytes })
                    }
                    _ => None,
                },
            },
            PackageKind::Docker => PackageContent::Docker {
                image: self.docker_image.unwrap_or_default(),
                username: self.docker_username,
                has_password: self.docker_password_key_label.is_some(),
            },
        };
        Ok(Package {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            content,
            state: parsed("packages.state", &self.state)?,
            error: self.error,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Package {
    columns!(packages);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<packages::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, packages::id, packages::table.inner_join(apps::table));
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}

/// Where a registry password is sealed for.
fn password_place(guid: &str) -> String {
    format!("packages.docker_password:{guid}")
}

//! Packages. The password of a docker registry is sealed in the row and read apart.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::{failed, parsed};
use crate::metadata;
use crate::schema::{apps, packages};
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

/// The packages of a set in insertion order, with metadata.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Package)>, StoreError> {
    let rows: Vec<Row> = packages::table
        .inner_join(apps::table)
        .filter(packages::id.in_set(which))
        .order(packages::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            Ok((id, row.into_entity(metadata.remove(&id).unwrap_or_default())?))
        })
        .collect()
}

/// Where a registry password is sealed for.
fn password_place(guid: &str) -> String {
    format!("packages.docker_password:{guid}")
}

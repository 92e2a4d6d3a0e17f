//! What changes packages.

use super::{OWNER, password_place};
use crate::errors::failed;
use crate::metadata;
use crate::schema::packages;
use crate::seal::{Sealed, SealingKeys};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::package::ports::PackageWrites;
use cc_domain::package::{Package, PackageContent, PackageKind};
use cc_domain::secret::Secret;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All that an update writes.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = packages, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns<'a> {
    kind: &'a str,
    state: &'a str,
    error: Option<&'a str>,
    sha1: Option<&'a str>,
    sha256: Option<&'a str>,
    bytes: Option<i64>,
    docker_image: Option<&'a str>,
    docker_username: Option<&'a str>,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = packages, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    docker_password_ciphertext: Option<Vec<u8>>,
    docker_password_key_label: Option<String>,
    created_at: i64,
    #[diesel(embed)]
    columns: Columns<'a>,
}

impl<'a> From<&'a Package> for Columns<'a> {
    fn from(p: &'a Package) -> Self {
        let (kind, digests, docker) = match &p.content {
            PackageContent::Bits { digests } => (PackageKind::Bits, digests.as_ref(), None),
            PackageContent::Docker { image, username, .. } => {
                (PackageKind::Docker, None, Some((image.as_str(), username.as_deref())))
            }
        };
        Self {
            kind: kind.as_str(),
            state: p.state.as_str(),
            error: p.error.as_deref(),
            sha1: digests.map(|d| d.sha1.as_str()),
            sha256: digests.map(|d| d.sha256.as_str()),
            bytes: digests.and_then(|d| i64::try_from(d.bytes).ok()),
            docker_image: docker.map(|(image, _)| image),
            docker_username: docker.and_then(|(_, username)| username),
            updated_at: p.updated_at.micros(),
        }
    }
}

fn sealed(
    keys: &SealingKeys,
    guid: &Guid<Package>,
    password: Option<&Secret>,
) -> (Option<Vec<u8>>, Option<String>) {
    match password {
        None => (None, None),
        Some(password) => {
            let Sealed { ciphertext, key_label } = keys.seal(&password_place(guid.as_str()), password);
            (Some(ciphertext), Some(key_label))
        }
    }
}

#[async_trait]
impl PackageWrites for Session<Change> {
    async fn lock_package(&mut self, guid: &Guid<Package>) -> Result<Option<Package>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_package(
        &mut self,
        package: &Package,
        password: Option<&Secret>,
    ) -> Result<(), StoreError> {
        let app_id = known_id_of(self.conn(), &package.app).await?;
        let (ciphertext, key_label) = sealed(&self.keys, &package.guid, password);
        let row = NewRow {
            guid: package.guid.as_str(),
            app_id,
            docker_password_ciphertext: ciphertext,
            docker_password_key_label: key_label,
            created_at: package.created_at.micros(),
            columns: package.into(),
        };
        let id: i64 = diesel::insert_into(packages::table)
            .values(&row)
            .returning(packages::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &package.metadata).await
    }

    async fn update_package(&mut self, package: &Package) -> Result<(), StoreError> {
        let id: i64 = diesel::update(packages::table.filter(packages::guid.eq(package.guid.as_str())))
            .set(Columns::from(package))
            .returning(packages::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &package.metadata).await
    }

    async fn update_package_password(
        &mut self,
        guid: &Guid<Package>,
        password: Option<&Secret>,
    ) -> Result<(), StoreError> {
        let (ciphertext, key_label) = sealed(&self.keys, guid, password);
        diesel::update(packages::table.filter(packages::guid.eq(guid.as_str())))
            .set((
                packages::docker_password_ciphertext.eq(ciphertext),
                packages::docker_password_key_label.eq(key_label),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_package(&mut self, guid: &Guid<Package>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}

//! What changes apps.

use super::{OWNER, environment_place, place};
use crate::any::Conn;
use crate::errors::failed;
use crate::lifecycle;
use crate::metadata;
use crate::schema::{apps, deployments, revisions};
use crate::seal::{Sealed, SealingKeys};
use crate::session::{Change, Session};
use crate::stored::{id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::app::ports::AppWrites;
use cc_domain::app::{App, EnvironmentVariables};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = apps, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    space_id: i64,
    state: &'a str,
    lifecycle: &'a str,
    buildpacks: String,
    stack: Option<&'a str>,
    droplet_guid: Option<&'a str>,
    is_ssh_enabled: bool,
    has_revisions: bool,
    has_service_binding_k8s: bool,
    has_file_based_vcap_services: bool,
    environment_ciphertext: Option<Vec<u8>>,
    environment_key_label: Option<String>,
    created_at: i64,
    updated_at: i64,
}

/// The columns of an environment; an empty one is not worth a key.
fn sealed(
    keys: &SealingKeys,
    guid: &Guid<App>,
    environment: &EnvironmentVariables,
) -> (Option<Vec<u8>>, Option<String>) {
    if environment.is_empty() {
        return (None, None);
    }
    let Sealed { ciphertext, key_label } =
        keys.seal(&environment_place(guid.as_str()), &environment.to_json());
    (Some(ciphertext), Some(key_label))
}

/// Removes the deployments and revisions of an app with their metadata.
async fn delete_history(conn: &mut Conn, app: i64) -> Result<(), StoreError> {
    let gone: Vec<i64> = diesel::delete(deployments::table.filter(deployments::app_id.eq(app)))
        .returning(deployments::id)
        .load(conn)
        .await
        .map_err(failed)?;
    metadata::delete(conn, MetadataOwner::Deployment, &gone).await?;
    let gone: Vec<i64> = diesel::delete(revisions::table.filter(revisions::app_id.eq(app)))
        .returning(revisions::id)
        .load(conn)
        .await
        .map_err(failed)?;
    metadata::delete(conn, MetadataOwner::Revision, &gone).await
}

#[async_trait]
impl AppWrites for Session<Change> {
    async fn lock_app(&mut self, guid: &Guid<App>) -> Result<Option<App>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_app(&mut self, app: &App, environment: &EnvironmentVariables) -> Result<(), StoreError> {
        let space_id = known_id_of(self.conn(), &app.space).await?;
        let (buildpacks, stack) = lifecycle::columns(&self.keys, &place(app.guid.as_str()), &app.lifecycle);
        let (environment_ciphertext, environment_key_label) = sealed(&self.keys, &app.guid, environment);
        let row = NewRow {
            guid: app.guid.as_str(),
            name: app.name.as_str(),
            name_key: app.name.key(),
            space_id,
            state: app.state.as_str(),
            lifecycle: app.lifecycle.kind().as_str(),
            buildpacks,
            stack,
            droplet_guid: app.droplet.as_ref().map(Guid::as_str),
            is_ssh_enabled: app.features.ssh,
            has_revisions: app.features.revisions,
            has_service_binding_k8s: app.features.service_binding_k8s,
            has_file_based_vcap_services: app.features.file_based_vcap_services,
            environment_ciphertext,
            environment_key_label,
            created_at: app.created_at.micros(),
            updated_at: app.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(apps::table)
            .values(&row)
            .returning(apps::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &app.metadata).await
    }

    async fn update_app(&mut self, app: &App) -> Result<(), StoreError> {
        let (buildpacks, stack) = lifecycle::columns(&self.keys, &place(app.guid.as_str()), &app.lifecycle);
        let id: i64 = diesel::update(apps::table.filter(apps::guid.eq(app.guid.as_str())))
            .set((
                apps::name.eq(app.name.as_str()),
                apps::name_key.eq(app.name.key()),
                apps::state.eq(app.state.as_str()),
                apps::lifecycle.eq(app.lifecycle.kind().as_str()),
                apps::buildpacks.eq(buildpacks),
                apps::stack.eq(stack),
                apps::droplet_guid.eq(app.droplet.as_ref().map(Guid::as_str)),
                apps::is_ssh_enabled.eq(app.features.ssh),
                apps::has_revisions.eq(app.features.revisions),
                apps::has_service_binding_k8s.eq(app.features.service_binding_k8s),
                apps::has_file_based_vcap_services.eq(app.features.file_based_vcap_services),
                apps::updated_at.eq(app.updated_at.micros()),
            ))
            .returning(apps::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &app.metadata).await
    }

    async fn update_app_environment(
        &mut self,
        guid: &Guid<App>,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError> {
        let (ciphertext, key_label) = sealed(&self.keys, guid, environment);
        diesel::update(apps::table.filter(apps::guid.eq(guid.as_str())))
            .set((apps::environment_ciphertext.eq(ciphertext), apps::environment_key_label.eq(key_label)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_app(&mut self, guid: &Guid<App>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        delete_history(self.conn(), id).await?;
        diesel::delete(apps::table.filter(apps::id.eq(id))).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }
}

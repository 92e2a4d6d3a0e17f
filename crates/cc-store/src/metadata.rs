//! Labels and annotations of every kind of resource. There is no foreign key: whoever deletes a resource calls [`delete`].

use crate::any::Conn;
use crate::any::dsl::IdOneOf;
use crate::errors::failed;
use crate::schema::{annotations, labels};
use cc_domain::metadata::{Annotation, Key, Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Insertable)]
#[diesel(table_name = labels, treat_none_as_default_value = false)]
struct NewLabel<'a> {
    resource_kind: &'a str,
    resource_id: i64,
    key_prefix: &'a str,
    key_name: &'a str,
    value: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = annotations, treat_none_as_default_value = false)]
struct NewAnnotation<'a> {
    resource_kind: &'a str,
    resource_id: i64,
    key_prefix: &'a str,
    key_name: &'a str,
    value: Option<&'a str>,
}

type Found<V> = (i64, String, String, V);

/// The metadata of these resources, in two statements. Resources without any are not in the map.
pub async fn load(
    conn: &mut Conn,
    owner: MetadataOwner,
    ids: &[i64],
) -> Result<HashMap<i64, Metadata>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found_labels: Vec<Found<String>> = labels::table
        .filter(labels::resource_kind.eq(owner.as_str()))
        .filter(labels::resource_id.one_of_ids(ids))
        .select((labels::resource_id, labels::key_prefix, labels::key_name, labels::value))
        .load(conn)
        .await
        .map_err(failed)?;
    let found_annotations: Vec<Found<Annotation>> = annotations::table
        .filter(annotations::resource_kind.eq(owner.as_str()))
        .filter(annotations::resource_id.one_of_ids(ids))
        .select((
            annotations::resource_id,
            annotations::key_prefix,
            annotations::key_name,
            annotations::value,
        ))
        .load(conn)
        .await
        .map_err(failed)?;
    let mut all: HashMap<i64, Metadata> = HashMap::new();
    for (id, prefix, name, value) in found_labels {
        all.entry(id).or_default().labels.insert(Key { prefix, name }, value);
    }
    for (id, prefix, name, value) in found_annotations {
        all.entry(id).or_default().annotations.insert(Key { prefix, name }, value);
    }
    Ok(all)
}

/// Writes the metadata of a resource that has none yet.
pub async fn insert(
    conn: &mut Conn,
    owner: MetadataOwner,
    id: i64,
    metadata: &Metadata,
) -> Result<(), StoreError> {
    if !metadata.labels.is_empty() {
        let rows: Vec<NewLabel> = metadata
            .labels
            .iter()
            .map(|(key, value)| NewLabel {
                resource_kind: owner.as_str(),
                resource_id: id,
                key_prefix: &key.prefix,
                key_name: &key.name,
                value,
            })
            .collect();
        diesel::insert_into(labels::table).values(&rows).execute(conn).await.map_err(failed)?;
    }
    if !metadata.annotations.is_empty() {
        let rows: Vec<NewAnnotation> = metadata
            .annotations
            .iter()
            .map(|(key, value)| NewAnnotation {
                resource_kind: owner.as_str(),
                resource_id: id,
                key_prefix: &key.prefix,
                key_name: &key.name,
                value: value.as_deref(),
            })
            .collect();
        diesel::insert_into(annotations::table).values(&rows).execute(conn).await.map_err(failed)?;
    }
    Ok(())
}

/// Makes the metadata of a resource exactly this.
pub async fn replace(
    conn: &mut Conn,
    owner: MetadataOwner,
    id: i64,
    metadata: &Metadata,
) -> Result<(), StoreError> {
    delete(conn, owner, &[id]).await?;
    insert(conn, owner, id, metadata).await
}

/// Removes the metadata of these resources.
pub async fn delete(conn: &mut Conn, owner: MetadataOwner, ids: &[i64]) -> Result<(), StoreError> {
    let of_these = labels::table
        .filter(labels::resource_kind.eq(owner.as_str()))
        .filter(labels::resource_id.one_of_ids(ids));
    diesel::delete(of_these).execute(conn).await.map_err(failed)?;
    let of_these = annotations::table
        .filter(annotations::resource_kind.eq(owner.as_str()))
        .filter(annotations::resource_id.one_of_ids(ids));
    diesel::delete(of_these).execute(conn).await.map_err(failed)?;
    Ok(())
}

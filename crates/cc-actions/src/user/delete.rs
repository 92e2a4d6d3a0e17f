//! `user_delete` and its job: the row and every role of the user; the directory is left alone.

use super::update::may_change;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::list::Scope;
use cc_domain::store::{DynTx, finish};
use cc_domain::user::User;

/// Queues the deletion. Admins only.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<User>) -> Result<Guid<Job>, Fault> {
    may_change(ports, actor, guid).await?;
    let mut tx = ports.store.begin().await?;
    let outcome =
        job::enqueue_deletion(tx.as_mut(), ports, actor, "user.delete", "users", guid.as_str()).await;
    finish(tx, outcome).await
}

/// The job `user.delete`. A user that is gone already is a success.
pub async fn deletion(ports: &Ports, order: Deletion) -> Result<(), Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = remove(tx.as_mut(), &order.guid()).await;
    finish(tx, outcome).await
}

async fn remove(tx: &mut DynTx, guid: &Guid<User>) -> Result<(), Fault> {
    if tx.find_user(guid, &Scope::Everything).await?.is_some() {
        tx.delete_user(guid).await?;
    }
    Ok(())
}

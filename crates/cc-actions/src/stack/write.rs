//! `stack_create`, `stack_update`, `stack_delete`: for admins.

use super::{NAME_KEY, RESOURCE, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::stack::{CreateStack, Stack, StackError, UpdateStack};
use cc_domain::store::{DynTx, finish};
use serde_json::{Value, json};

/// `request` is the body as the event shows it.
pub async fn create(
    ports: &Ports,
    actor: &Actor,
    command: CreateStack,
    request: Value,
) -> Result<Stack, Fault> {
    may_manage(actor)?;
    let metadata = Metadata::default().patched(&command.metadata, ports.settings.metadata_limits)?;
    let stack = Stack::new(ports.new_guid(), command, metadata, ports.now());
    let mut tx = ports.store.begin().await?;
    let outcome = create_steps(tx.as_mut(), ports, actor, &stack, request).await;
    finish(tx, outcome).await?;
    Ok(stack)
}

async fn create_steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    stack: &Stack,
    request: Value,
) -> Result<(), Fault> {
    tx.insert_stack(stack).await.map_err(when_taken(NAME_KEY, || StackError::NameTaken))?;
    let data = json!({ "request": request });
    Ok(tx.record(&ports.event("audit.stack.create", actor, party(stack), Place::default(), data)).await?)
}

/// The second value are warnings.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Stack>,
    change: UpdateStack,
    request: Value,
) -> Result<(Stack, Option<String>), Fault> {
    may_manage(actor)?;
    let mut tx = ports.store.begin().await?;
    let outcome = change_steps(tx.as_mut(), ports, actor, guid, &change, request).await;
    finish(tx, outcome).await
}

async fn change_steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Stack>,
    change: &UpdateStack,
    request: Value,
) -> Result<(Stack, Option<String>), Fault> {
    let stack = tx.find_stack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let metadata = stack.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
    let (stack, warning) = stack.updated(change, &ports.settings.default_stack, metadata, ports.now());
    tx.update_stack(&stack).await?;
    let data = json!({ "request": request });
    tx.record(&ports.event("audit.stack.update", actor, party(&stack), Place::default(), data)).await?;
    Ok((stack, warning.map(|w| w.to_string())))
}

/// At once, unless an app names the stack.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Stack>) -> Result<(), Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = delete_steps(tx.as_mut(), ports, actor, guid).await;
    finish(tx, outcome).await
}

async fn delete_steps(tx: &mut DynTx, ports: &Ports, actor: &Actor, guid: &Guid<Stack>) -> Result<(), Fault> {
    let stack = tx.find_stack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    may_manage(actor)?;
    if tx.is_stack_in_use(stack.name.as_str()).await? {
        return Err(StackError::InUse(stack.name.clone()).into());
    }
    tx.delete_stack(guid).await?;
    let event = ports.event("audit.stack.delete", actor, party(&stack), Place::default(), json!({}));
    Ok(tx.record(&event).await?)
}

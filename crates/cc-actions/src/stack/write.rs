//! `stack_create`, `stack_update`, `stack_delete`: for admins.

use super::{NAME_KEY, RESOURCE};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::metadata::Metadata;
use cc_domain::stack::{CreateStack, Stack, StackError, UpdateStack, policy};
use cc_domain::store::{DynTx, finish};

pub async fn create(ports: &Ports, actor: &Actor, command: CreateStack) -> Result<Stack, Fault> {
    access::anywhere(actor, &policy::MANAGE)?;
    let metadata = Metadata::default().patched(&command.metadata, ports.settings.metadata_limits)?;
    let stack = Stack::new(ports.new_guid(), command, metadata, ports.now());
    let mut tx = ports.store.begin().await?;
    let outcome = tx.insert_stack(&stack).await.map_err(when_taken(NAME_KEY, || StackError::NameTaken));
    finish(tx, outcome).await?;
    Ok(stack)
}

/// The second value are warnings.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Stack>,
    change: UpdateStack,
) -> Result<(Stack, Option<String>), Fault> {
    access::anywhere(actor, &policy::MANAGE)?;
    let mut tx = ports.store.begin().await?;
    let outcome = change_steps(tx.as_mut(), ports, guid, &change).await;
    finish(tx, outcome).await
}

async fn change_steps(
    tx: &mut DynTx,
    ports: &Ports,
    guid: &Guid<Stack>,
    change: &UpdateStack,
) -> Result<(Stack, Option<String>), Fault> {
    let stack = tx.find_stack(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let metadata = stack.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
    let (stack, warning) = stack.updated(change, &ports.settings.default_stack, metadata, ports.now());
    tx.update_stack(&stack).await?;
    Ok((stack, warning.map(|w| w.to_string())))
}

/// At once, unless an app names the stack.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Stack>) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)?;
    let mut tx = ports.store.begin().await?;
    let outcome = delete_steps(tx.as_mut(), guid).await;
    finish(tx, outcome).await
}

async fn delete_steps(tx: &mut DynTx, guid: &Guid<Stack>) -> Result<(), Fault> {
    let stack = tx.find_stack(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    if tx.is_stack_in_use(stack.name.as_str()).await? {
        return Err(StackError::InUse(stack.name).into());
    }
    Ok(tx.delete_stack(guid).await?)
}

//! `stack_create`, `stack_update`, `stack_delete`: for admins.

use super::{NAME_KEY, RESOURCE, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::stack::{CreateStack, Stack, StackError, UpdateStack};
use serde_json::{Value, json};

/// `request` is the body as the event shows it.
pub async fn create(call: Call<'_>, command: CreateStack, request: Value) -> Result<Stack, Fault> {
    may_manage(call.actor)?;
    let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
    let stack = Stack::new(call.ports.new_guid(), command, metadata, call.ports.now());
    transaction!(call.ports, |tx| {
        tx.insert_stack(&stack).await.map_err(when_taken(NAME_KEY, || StackError::NameTaken))?;
        let data = json!({ "request": request });
        let event = call.ports.event("audit.stack.create", call.actor, party(&stack), Place::default(), data);
        Ok(tx.record(&event).await?)
    })?;
    Ok(stack)
}

/// The second value are warnings.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Stack>,
    change: UpdateStack,
    request: Value,
) -> Result<(Stack, Option<String>), Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let stack =
            tx.find_stack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let metadata = stack.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let (stack, warning) =
            stack.updated(&change, &call.ports.settings.default_stack, metadata, call.ports.now());
        tx.update_stack(&stack).await?;
        let data = json!({ "request": request });
        call.record(tx, "audit.stack.update", party(&stack), Place::default(), data).await?;
        Ok((stack, warning.map(|w| w.to_string())))
    })
}

/// At once, unless an app names the stack.
pub async fn delete(call: Call<'_>, guid: &Guid<Stack>) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let stack =
            tx.find_stack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        may_manage(call.actor)?;
        if tx.is_stack_in_use(stack.name.as_str()).await? {
            return Err(StackError::InUse(stack.name.clone()).into());
        }
        tx.delete_stack(guid).await?;
        let event =
            call.ports.event("audit.stack.delete", call.actor, party(&stack), Place::default(), json!({}));
        Ok(tx.record(&event).await?)
    })
}

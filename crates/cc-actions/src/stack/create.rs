//! `stack_create`: for admins.

use super::{NAME_KEY, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::metadata::Metadata;
use cc_domain::stack::{CreateStack, Stack, StackError};
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

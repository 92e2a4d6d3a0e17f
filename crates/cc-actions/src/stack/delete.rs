//! `stack_delete`: for admins.

use super::{RESOURCE, may_manage, party};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::stack::{Stack, StackError};
use serde_json::json;

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

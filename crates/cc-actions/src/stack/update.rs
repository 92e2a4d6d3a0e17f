//! `stack_update`: for admins.

use super::{RESOURCE, may_manage, party};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::stack::{Stack, UpdateStack};
use serde_json::{Value, json};

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

//! What changes stacks.

use super::OWNER;
use crate::errors::failed;
use crate::metadata;
use crate::schema::stacks;
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::stack::Stack;
use cc_domain::stack::ports::StackWrites;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = stacks, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    state: &'a str,
    state_reason: Option<&'a str>,
    build_rootfs_image: Option<&'a str>,
    run_rootfs_image: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl StackWrites for Session<Change> {
    async fn insert_stack(&mut self, stack: &Stack) -> Result<(), StoreError> {
        let row = NewRow {
            guid: stack.guid.as_str(),
            name: stack.name.as_str(),
            description: stack.description.as_deref(),
            state: stack.state.as_str(),
            state_reason: stack.state_reason.as_deref(),
            build_rootfs_image: Some(&stack.build_rootfs_image),
            run_rootfs_image: Some(&stack.run_rootfs_image),
            created_at: stack.created_at.micros(),
            updated_at: stack.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(stacks::table)
            .values(&row)
            .returning(stacks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &stack.metadata).await
    }

    async fn update_stack(&mut self, stack: &Stack) -> Result<(), StoreError> {
        let id: i64 = diesel::update(stacks::table.filter(stacks::guid.eq(stack.guid.as_str())))
            .set((
                stacks::state.eq(stack.state.as_str()),
                stacks::state_reason.eq(stack.state_reason.as_deref()),
                stacks::updated_at.eq(stack.updated_at.micros()),
            ))
            .returning(stacks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &stack.metadata).await
    }

    async fn delete_stack(&mut self, guid: &Guid<Stack>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}

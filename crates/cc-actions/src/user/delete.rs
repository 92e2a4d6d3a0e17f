//! `user_delete` and its job: the row and every role of the user; the directory is left alone.

use super::update::may_change;
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::user::User;

/// Queues the deletion. Admins only.
pub async fn delete(call: Call<'_>, guid: &Guid<User>) -> Result<Guid<Job>, Fault> {
    may_change(call, guid).await?;
    transaction!(call.ports, |tx| job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await)
}

/// A user that is gone already is a success.
impl Work for Deletion<User> {
    const NAME: &'static str = "user.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("users", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            if tx.find_user(&self.guid, &Scope::Everything).await?.is_some() {
                tx.delete_user(&self.guid).await?;
            }
            Ok(())
        })
    }
}

//! `user_create`

use super::{Person, known};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::identity::KnownUser;
use cc_domain::metadata::Metadata;
use cc_domain::user::{CreateUser, NewUser, User, UserError, policy};

/// The unique constraint on the guid.
const GUID_KEY: &str = "users_guid_key";

/// Admins only; asked before the body is looked at.
pub fn may_create(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::CREATE)
}

/// Makes a row for a user. Somebody named who is new to the directory is added to it, without a password.
pub async fn create(call: Call<'_>, command: CreateUser) -> Result<Person, Fault> {
    may_create(call.actor)?;
    let (guid, known, taken) = match command.user {
        NewUser::Guid(guid) => (guid.clone(), known(call.ports, &guid).await?, UserError::GuidTaken(guid)),
        NewUser::Named { username, origin } => {
            let found = named(call.ports, &username, &origin).await?;
            (Guid::new(found.guid.as_str()), Some(found), UserError::NameTaken { username, origin })
        }
    };
    let is_client = known.is_none() && call.ports.directory.is_client(guid.as_str()).await?;
    let user = transaction!(call.ports, |tx| {
        let now = call.ports.now();
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let user = User { guid, is_client, metadata, created_at: now, updated_at: now };
        tx.insert_user(&user).await.map_err(when_taken(GUID_KEY, || taken))?;
        Ok(user)
    })?;
    Ok(Person { user, known })
}

async fn named(ports: &Ports, username: &str, origin: &str) -> Result<KnownUser, Fault> {
    let found = ports.directory.users_by_name(username, Some(origin.to_owned())).await?;
    if let Some(found) = found.into_iter().next() {
        return Ok(found);
    }
    Ok(ports.directory.add_shadow_user(&ports.ids.uuid(), username, origin, ports.now()).await?)
}

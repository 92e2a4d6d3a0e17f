//! `role_create`

use super::{event, find_space};
use crate::access;
use crate::fault::Fault;
use crate::feature_flag;
use crate::ports::{Call, Ports, transaction};
use crate::user::{is_client, name_of};
use cc_domain::access::RoleKind;
use cc_domain::actor::Actor;
use cc_domain::audit_event::{Party, Place};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::metadata::Metadata;
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::role::{CreateRole, Role, RoleError, RoleTarget, RoleUser, policy};
use cc_domain::store::{DynTx, Reader};
use cc_domain::user::User;
use serde_json::{Value, json};

/// Gives a role to a user named by guid, or by name and origin. An organization role makes a row for a user that has none; a space role
/// is for users of the space's organization.
pub async fn create(call: Call<'_>, command: CreateRole, request: Value) -> Result<Role, Fault> {
    // The directory is asked between two looks at the rights: whoever may not give the role learns nothing about names.
    authorize(call.ports.store.reader().await?.as_mut(), call.actor, &command.target).await?;
    let (user, name) = match &command.user {
        RoleUser::Guid(guid) => (guid.clone(), name_of(call.ports, guid).await),
        RoleUser::Named { username, origin } => {
            let user = look_up(call, &command.target, username, origin.as_deref()).await?;
            (user, Some(username.clone()))
        }
    };
    let is_client = name.is_none() && is_client(call.ports, &user).await;
    let now = call.ports.now();
    let role = Role {
        guid: call.ports.new_guid(),
        kind: command.kind,
        user,
        target: command.target,
        created_at: now,
        updated_at: now,
    };
    transaction!(call.ports, |tx| create_within(tx, call, &role, (name, is_client), request).await)?;
    Ok(role)
}

async fn authorize<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    target: &RoleTarget,
) -> Result<(), Fault> {
    match target {
        RoleTarget::Organization(guid) => {
            let invalid = || RoleError::InvalidOrganization.into();
            access::in_named_organization(reader, actor, guid, &policy::CREATE_IN_ORGANIZATION, invalid)
                .await?;
        }
        RoleTarget::Space(guid) => {
            let invalid = || RoleError::InvalidSpace.into();
            access::in_named_space(reader, actor, guid, &policy::CREATE_IN_SPACE, invalid).await?;
        }
    }
    Ok(())
}

/// The one user of that name. For a space role an unknown name is answered as if the user were not in the organization.
async fn look_up(
    call: Call<'_>,
    target: &RoleTarget,
    username: &str,
    origin: Option<&str>,
) -> Result<Guid<User>, Fault> {
    feature_flag::current(call.ports).await?.check(FeatureFlag::SetRolesByUsername, call.actor)?;
    let found = call.ports.directory.users_by_name(username, origin.map(str::to_owned)).await?;
    if origin.is_none() && found.len() > 1 {
        let mut origins: Vec<_> = found.into_iter().map(|k| k.origin).collect();
        origins.sort();
        let username = username.to_owned();
        return Err(RoleError::AmbiguousUsername { username, origins: origins.join(", ") }.into());
    }
    match (found.into_iter().next(), target, origin) {
        (Some(known), _, _) => Ok(Guid::new(known.guid)),
        (None, RoleTarget::Space(_), _) => Err(RoleError::NoOrganizationRole.into()),
        (None, RoleTarget::Organization(_), Some(origin)) => {
            Err(RoleError::UnknownUsernameInOrigin(username.to_owned(), origin.to_owned()).into())
        }
        (None, RoleTarget::Organization(_), None) => {
            Err(RoleError::UnknownUsername(username.to_owned()).into())
        }
    }
}

async fn create_within(
    tx: &mut DynTx,
    call: Call<'_>,
    role: &Role,
    (name, is_client): (Option<String>, bool),
    request: Value,
) -> Result<(), Fault> {
    authorize(tx, call.actor, &role.target).await?;
    let (place, target_name) = match &role.target {
        RoleTarget::Organization(guid) => in_organization(tx, call.ports, role, is_client, guid).await?,
        RoleTarget::Space(_) => in_space(tx, call.actor, role).await?,
    };
    // Held under the organization's lock, so nobody else gives the same role meanwhile.
    if tx.has_role(&role.user, role.kind, &role.target).await? {
        return Err(taken(role, name.as_deref(), &target_name).into());
    }
    let party = Party::new("user", role.user.as_str(), name.as_deref().unwrap_or_default());
    call.record(tx, event::given(role.kind), party, place, json!({ "request": request })).await?;
    tx.insert_role(role).await?;
    Ok(())
}

/// Roles of an organization are given and taken under its lock, so that nobody loses the membership that a space role rests on.
async fn in_organization(
    tx: &mut DynTx,
    ports: &Ports,
    role: &Role,
    is_client: bool,
    guid: &Guid<Organization>,
) -> Result<(Place, Name), Fault> {
    let organization = tx.lock_organization(guid).await?.ok_or(RoleError::InvalidOrganization)?;
    let now = ports.now();
    let row = User {
        guid: role.user.clone(),
        is_client,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    };
    tx.ensure_user(&row).await?;
    Ok((Place::organization(guid), organization.name))
}

async fn in_space(tx: &mut DynTx, actor: &Actor, role: &Role) -> Result<(Place, Name), Fault> {
    let RoleTarget::Space(guid) = &role.target else { return Err(RoleError::InvalidSpace.into()) };
    let organization = find_space(tx, guid).await?.ok_or(RoleError::InvalidSpace)?.organization;
    tx.lock_organization(&organization).await?;
    let space = tx.lock_space(guid).await?.ok_or(RoleError::InvalidSpace)?;
    let member = RoleTarget::Organization(organization);
    let is_known = tx.find_user(&role.user, &actor.scope()).await?.is_some();
    if !is_known || !tx.has_role(&role.user, RoleKind::OrganizationUser, &member).await? {
        return Err(RoleError::NoOrganizationRole.into());
    }
    Ok((Place::space(&space.guid, &space.organization), space.name))
}

fn taken(role: &Role, name: Option<&str>, target: &Name) -> RoleError {
    let user = name.unwrap_or(role.user.as_str()).to_owned();
    let (kind, target) = (role.kind, target.to_string());
    if kind.is_of_organization() {
        RoleError::TakenInOrganization { user, kind, organization: target }
    } else {
        RoleError::TakenInSpace { user, kind, space: target }
    }
}

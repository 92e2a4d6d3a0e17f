//! Membership of groups.

use super::{Identity, IdentityError};
use cc_domain::identity::{AccountsError, Comparison, Filter, Group, GroupAttribute, Operator, Window};

/// The group of that guid.
pub async fn get(identity: &Identity, guid: &str) -> Result<Group, IdentityError> {
    let filter = Filter::Compare(Comparison {
        attribute: GroupAttribute::Id,
        operator: Operator::Equals,
        value: guid.to_owned(),
    });
    let (groups, _) = identity.accounts.list_groups(Some(filter), Window { offset: 0, limit: 1 }).await?;
    groups.into_iter().next().ok_or_else(|| IdentityError::GroupNotFound(guid.to_owned()))
}

/// Makes a user a member; twice is no error.
pub async fn add_member(identity: &Identity, group: &str, user: &str) -> Result<(), IdentityError> {
    get(identity, group).await?;
    missing_user(identity.accounts.add_member(group, user).await, user)
}

/// Ends a membership. Tokens keep the scope until they are refreshed.
pub async fn remove_member(identity: &Identity, group: &str, user: &str) -> Result<(), IdentityError> {
    get(identity, group).await?;
    missing_user(identity.accounts.remove_member(group, user).await, user)
}

fn missing_user(result: Result<(), AccountsError>, user: &str) -> Result<(), IdentityError> {
    match result {
        Err(AccountsError::NotFound) => Err(IdentityError::UserNotFound(user.to_owned())),
        other => Ok(other?),
    }
}

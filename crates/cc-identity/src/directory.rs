//! The users of our own login server as a directory.

use async_trait::async_trait;
use cc_domain::identity::{
    Accounts, Comparison, Directory, DirectoryError, Filter, KnownUser, Operator, User, UserAttribute, Window,
};
use std::sync::Arc;

/// Guids asked for in one query.
const BATCH: usize = 200;

/// A directory over `Accounts`.
pub struct AccountsDirectory(pub Arc<dyn Accounts>);

impl AccountsDirectory {
    async fn find(
        &self,
        filter: Filter<UserAttribute>,
        limit: u32,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        let window = Window { offset: 0, limit };
        let found = self.0.list_users(Some(filter), window).await.map_err(|e| DirectoryError(Box::new(e)))?;
        Ok(found.0.into_iter().map(known).collect())
    }
}

fn known(user: User) -> KnownUser {
    KnownUser { guid: user.guid, username: user.username, origin: user.origin }
}

fn equals(attribute: UserAttribute, value: &str) -> Filter<UserAttribute> {
    Filter::Compare(Comparison { attribute, operator: Operator::Equals, value: value.to_owned() })
}

#[async_trait]
impl Directory for AccountsDirectory {
    async fn users_by_name(
        &self,
        username: &str,
        origin: Option<String>,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut parts = vec![equals(UserAttribute::UserName, username)];
        parts.extend(origin.map(|origin| equals(UserAttribute::Origin, &origin)));
        self.find(Filter::All(parts), 100).await
    }

    async fn users_by_guid(&self, guids: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut found = Vec::new();
        for batch in guids.chunks(BATCH) {
            let any = batch.iter().map(|guid| equals(UserAttribute::Id, guid)).collect();
            found.extend(self.find(Filter::Any(any), u32::try_from(BATCH).unwrap_or(u32::MAX)).await?);
        }
        Ok(found)
    }
}

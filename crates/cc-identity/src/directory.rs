//! The users of our own login server as a directory.

use async_trait::async_trait;
use cc_domain::identity::{
    Account, Accounts, AccountsError, Comparison, Directory, DirectoryError, Filter, KnownUser, Operator,
    User, UserAttribute, Window, has_form_of_user_guid, next_token_epoch,
};
use cc_domain::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Guids asked for in one query.
const BATCH: usize = 200;
/// Users read at a time in a search.
const PAGE: u32 = 500;

/// A directory over `Accounts`.
pub struct AccountsDirectory(pub Arc<dyn Accounts>);

impl AccountsDirectory {
    async fn find(
        &self,
        filter: Filter<UserAttribute>,
        limit: u32,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        let window = Window { offset: 0, limit };
        let found = self
            .0
            .list_users(Some(filter), window)
            .await
            .map_err(|e| DirectoryError::Unavailable(Box::new(e)))?;
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

    async fn is_client(&self, guid: &str) -> Result<bool, DirectoryError> {
        if !self.users_by_guid(&[guid.to_owned()]).await?.is_empty() {
            return Ok(false);
        }
        let client = self.0.find_client(guid).await.map_err(|e| DirectoryError::Unavailable(Box::new(e)))?;
        // An external UAA's users are not known here, but their guids are all of one form.
        Ok(client.is_some() || !has_form_of_user_guid(guid))
    }

    async fn users_by_name_part(&self, part: &str) -> Result<Vec<KnownUser>, DirectoryError> {
        let contains = Comparison {
            attribute: UserAttribute::UserName,
            operator: Operator::Contains,
            value: part.to_owned(),
        };
        let mut found: Vec<KnownUser> = Vec::new();
        loop {
            let window = Window { offset: u32::try_from(found.len()).unwrap_or(u32::MAX), limit: PAGE };
            let filter = Some(Filter::Compare(contains.clone()));
            let (page, total) = self
                .0
                .list_users(filter, window)
                .await
                .map_err(|e| DirectoryError::Unavailable(Box::new(e)))?;
            let is_last = page.is_empty();
            found.extend(page.into_iter().map(known));
            if is_last || u64::try_from(found.len()).unwrap_or(u64::MAX) >= total {
                return Ok(found);
            }
        }
    }

    async fn add_shadow_user(
        &self,
        guid: &str,
        username: &str,
        origin: &str,
        now: Timestamp,
    ) -> Result<KnownUser, DirectoryError> {
        let user = User {
            guid: guid.to_owned(),
            username: username.to_owned(),
            origin: origin.to_owned(),
            email: username.to_owned(),
            given_name: None,
            family_name: None,
            groups: BTreeSet::new(),
            is_active: true,
            is_verified: false,
            token_epoch: next_token_epoch(0, now),
            version: 0,
            created_at: now,
            updated_at: now,
        };
        match self.0.insert_user(&Account { user: user.clone(), password: None }).await {
            Ok(()) => Ok(known(user)),
            // Somebody else added it meanwhile.
            Err(AccountsError::Taken) => {
                let found = self.users_by_name(username, Some(origin.to_owned())).await?;
                found
                    .into_iter()
                    .next()
                    .ok_or_else(|| DirectoryError::Unavailable(Box::new(AccountsError::Taken)))
            }
            Err(error) => Err(DirectoryError::Unavailable(Box::new(error))),
        }
    }
}

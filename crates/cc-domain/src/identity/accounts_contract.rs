//! What every implementation of [`Accounts`] must do: one suite, run by each of them on an empty store.
//!
//! Call [`holds`]; it panics at the first promise that is broken.

use super::{
    Account, Accounts, AccountsError, AuthorizationCode, Client, FAILURES_FORGOTTEN_AFTER, Filter, Group,
    LoginKey, PasswordHash, SigningKey, User, UserStanding, Window, cf_client, ssh_client,
};
use crate::secret::Secret;
use crate::time::Timestamp;
use std::collections::BTreeSet;

const EVERYTHING: Window = Window { offset: 0, limit: 1000 };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

fn user(guid: &str, username: &str, origin: &str, created: i64) -> User {
    User {
        guid: guid.to_owned(),
        username: username.to_owned(),
        origin: origin.to_owned(),
        email: format!("{username}@example.com"),
        given_name: Some("Given".to_owned()),
        family_name: None,
        groups: BTreeSet::new(),
        is_active: true,
        is_verified: true,
        token_epoch: at(created).seconds(),
        version: 0,
        created_at: at(created),
        updated_at: at(created),
    }
}

fn account(user: &User) -> Account {
    Account { user: user.clone(), password: Some(PasswordHash::new("$argon2id$one")) }
}

fn group(guid: &str, name: &str) -> Group {
    Group {
        guid: guid.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        members: Vec::new(),
        created_at: at(0),
    }
}

/// Runs every check on an empty store.
pub async fn holds(accounts: &dyn Accounts) {
    groups_and_users(accounts).await;
    changes(accounts).await;
    memberships(accounts).await;
    clients(accounts).await;
    keys(accounts).await;
    standing(accounts).await;
    codes(accounts).await;
    failures(accounts).await;
    deletion(accounts).await;
}

async fn groups_and_users(accounts: &dyn Accounts) {
    accounts.insert_group(&group("g-a", "a.admin")).await.expect("a new group");
    accounts.insert_group(&group("g-b", "b.read")).await.expect("a new group");
    let taken = accounts.insert_group(&group("g-c", "a.admin")).await;
    assert!(matches!(taken, Err(AccountsError::Taken)), "the name of a group is unique");

    let mut first = user("u-1", "Marissa", "uaa", 1);
    first.groups.insert("a.admin".to_owned());
    accounts.insert_user(&account(&first)).await.expect("a new user");
    let mut lost = user("u-9", "lost", "uaa", 1);
    lost.groups.insert("nothing".to_owned());
    let missing = accounts.insert_user(&account(&lost)).await;
    assert!(matches!(missing, Err(AccountsError::NotFound)), "a group must exist");
    assert!(accounts.find_user("u-9").await.expect("reads").is_none(), "nothing is kept of a refused user");

    for (guid, name, origin) in [("u-1", "other", "uaa"), ("u-2", "MARISSA", "uaa")] {
        let taken = accounts.insert_user(&account(&user(guid, name, origin, 2))).await;
        assert!(matches!(taken, Err(AccountsError::Taken)), "guid, and name within an origin, are unique");
    }
    let shadow = Account { user: user("u-2", "marissa", "ldap", 2), password: None };
    accounts.insert_user(&shadow).await.expect("the same name in another origin");

    let found = accounts.find_user("u-1").await.expect("reads").expect("there");
    assert_eq!(found.user, first);
    assert!(found.password == Some(PasswordHash::new("$argon2id$one")));
    let by_name = accounts.find_user_by_name("mArIsSa", "uaa").await.expect("reads").expect("there");
    assert_eq!(by_name.user.guid, "u-1");
    let by_origin = accounts.find_user_by_name("marissa", "ldap").await.expect("reads").expect("there");
    assert!(by_origin.user.guid == "u-2" && by_origin.password.is_none());
    assert!(accounts.find_user_by_name("marissa", "saml").await.expect("reads").is_none());

    accounts.insert_user(&account(&user("u-3", "zoe%_", "uaa", 3))).await.expect("a new user");
    for (filter, expected) in [
        (None, &["u-1", "u-2", "u-3"][..]),
        (Some(r#"userName eq "marissa""#), &["u-1", "u-2"]),
        (Some(r#"userName eq "marissa" and origin eq "ldap""#), &["u-2"]),
        (Some(r#"id eq "u-3" or id eq "u-1" or id eq "U-2""#), &["u-1", "u-3"]),
        (Some(r#"email co "ISSA@""#), &["u-1", "u-2"]),
        (Some(r#"userName sw "zoe%_""#), &["u-3"]),
        (Some(r#"userName co "_""#), &["u-3"]),
        (Some(r#"userName co "%a""#), &[]),
        (Some("active eq false"), &[]),
        (Some(r#"not (origin eq "uaa") and verified eq true"#), &["u-2"]),
    ] {
        let parsed = filter.map(|text| Filter::parse(text).expect("a filter"));
        let (users, total) = accounts.list_users(parsed, EVERYTHING).await.expect("lists");
        let guids: Vec<&str> = users.iter().map(|user| user.guid.as_str()).collect();
        assert_eq!(guids, expected, "{filter:?}");
        assert_eq!(total, expected.len() as u64, "{filter:?}");
    }
    let (page, total) = accounts.list_users(None, Window { offset: 1, limit: 1 }).await.expect("lists");
    assert_eq!(page.iter().map(|user| user.guid.as_str()).collect::<Vec<_>>(), ["u-2"]);
    assert_eq!(total, 3, "the total counts all pages");
    let (none, total) = accounts.list_users(None, Window { offset: 9, limit: 1 }).await.expect("lists");
    assert!(none.is_empty() && total == 3);
}

async fn changes(accounts: &dyn Accounts) {
    let old = accounts.find_user("u-1").await.expect("reads").expect("there").user;
    let mut new = User { email: "new@example.com".to_owned(), version: 1, updated_at: at(9), ..old.clone() };
    new.groups.clear();
    accounts.update_user(&new).await.expect("updates");
    let kept = accounts.find_user("u-1").await.expect("reads").expect("there").user;
    assert_eq!(kept, User { groups: old.groups, ..new.clone() }, "groups are not changed by an update");
    let stale = accounts.update_user(&new).await;
    assert!(matches!(stale, Err(AccountsError::Stale)), "the version must be the next one");
    let taken = accounts.update_user(&User { username: "Zoe%_".to_owned(), version: 2, ..new.clone() }).await;
    assert!(matches!(taken, Err(AccountsError::Taken)));
    let missing = accounts.update_user(&user("nobody", "nobody", "uaa", 0)).await;
    assert!(matches!(missing, Err(AccountsError::NotFound)));

    for _ in 0..2 {
        let before = accounts.find_user("u-1").await.expect("reads").expect("there").user;
        accounts.set_password("u-1", &PasswordHash::new("$argon2id$two"), at(0)).await.expect("sets");
        let after = accounts.find_user("u-1").await.expect("reads").expect("there");
        assert!(after.password == Some(PasswordHash::new("$argon2id$two")));
        assert!(after.user.token_epoch > before.token_epoch, "the epoch grows even within a second");
        assert_eq!(after.user.version, before.version + 1);
    }
    let missing = accounts.set_password("nobody", &PasswordHash::new("x"), at(0)).await;
    assert!(matches!(missing, Err(AccountsError::NotFound)));
}

async fn memberships(accounts: &dyn Accounts) {
    accounts.add_member("g-b", "u-3").await.expect("adds");
    accounts.add_member("g-b", "u-3").await.expect("twice is no error");
    assert!(matches!(accounts.add_member("g-x", "u-3").await, Err(AccountsError::NotFound)));
    assert!(matches!(accounts.add_member("g-b", "nobody").await, Err(AccountsError::NotFound)));
    let (groups, total) = accounts.list_groups(None, EVERYTHING).await.expect("lists");
    let members: Vec<(&str, &[String])> = groups.iter().map(|g| (g.name.as_str(), &g.members[..])).collect();
    assert_eq!(members, [("a.admin", &["u-1".to_owned()][..]), ("b.read", &["u-3".to_owned()][..])]);
    assert_eq!(total, 2);
    let filter = Filter::parse(r#"displayName eq "B.read""#).expect("a filter");
    let (found, _) = accounts.list_groups(Some(filter), EVERYTHING).await.expect("lists");
    assert_eq!(found.iter().map(|g| g.guid.as_str()).collect::<Vec<_>>(), ["g-b"]);
    let user = accounts.find_user("u-3").await.expect("reads").expect("there").user;
    assert_eq!(user.groups, BTreeSet::from(["b.read".to_owned()]));
    accounts.remove_member("g-b", "u-3").await.expect("removes");
    assert!(matches!(accounts.remove_member("g-b", "u-3").await, Err(AccountsError::NotFound)));
}

async fn clients(accounts: &dyn Accounts) {
    let proxy = ssh_client(PasswordHash::new("$argon2id$secret"), at(0));
    accounts.insert_client(&cf_client(at(0))).await.expect("a new client");
    accounts.insert_client(&proxy).await.expect("a new client");
    assert!(matches!(accounts.insert_client(&proxy).await, Err(AccountsError::Taken)));
    assert!(accounts.find_client("cf").await.expect("reads") == Some(cf_client(at(0))));
    assert!(accounts.find_client("ssh-proxy").await.expect("reads") == Some(proxy.clone()));
    assert!(accounts.find_client("CF").await.expect("reads").is_none(), "ids are compared to the letter");
    let changed = Client { access_token_validity: Some(7), token_epoch: 8, name: None, ..proxy };
    accounts.update_client(&changed).await.expect("updates");
    assert!(accounts.find_client("ssh-proxy").await.expect("reads") == Some(changed.clone()));
    let missing = accounts.update_client(&Client { id: "nobody".to_owned(), ..changed }).await;
    assert!(matches!(missing, Err(AccountsError::NotFound)));
}

async fn keys(accounts: &dyn Accounts) {
    let key = |kid: &str, created| SigningKey {
        kid: kid.to_owned(),
        private_pem: Secret::new(format!("pem of {kid}")),
        created_at: at(created),
        is_active: true,
    };
    assert!(accounts.signing_keys().await.expect("reads").is_empty());
    assert!(accounts.activate_signing_key(&key("k-1", 1), None).await.expect("writes"));
    let late = accounts.activate_signing_key(&key("k-x", 2), None).await.expect("writes");
    assert!(!late, "another key was active");
    let second = accounts.activate_signing_key(&key("k-2", 3), Some("k-1".to_owned())).await;
    assert!(second.expect("writes"));
    accounts.remove_signing_key("k-2").await.expect("an active key is left alone");
    accounts.remove_signing_key("nothing").await.expect("an unknown key is no error");
    let kept = accounts.signing_keys().await.expect("reads");
    let kept: Vec<_> = kept.iter().map(|k| (k.kid.as_str(), k.private_pem.expose(), k.is_active)).collect();
    assert_eq!(kept, [("k-2", "pem of k-2", true), ("k-1", "pem of k-1", false)]);
    accounts.remove_signing_key("k-1").await.expect("removes");
    assert_eq!(accounts.signing_keys().await.expect("reads").len(), 1);
}

async fn standing(accounts: &dyn Accounts) {
    let ask = |jti: &'static str, user: Option<&'static str>, client: &'static str| async move {
        accounts.token_standing(jti, user.map(str::to_owned), client).await.expect("reads")
    };
    let user = accounts.find_user("u-3").await.expect("reads").expect("there").user;
    let good = ask("j-1", Some("u-3"), "cf").await;
    assert_eq!(good.user, Some(UserStanding { is_active: true, token_epoch: user.token_epoch }));
    assert_eq!(good.client_epoch, Some(at(0).seconds()));
    assert_eq!(good.revoked_from, None);
    assert_eq!(ask("j-1", None, "cf").await.user, None);
    assert_eq!(ask("j-1", Some("nobody"), "nothing").await.client_epoch, None);
    assert!(accounts.revoke_token("j-1", at(20), at(100)).await.expect("writes"), "the first call");
    assert!(!accounts.revoke_token("j-1", at(30), at(100)).await.expect("writes"));
    assert_eq!(ask("j-1", None, "cf").await.revoked_from, Some(at(20)), "an earlier moment wins");
    accounts.revoke_token("j-1", at(10), at(50)).await.expect("writes");
    assert_eq!(ask("j-1", None, "cf").await.revoked_from, Some(at(10)));
    accounts.purge_expired(at(99)).await.expect("purges");
    assert_eq!(ask("j-1", None, "cf").await.revoked_from, Some(at(10)), "the later end wins");
    accounts.purge_expired(at(100)).await.expect("purges");
    assert_eq!(ask("j-1", None, "cf").await.revoked_from, None);
}

fn code(user: &str, client: &str) -> AuthorizationCode {
    AuthorizationCode {
        client_id: client.to_owned(),
        user_guid: user.to_owned(),
        scopes: vec!["openid".to_owned(), "a.b".to_owned()],
        redirect_uri: None,
        expires_at: at(300),
    }
}

async fn codes(accounts: &dyn Accounts) {
    accounts.insert_code("digest", &code("u-3", "cf")).await.expect("writes");
    assert_eq!(accounts.take_code("digest").await.expect("takes"), Some(code("u-3", "cf")));
    assert_eq!(accounts.take_code("digest").await.expect("takes"), None, "once only");
    accounts.insert_code("old", &code("u-3", "cf")).await.expect("writes");
    accounts.purge_expired(at(300)).await.expect("purges");
    assert_eq!(accounts.take_code("old").await.expect("takes"), None);
}

async fn failures(accounts: &dyn Accounts) {
    let (here, there) = (LoginKey::new("zoe", "uaa", "::1"), LoginKey::new("zoe", "uaa", "::2"));
    assert_eq!(accounts.failed_logins(&here).await.expect("reads").count, 0);
    for count in 1..=3_u32 {
        let failed = accounts.record_failed_login(&here, at(i64::from(count))).await.expect("writes");
        assert_eq!(failed.count, count);
    }
    let failed = accounts.failed_logins(&here).await.expect("reads");
    assert_eq!((failed.count, failed.last_at), (3, Some(at(3))));
    assert_eq!(accounts.failed_logins(&there).await.expect("reads").count, 0);
    let late = accounts.record_failed_login(&here, at(3 + FAILURES_FORGOTTEN_AFTER)).await.expect("writes");
    assert_eq!(late.count, 1, "old failures are forgotten");
    accounts.clear_failed_logins(&here).await.expect("clears");
    assert_eq!(accounts.failed_logins(&here).await.expect("reads").count, 0);
    accounts.record_failed_login(&there, at(0)).await.expect("writes");
    accounts.purge_expired(at(FAILURES_FORGOTTEN_AFTER)).await.expect("purges");
    assert_eq!(accounts.failed_logins(&there).await.expect("reads").count, 0);
}

async fn deletion(accounts: &dyn Accounts) {
    accounts.add_member("g-b", "u-3").await.expect("adds");
    accounts.insert_code("of-user", &code("u-3", "cf")).await.expect("writes");
    accounts.insert_code("of-client", &code("u-1", "ssh-proxy")).await.expect("writes");
    let deleted = accounts.delete_user("u-3").await.expect("deletes").expect("was there");
    assert_eq!(deleted.username, "zoe%_");
    assert!(accounts.delete_user("u-3").await.expect("deletes").is_none());
    assert_eq!(accounts.take_code("of-user").await.expect("takes"), None);
    let filter = Filter::parse(r#"displayName eq "b.read""#).expect("a filter");
    let (groups, _) = accounts.list_groups(Some(filter), EVERYTHING).await.expect("lists");
    assert!(groups.iter().all(|group| group.members.is_empty()));
    assert!(accounts.delete_client("ssh-proxy").await.expect("deletes").is_some_and(|c| c.token_epoch == 8));
    assert!(accounts.delete_client("ssh-proxy").await.expect("deletes").is_none());
    assert_eq!(accounts.take_code("of-client").await.expect("takes"), None);
    accounts.insert_user(&account(&user("u-4", "zoe%_", "uaa", 4))).await.expect("the name is free again");
}

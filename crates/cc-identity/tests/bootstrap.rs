use super::world::World;
use cc_domain::identity::{Accounts as _, ClientSecret, DEFAULT_USER_GROUPS, Passwords as _, Window};
use cc_domain::secret::Secret;
use cc_identity::BootstrapOutcome;

#[tokio::test]
async fn a_first_start_makes_groups_clients_the_administrator_and_a_key() {
    let world = World::empty();
    let outcome = world.bootstrap("pw", None).await;
    assert_eq!(outcome, BootstrapOutcome { admin_created: true, key_created: true });
    let admin = world.admin().await;
    for group in ["cloud_controller.admin", "scim.write", "clients.read", "doppler.firehose", "uaa.admin"] {
        assert!(admin.groups.contains(group), "{group}");
    }
    for client in ["cf", "ssh-proxy", "cc-server"] {
        assert!(world.accounts.find_client(client).await.expect("memory").is_some(), "{client}");
    }
    let window = Window { offset: 0, limit: 1000 };
    let (groups, _) = world.accounts.list_groups(None, window).await.expect("memory");
    assert!(DEFAULT_USER_GROUPS.iter().all(|name| groups.iter().any(|group| group.name == *name)));
    assert_eq!(world.accounts.signing_keys().await.expect("memory").len(), 1);
}

#[tokio::test]
async fn a_second_start_changes_nothing_and_keeps_the_password() {
    let world = World::started().await;
    let before = world.admin().await;
    let outcome = world.bootstrap("another", None).await;
    assert_eq!(outcome, BootstrapOutcome { admin_created: false, key_created: false });
    assert_eq!(world.admin().await, before);
    let account = world.accounts.find_user(&before.guid).await.expect("memory").expect("there");
    let first = Secret::new("first-password");
    assert!(world.passwords.verify(&first, account.password).await.expect("verifies"));
}

#[tokio::test]
async fn a_configured_client_secret_replaces_the_kept_one_and_ends_its_tokens() {
    let world = World::started().await;
    let before = world.accounts.find_client("ssh-proxy").await.expect("memory").expect("there");
    world.bootstrap("x", Some("configured")).await;
    let after = world.accounts.find_client("ssh-proxy").await.expect("memory").expect("there");
    assert!(after.token_epoch > before.token_epoch);
    let ClientSecret::Hashed(hash) = after.secret else { panic!("a secret") };
    assert!(world.passwords.verify(&Secret::new("configured"), Some(hash)).await.expect("verifies"));
    world.bootstrap("x", Some("configured")).await;
    let again = world.accounts.find_client("ssh-proxy").await.expect("memory").expect("there");
    assert_eq!(again.token_epoch, after.token_epoch);
}

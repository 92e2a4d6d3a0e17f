//! The groups and clients that exist from the first start (client-flows 3.4).

use super::account::{AutoApprove, Client, ClientSecret, GrantType};
use super::password_hash::PasswordHash;
use crate::time::Timestamp;

/// Groups that every user is in without being a member.
pub const DEFAULT_USER_GROUPS: &[&str] = &[
    "approvals.me",
    "cloud_controller.read",
    "cloud_controller.write",
    "cloud_controller_service_permissions.read",
    "oauth.approvals",
    "openid",
    "password.write",
    "profile",
    "roles",
    "scim.me",
    "scim.userids",
    "uaa.offline_token",
    "uaa.user",
    "user_attributes",
];

/// The groups of the first administrator.
pub const ADMIN_GROUPS: &[&str] = &[
    "clients.admin",
    "clients.read",
    "clients.secret",
    "clients.write",
    "cloud_controller.admin",
    "doppler.firehose",
    "network.admin",
    "routing.router_groups.read",
    "routing.router_groups.write",
    "scim.read",
    "scim.write",
    "uaa.admin",
];

/// Groups that exist so that an operator can add members.
pub const FURTHER_GROUPS: &[&str] = &[
    "cloud_controller.admin_read_only",
    "cloud_controller.global_auditor",
    "logs.admin",
    "network.write",
    "scim.create",
    "scim.invite",
    "uaa.resource",
];

/// The id of the CLI's client; its secret is empty.
pub const CF_CLIENT: &str = "cf";
/// The id of the client that exchanges ssh codes.
pub const SSH_CLIENT: &str = "ssh-proxy";
/// The id of the client under which the server asks itself, for role lookups of names and token checks.
pub const SERVER_CLIENT: &str = "cc-server";

/// The id of the client for operators' tools (`uaac`), made only with a configured secret.
pub const ADMIN_CLIENT: &str = "admin";

/// The id of the client for which the login pages keep sessions and give passcodes.
pub const LOGIN_CLIENT: &str = "login";
/// Seconds that a session of the login pages lasts.
const SESSION_VALIDITY: u32 = 30 * 60;

const CF_SCOPES: &[&str] = &[
    "clients.admin",
    "clients.read",
    "cloud_controller.admin",
    "cloud_controller.admin_read_only",
    "cloud_controller.global_auditor",
    "cloud_controller.read",
    "cloud_controller.write",
    "doppler.firehose",
    "network.admin",
    "network.write",
    "openid",
    "password.write",
    "routing.router_groups.read",
    "routing.router_groups.write",
    "scim.read",
    "scim.write",
    "uaa.user",
];

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// The `cf` client: public, for people.
pub fn cf_client(now: Timestamp) -> Client {
    Client {
        id: CF_CLIENT.to_owned(),
        name: Some("cf CLI".to_owned()),
        secret: ClientSecret::Empty,
        grant_types: vec![GrantType::Password, GrantType::RefreshToken],
        scopes: owned(CF_SCOPES),
        authorities: owned(&["uaa.none"]),
        redirect_uris: Vec::new(),
        auto_approve: AutoApprove::All,
        access_token_validity: None,
        refresh_token_validity: None,
        token_epoch: now.seconds(),
        updated_at: now,
    }
}

/// The `login` client: it has no grant and no scope, so nobody gets a token by it but the login pages.
pub fn login_client(now: Timestamp) -> Client {
    Client {
        id: LOGIN_CLIENT.to_owned(),
        name: Some("login pages".to_owned()),
        secret: ClientSecret::Empty,
        grant_types: Vec::new(),
        scopes: Vec::new(),
        authorities: Vec::new(),
        redirect_uris: Vec::new(),
        auto_approve: AutoApprove::Only(Vec::new()),
        access_token_validity: Some(SESSION_VALIDITY),
        refresh_token_validity: None,
        token_epoch: now.seconds(),
        updated_at: now,
    }
}

/// The `ssh-proxy` client: turns a one-time code into a token of the user.
pub fn ssh_client(secret: PasswordHash, now: Timestamp) -> Client {
    Client {
        id: SSH_CLIENT.to_owned(),
        name: Some("ssh proxy".to_owned()),
        secret: ClientSecret::Hashed(secret),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: owned(&["openid", "cloud_controller.read", "cloud_controller.write"]),
        authorities: owned(&["uaa.none"]),
        redirect_uris: vec!["/login".to_owned()],
        auto_approve: AutoApprove::All,
        access_token_validity: None,
        refresh_token_validity: None,
        token_epoch: now.seconds(),
        updated_at: now,
    }
}

/// The server's own client: reads users and checks tokens, changes nothing.
pub fn server_client(secret: PasswordHash, now: Timestamp) -> Client {
    Client {
        id: SERVER_CLIENT.to_owned(),
        name: Some("cloud controller".to_owned()),
        secret: ClientSecret::Hashed(secret),
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Vec::new(),
        authorities: owned(&["clients.read", "scim.read", "scim.userids", "uaa.resource"]),
        redirect_uris: Vec::new(),
        auto_approve: AutoApprove::Only(Vec::new()),
        access_token_validity: None,
        refresh_token_validity: None,
        token_epoch: now.seconds(),
        updated_at: now,
    }
}

/// The `admin` client: administers users, groups and clients, as in a UAA that was just installed.
pub fn admin_client(secret: PasswordHash, now: Timestamp) -> Client {
    Client {
        id: ADMIN_CLIENT.to_owned(),
        name: Some("operator".to_owned()),
        authorities: owned(&[
            "clients.admin",
            "clients.read",
            "clients.secret",
            "clients.write",
            "password.write",
            "scim.read",
            "scim.write",
            "uaa.admin",
        ]),
        ..server_client(secret, now)
    }
}

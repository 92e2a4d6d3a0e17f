//! Users, groups and clients as the embedded login server keeps them.

use super::defaults::DEFAULT_USER_GROUPS;
use super::password_hash::PasswordHash;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// The origin of users whose password is kept here; other origins are shadow users of an identity provider.
pub const ORIGIN_UAA: &str = "uaa";

/// Whether a user of this origin may have the name: of users whose password is kept here letters, digits and `+-_.@'!` only, as the UAA's
/// `UaaUserUtils` has it; other identity providers have rules of their own, but no control characters.
pub fn may_be_called(username: &str, origin: &str) -> bool {
    let fits = |c: char| c.is_alphabetic() || c.is_ascii_digit() || "+-_.@'!".contains(c);
    if origin == ORIGIN_UAA {
        !username.is_empty() && username.chars().all(fits)
    } else {
        !username.chars().any(char::is_control) && username.trim() == username
    }
}

/// A user without its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub guid: String,
    /// Compared without regard to case; unique within an origin.
    pub username: String,
    pub origin: String,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// Explicit memberships by group name. What a token may hold is [`User::effective_groups`].
    pub groups: BTreeSet<String>,
    pub is_active: bool,
    pub is_verified: bool,
    /// Part of every token (`rev_sig`): raising it refuses all tokens issued before. See [`next_token_epoch`].
    pub token_epoch: i64,
    /// Counts changes, for SCIM's `meta.version`.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl User {
    /// Explicit memberships and the groups that every user is in.
    pub fn effective_groups(&self) -> BTreeSet<String> {
        let mut groups = self.groups.clone();
        groups.extend(DEFAULT_USER_GROUPS.iter().map(ToString::to_string));
        groups
    }
}

/// A user with its password hash; `None` for a shadow user, which cannot log in with a password.
#[derive(Clone)]
pub struct Account {
    pub user: User,
    pub password: Option<PasswordHash>,
}

/// The value that follows `current` when every token of a user or client is to be refused from now on.
/// Strictly growing even within one second.
pub fn next_token_epoch(current: i64, now: Timestamp) -> i64 {
    now.seconds().max(current.saturating_add(1))
}

/// Whether the text has the form in which login servers give out guids of users: a UUID. Clients are named freely.
pub fn has_form_of_user_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A group is a scope that users can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub guid: String,
    /// The scope, such as `cloud_controller.admin`; unique.
    pub name: String,
    pub description: String,
    /// Guids of the explicit members; empty for a default group, which holds everybody.
    pub members: Vec<String>,
    pub created_at: Timestamp,
}

/// How a client proves who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientSecret {
    /// The empty secret: a public client such as `cf`. Anybody may use it, so it never gets `client_credentials`.
    Empty,
    /// A secret of which the hash is kept.
    Hashed(PasswordHash),
}

/// OAuth grant types; those we do not serve are kept as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantType {
    Password,
    RefreshToken,
    ClientCredentials,
    AuthorizationCode,
    Other(String),
}

impl GrantType {
    /// Reads the OAuth name.
    pub fn parse(name: &str) -> Self {
        match name {
            "password" => Self::Password,
            "refresh_token" => Self::RefreshToken,
            "client_credentials" => Self::ClientCredentials,
            "authorization_code" => Self::AuthorizationCode,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The OAuth name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::Other(other) => other,
        }
    }
}

/// Which scopes need no consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AutoApprove {
    All,
    Only(Vec<String>),
}

impl AutoApprove {
    /// True if each of `scopes` is approved without asking.
    pub fn covers(&self, scopes: &[String]) -> bool {
        match self {
            Self::All => true,
            Self::Only(approved) => scopes.iter().all(|s| approved.contains(s)),
        }
    }
}

/// An OAuth client. No `Debug`: it holds a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    pub name: Option<String>,
    pub secret: ClientSecret,
    pub grant_types: Vec<GrantType>,
    /// What it may hold on behalf of a user.
    pub scopes: Vec<String>,
    /// What it may hold on its own (`client_credentials`).
    pub authorities: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub auto_approve: AutoApprove,
    /// Seconds; `None` means the server's default.
    pub access_token_validity: Option<u32>,
    /// Seconds; `None` means the server's default.
    pub refresh_token_validity: Option<u32>,
    /// As [`User::token_epoch`].
    pub token_epoch: i64,
    pub updated_at: Timestamp,
}

impl Client {
    /// True if the client was given this grant.
    pub fn allows(&self, grant: &GrantType) -> bool {
        self.grant_types.contains(grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_own_origin_are_letters_digits_and_a_few_signs() {
        for good in ["ann", "ann@example.org", "o'neil", "x+y-z_1.2!", "ömer", "Ольга"] {
            assert!(may_be_called(good, ORIGIN_UAA), "{good}");
        }
        for bad in ["", "`", "a b", "a/b", "a\"", "a\u{0}", "a\u{7}", "a:b", "<a>"] {
            assert!(!may_be_called(bad, ORIGIN_UAA), "{bad:?}");
        }
        assert!(may_be_called("DOMAIN\\ann lee", "ldap"));
        assert!(!may_be_called("a\u{0}", "ldap"));
    }

    #[test]
    fn guids_of_users_have_a_form() {
        assert!(has_form_of_user_guid("6a1f7c1e-0d0a-4a42-9d56-3a3a8c4a0a11"));
        for text in
            ["", "robot", "6a1f7c1e00d0a-4a42-9d56-3a3a8c4a0a11", "6a1f7c1e-0d0a-4a42-9d56-3a3a8c4a0a1g"]
        {
            assert!(!has_form_of_user_guid(text), "{text}");
        }
    }
}

//! Who may act, and how it is proven: users, groups, clients, tokens, and the ports behind them.
//!
//! Start at `grant` (which grant a client gets and which token results), then `claims` (which surface a token
//! opens). `throttle` says what a wrong password costs, `filter` reads SCIM filters, `defaults` lists what exists
//! from the first start, `ports` what is needed from outside. Nothing here signs, hashes, stores or reads a clock; the
//! caller brings the time. What a user may do to an app is not decided here.

mod account;
#[cfg(feature = "testing")]
pub mod accounts_contract;
mod claims;
mod defaults;
mod filter;
mod grant;
mod password_hash;
mod ports;
mod session;
mod standing;
mod throttle;
mod token;

pub use account::{
    Account, AutoApprove, Client, ClientSecret, GrantType, Group, ORIGIN_UAA, User, has_form_of_user_guid,
    may_be_called, next_token_epoch,
};
pub use claims::{Claims, REFRESH_SUFFIX, Surface, TokenError, TokenUser, audiences, intersect};
pub use defaults::{
    ADMIN_CLIENT, ADMIN_GROUPS, CF_CLIENT, DEFAULT_USER_GROUPS, FURTHER_GROUPS, LOGIN_CLIENT, SERVER_CLIENT,
    SSH_CLIENT, admin_client, cf_client, login_client, server_client, ssh_client,
};
pub use filter::{
    Attribute, ClientAttribute, Comparison, Filter, FilterError, GroupAttribute, Operator, UserAttribute,
};
pub use grant::{
    GrantError, Issue, client_scopes, permit, refreshed_scopes, requested_scopes, revocation_signature,
    user_scopes,
};
pub use password_hash::PasswordHash;
pub use ports::{
    Accounts, AccountsError, Directory, DirectoryError, HashError, KnownUser, Mint, Passwords, Pause,
    SignError, TokenSigner, TokenVerifier, Window,
};
#[cfg(any(test, feature = "testing"))]
pub use ports::{MockAccounts, MockDirectory, MockMint, MockPasswords, MockTokenSigner, MockTokenVerifier};
pub use session::{SESSION_GRANT, own_path};
pub use standing::stands;
pub use throttle::{
    CROWD_GONE_AFTER, FAILURES_FORGOTTEN_AFTER, FailedLogins, LoginKey, MOST_AT_ONE_LOGIN, delay_ms,
};
pub use token::{
    AuthorizationCode, PublicKey, RefreshRotation, SigningKey, TokenPolicy, TokenStanding, UserStanding,
};

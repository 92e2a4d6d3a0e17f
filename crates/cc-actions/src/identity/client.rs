//! Clients: proving one, and administering them.

use super::{Identity, IdentityError, login};
use cc_domain::identity::{
    AccountsError, Claims, Client, ClientSecret, GrantType, LoginKey, next_token_epoch,
};
use cc_domain::secret::Secret;

/// What a client presents: by basic authentication or in the form.
pub struct ClientCredentials {
    pub id: String,
    pub secret: Secret,
    /// The peer's address, as the failures are counted by it.
    pub address: String,
}

/// The client of that id and secret. Wrong secrets cost time as wrong passwords do.
pub async fn authenticate(identity: &Identity, given: &ClientCredentials) -> Result<Client, IdentityError> {
    let client = identity.accounts.find_client(&given.id).await?;
    let hash = match client.as_ref().map(|client| &client.secret) {
        Some(ClientSecret::Empty) if given.secret.expose().is_empty() => {
            return client.ok_or(IdentityError::BadClient);
        }
        Some(ClientSecret::Hashed(hash)) => Some(hash.clone()),
        Some(ClientSecret::Empty) | None => None,
    };
    let key = LoginKey::new(&given.id, "client", &given.address);
    let proven = login::prove(identity, &key, &given.secret, hash).await?;
    client.filter(|_| proven).ok_or(IdentityError::BadClient)
}

/// The client of that id.
pub async fn get(identity: &Identity, id: &str) -> Result<Client, IdentityError> {
    let found = identity.accounts.find_client(id).await?;
    found.ok_or_else(|| IdentityError::ClientNotFound(id.to_owned()))
}

/// A client to be made. `secret` is hashed; none or an empty one makes a public client.
pub struct CreateClient {
    /// Its `secret` and `token_epoch` are replaced.
    pub client: Client,
    pub secret: Option<Secret>,
}

/// Makes a client. Who is no full administrator of clients gives away only what the own token holds.
pub async fn create(identity: &Identity, caller: &Claims, c: CreateClient) -> Result<Client, IdentityError> {
    let now = identity.clock.now();
    let secret = c.secret.filter(|secret| !secret.expose().is_empty());
    valid(caller, &c.client, secret.is_some())?;
    let secret = match &secret {
        Some(secret) => ClientSecret::Hashed(identity.passwords.hash(secret).await?),
        None => ClientSecret::Empty,
    };
    let client = Client { secret, token_epoch: now.seconds(), updated_at: now, ..c.client };
    match identity.accounts.insert_client(&client).await {
        Ok(()) => Ok(client),
        Err(AccountsError::Taken) => Err(IdentityError::ClientTaken(client.id)),
        Err(error) => Err(error.into()),
    }
}

fn valid(caller: &Claims, client: &Client, has_secret: bool) -> Result<(), IdentityError> {
    let refuse = |text: String| Err(IdentityError::InvalidClient(text));
    if client.id.is_empty() || client.id.len() > 255 || client.id.chars().any(char::is_control) {
        return refuse("Client must have a valid clientId".to_owned());
    }
    if client.grant_types.is_empty() {
        return refuse("An authorized grant type must be provided.".to_owned());
    }
    if client.allows(&GrantType::ClientCredentials) && !has_secret {
        return refuse("Client secret is required for grant type client_credentials".to_owned());
    }
    if !caller.has_any_scope(&["clients.admin", "uaa.admin"]) {
        let given = client.scopes.iter().chain(&client.authorities);
        if let Some(foreign) =
            given.filter(|scope| *scope != "uaa.none").find(|scope| !caller.has_scope(scope))
        {
            return refuse(format!("{foreign} is not an allowed scope for caller"));
        }
    }
    Ok(())
}

/// Replaces what is said about a client but its secret. What it may no longer do, it may not from its next token on.
pub async fn update(identity: &Identity, caller: &Claims, client: Client) -> Result<Client, IdentityError> {
    let old = get(identity, &client.id).await?;
    valid(caller, &client, old.secret != ClientSecret::Empty)?;
    let now = identity.clock.now();
    let client = Client { secret: old.secret, token_epoch: old.token_epoch, updated_at: now, ..client };
    match identity.accounts.update_client(&client).await {
        Ok(()) => Ok(client),
        Err(AccountsError::NotFound) => Err(IdentityError::ClientNotFound(client.id)),
        Err(error) => Err(error.into()),
    }
}

/// A new secret for a client.
pub struct ChangeSecret {
    pub id: String,
    /// What it is now; an administrator of clients need not know it.
    pub old: Option<Secret>,
    pub new: Secret,
    /// The peer's address, as wrong old secrets are counted by it.
    pub address: String,
}

/// Gives a client a new secret; its tokens end. Who is no administrator of clients changes its own, and knows the old one.
pub async fn change_secret(
    identity: &Identity,
    caller: &Claims,
    c: ChangeSecret,
) -> Result<(), IdentityError> {
    let client = get(identity, &c.id).await?;
    if !caller.has_any_scope(&["clients.admin", "uaa.admin"]) {
        let refuse = |text: &str| IdentityError::InvalidClient(text.to_owned());
        if caller.client_id != c.id {
            return Err(refuse("Bad request. Not permitted to change another client's secret"));
        }
        let secret = c.old.unwrap_or_else(|| Secret::new(""));
        let given = ClientCredentials { id: c.id.clone(), secret, address: c.address };
        authenticate(identity, &given).await.map_err(|error| match error {
            IdentityError::BadClient => refuse("Previous secret is required and must be valid"),
            other => other,
        })?;
    }
    if c.new.expose().is_empty() {
        return Err(IdentityError::InvalidClient("The secret must not be empty".to_owned()));
    }
    let now = identity.clock.now();
    let changed = Client {
        secret: ClientSecret::Hashed(identity.passwords.hash(&c.new).await?),
        token_epoch: next_token_epoch(client.token_epoch, now),
        updated_at: now,
        ..client
    };
    match identity.accounts.update_client(&changed).await {
        Err(AccountsError::NotFound) => Err(IdentityError::ClientNotFound(c.id)),
        other => {
            identity.verifier.forget_all();
            Ok(other?)
        }
    }
}

/// Removes a client and gives it back; its tokens end.
pub async fn delete(identity: &Identity, id: &str) -> Result<Client, IdentityError> {
    let deleted = identity.accounts.delete_client(id).await?;
    identity.verifier.forget_all();
    deleted.ok_or_else(|| IdentityError::ClientNotFound(id.to_owned()))
}

//! Who asks.

use crate::guid::Guid;
use crate::list::Scope;
use crate::user::User;

/// The caller of an operation, as the verified token tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// A user's guid, or a client's id. It alone does not say who acts: roles are looked up by [`Actor::principal`].
    pub user: Guid<User>,
    /// User name, or client id; what audit events call `actor.name`.
    pub name: String,
    /// The user's e-mail as the token tells it; clients and jobs have none.
    pub email: Option<String>,
    /// What `user` is the name of: a user, a client, or the system itself.
    pub kind: ActorKind,
    pub scopes: Scopes,
}

/// Who holds roles. A client whose id is a user's guid is somebody else than that user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub guid: Guid<User>,
    pub is_client: bool,
}

impl Principal {
    pub fn user(guid: impl Into<Box<str>>) -> Self {
        Self { guid: Guid::new(guid), is_client: false }
    }

    pub fn client(id: impl Into<Box<str>>) -> Self {
        Self { guid: Guid::new(id), is_client: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    User,
    Client,
    /// The server itself, in jobs.
    System,
}

impl ActorKind {
    /// The `actor.type` of audit events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Client => "client",
            Self::System => "system",
        }
    }
}

/// The scopes of a token that mean something here (domain-rules 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    pub admin: bool,
    pub admin_read_only: bool,
    pub global_auditor: bool,
    pub read: bool,
    pub write: bool,
    pub update_build_state: bool,
}

impl Scopes {
    /// Reads the scopes out of a token's list; unknown ones do not count.
    pub fn of<'a>(list: impl IntoIterator<Item = &'a str>) -> Self {
        let mut scopes = Self::default();
        for scope in list {
            match scope {
                "cloud_controller.admin" => scopes.admin = true,
                "cloud_controller.admin_read_only" => scopes.admin_read_only = true,
                "cloud_controller.global_auditor" => scopes.global_auditor = true,
                "cloud_controller.read" => scopes.read = true,
                "cloud_controller.write" => scopes.write = true,
                "cloud_controller.update_build_state" => scopes.update_build_state = true,
                _ => {}
            }
        }
        scopes
    }

    /// Those of admin, read-only admin, global auditor.
    pub fn read_everything(self) -> bool {
        self.admin || self.admin_read_only || self.global_auditor
    }
}

impl Actor {
    /// Reads everything: admin, read-only admin, global auditor.
    pub fn is_global_reader(&self) -> bool {
        self.scopes.read_everything()
    }

    /// Whose roles count.
    pub fn principal(&self) -> Principal {
        Principal { guid: self.user.clone(), is_client: self.kind == ActorKind::Client }
    }

    /// What lists show this caller.
    pub fn scope(&self) -> Scope {
        if self.is_global_reader() { Scope::Everything } else { Scope::User(self.principal()) }
    }

    /// The server acting on its own account, with an admin's rights.
    pub fn system() -> Self {
        Self {
            user: Guid::new("system"),
            name: "system".to_owned(),
            email: None,
            kind: ActorKind::System,
            scopes: Scopes { admin: true, ..Scopes::default() },
        }
    }
}

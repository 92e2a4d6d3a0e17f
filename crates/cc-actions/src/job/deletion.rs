//! What a deletion that runs later has to know.

use cc_domain::actor::{Actor, ActorKind, Scopes};
use cc_domain::guid::Guid;
use serde::{Deserialize, Serialize};

/// The deletion of a `T` by a job, which is [`Work`](super::Work) beside the deletion itself.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Deletion<T> {
    pub(crate) guid: Guid<T>,
    /// Who asked for it. Jobs of the server itself have nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<By>,
}

#[derive(Serialize, Deserialize)]
struct By {
    guid: String,
    name: String,
    is_client: bool,
}

impl<T> Deletion<T> {
    pub(crate) fn of(guid: &Guid<T>, actor: &Actor) -> Self {
        let by = (actor.kind != ActorKind::System).then(|| By {
            guid: actor.user.as_str().to_owned(),
            name: actor.name.clone(),
            is_client: actor.kind == ActorKind::Client,
        });
        Self { guid: guid.clone(), by }
    }

    /// Who asked, for audit events: what they were allowed was decided then, so no scope comes along.
    pub(crate) fn actor(&self) -> Actor {
        match &self.by {
            None => Actor::system(),
            Some(by) => Actor {
                user: Guid::new(by.guid.as_str()),
                name: by.name.clone(),
                email: None,
                kind: if by.is_client { ActorKind::Client } else { ActorKind::User },
                scopes: Scopes::default(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn who_asked_comes_back_out_of_the_payload() {
        let ann = Actor {
            user: Guid::new("u1"),
            name: "ann".to_owned(),
            email: None,
            kind: ActorKind::User,
            scopes: Scopes { admin: true, ..Scopes::default() },
        };
        let stored = serde_json::to_value(Deletion::<()>::of(&Guid::new("g"), &ann)).unwrap();
        let read: Deletion<()> = serde_json::from_value(stored).unwrap();
        assert_eq!(read.actor(), Actor { scopes: Scopes::default(), ..ann });
        assert_eq!(read.guid.as_str(), "g");
    }

    #[test]
    fn a_payload_without_a_caller_is_the_servers_own() {
        let read: Deletion<()> = serde_json::from_value(json!({ "guid": "g" })).unwrap();
        assert_eq!(read.actor(), Actor::system());
    }
}

//! Who may read logs.

use crate::actor::{Principal, Scopes};
use crate::identity::{Claims, Surface};
use crate::list::Scope;

/// Scopes of the log system itself that show the logs of every source.
const ALL: &[&str] = &["doppler.firehose", "logs.admin"];

/// Whose logs a token shows: those of all sources, or those of the apps that its owner sees. `None`: it opens no logs.
pub fn readable(claims: &Claims) -> Option<Scope> {
    if !claims.opens(Surface::Logs) {
        return None;
    }
    let scopes = Scopes::of(claims.scopes.iter().map(String::as_str));
    if claims.has_any_scope(ALL) || scopes.read_everything() {
        return Some(Scope::Everything);
    }
    Some(Scope::User(match &claims.user {
        Some(user) => Principal::user(user.guid.as_str()),
        None => Principal::client(claims.client_id.as_str()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{TokenUser, audiences};
    use crate::time::Timestamp;

    fn token(scopes: &[&str], user: Option<&str>) -> Claims {
        let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Claims {
            jti: "j".to_owned(),
            session: None,
            client_id: "cf".to_owned(),
            grant_type: "password".to_owned(),
            audiences: audiences(&scopes, "cf"),
            scopes,
            user: user.map(|guid| TokenUser {
                guid: guid.to_owned(),
                username: String::new(),
                email: String::new(),
                origin: String::new(),
            }),
            auth_time: None,
            rev_sig: String::new(),
            issued_at: Timestamp::from_seconds(0),
            expires_at: Timestamp::from_seconds(10),
            issuer: String::new(),
        }
    }

    #[test]
    fn readers_of_everything_read_all_logs() {
        for scope in [
            "doppler.firehose",
            "logs.admin",
            "cloud_controller.admin",
            "cloud_controller.admin_read_only",
            "cloud_controller.global_auditor",
        ] {
            assert_eq!(readable(&token(&[scope], Some("u"))), Some(Scope::Everything), "{scope}");
        }
    }

    #[test]
    fn others_read_what_their_roles_show_them_and_a_client_is_no_user() {
        let scopes = ["cloud_controller.read", "openid"];
        assert_eq!(readable(&token(&scopes, Some("u"))), Some(Scope::User(Principal::user("u"))));
        assert_eq!(readable(&token(&scopes, None)), Some(Scope::User(Principal::client("cf"))));
    }

    #[test]
    fn a_token_for_something_else_opens_no_logs() {
        assert_eq!(readable(&token(&["openid", "uaa.admin"], Some("u"))), None);
        let refresh = Claims { jti: "j-r".to_owned(), ..token(&["logs.admin"], Some("u")) };
        assert_eq!(readable(&refresh), None);
    }
}

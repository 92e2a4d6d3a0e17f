//! Properties of the decision that hold for every rule.

use super::*;
use crate::actor::{ActorKind, Scopes};
use crate::guid::Guid;
use proptest::prelude::*;

fn actor(scopes: Scopes) -> Actor {
    Actor { user: Guid::new("u"), name: "u".into(), email: None, kind: ActorKind::User, scopes }
}

fn roles() -> impl Strategy<Value = RoleSet> {
    proptest::collection::vec(proptest::sample::select(&RoleKind::ALL[..]), 0..8)
        .prop_map(|v| v.into_iter().collect())
}

fn status() -> impl Strategy<Value = OrganizationStatus> {
    proptest::sample::select(vec![
        OrganizationStatus::Active,
        OrganizationStatus::Suspended,
        OrganizationStatus::Deleting,
    ])
}

fn standing() -> impl Strategy<Value = Standing> {
    (roles(), status(), status()).prop_map(|(roles, organization, space)| Standing {
        roles,
        organization,
        space,
    })
}

fn rules() -> impl Strategy<Value = Rule> {
    let blocked = proptest::sample::select(vec![Blocked::Never, Blocked::ByOrganization, Blocked::BySpace]);
    (roles(), roles(), blocked, any::<bool>()).prop_map(|(visible, allowed, blocked, write)| {
        if write { Rule::write(visible, allowed, blocked) } else { Rule::read_secret(visible, allowed) }
    })
}

proptest! {
    #[test]
    fn an_admin_may_do_everything(rule in rules(), standing in standing()) {
        let admin = actor(Scopes { admin: true, ..Scopes::default() });
        prop_assert_eq!(decide(&rule, &admin, &standing), Ok(()));
    }

    #[test]
    fn nobody_without_a_role_learns_that_something_exists(rule in rules(), organization in status(), space in status()) {
        let stranger = actor(Scopes { read: true, write: true, ..Scopes::default() });
        let standing = Standing { roles: RoleSet::NONE, organization, space };
        prop_assert_eq!(decide(&rule, &stranger, &standing), Err(Denied::NotVisible));
    }

    #[test]
    fn a_token_without_the_scope_opens_nothing(rule in rules(), standing in standing()) {
        prop_assert_eq!(decide(&rule, &actor(Scopes::default()), &standing), Err(Denied::NotAuthorized));
    }

    #[test]
    fn global_readers_never_write(standing in standing(), rule in rules()) {
        let reader = actor(Scopes { admin_read_only: true, global_auditor: true, ..Scopes::default() });
        if rule.verb == Verb::Write {
            prop_assert_eq!(decide(&rule, &reader, &standing), Err(Denied::NotAuthorized));
        }
    }

    #[test]
    fn suspension_stops_writes_only_and_in_order(rule in rules(), standing in standing()) {
        let user = actor(Scopes { read: true, write: true, ..Scopes::default() });
        let active = Standing { organization: OrganizationStatus::Active, space: OrganizationStatus::Active, ..standing };
        let decided = decide(&rule, &user, &standing);
        if decide(&rule, &user, &active).is_err() || rule.verb == Verb::Read {
            prop_assert_eq!(decided, decide(&rule, &user, &active));
        } else if rule.blocked_by != Blocked::Never && standing.organization != OrganizationStatus::Active {
            prop_assert!(matches!(decided, Err(Denied::OrganizationDeleting | Denied::OrganizationSuspended)));
        }
    }

    #[test]
    fn an_organization_manager_ignores_the_state_of_a_space(space in status()) {
        let user = actor(Scopes { read: true, write: true, ..Scopes::default() });
        let rule = Rule::write(RoleSet::SPACE_READERS, RoleSet::ORGANIZATION_MANAGERS, Blocked::BySpace);
        let standing = Standing { roles: RoleSet::ORGANIZATION_MANAGERS, organization: OrganizationStatus::Active, space };
        prop_assert_eq!(decide(&rule, &user, &standing), Ok(()));
    }
}

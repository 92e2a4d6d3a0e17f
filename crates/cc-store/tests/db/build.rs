//! Builders with defaults: `Build::on(&db).app("a", "space")`.

use super::Db;
use cc_domain::access::{OrganizationStatus, RoleKind};
use cc_domain::app::{App, EnvironmentVariables, Lifecycle};
use cc_domain::guid::Guid;
use cc_domain::list::PageRequest;
use cc_domain::metadata::{Key, Metadata};
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::role::{Role, RoleTarget};
use cc_domain::space::Space;
use cc_domain::store::{DynTx, Store};
use cc_domain::time::Timestamp;
use cc_domain::user::User;

pub fn guid<T: ?Sized>(text: &str) -> Guid<T> {
    Guid::new(text)
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Seconds after some fixed moment.
pub fn now(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

pub fn page(page: u32, per_page: u32) -> PageRequest {
    PageRequest { page: page.into(), per_page, ..PageRequest::default() }
}

/// Makes things in a transaction of its own each. The guid of a thing is its name.
pub struct Build<'a> {
    db: &'a Db,
}

impl<'a> Build<'a> {
    pub fn on(db: &'a Db) -> Self {
        Self { db }
    }

    async fn tx(&self) -> Box<DynTx> {
        self.db.begin().await.unwrap()
    }

    pub async fn organization(&self, text: &str) -> Organization {
        let organization = an_organization(text);
        let mut tx = self.tx().await;
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        organization
    }

    pub async fn space(&self, text: &str, organization: &str) -> Space {
        let space = a_space(text, organization);
        let mut tx = self.tx().await;
        tx.insert_space(&space).await.unwrap();
        tx.commit().await.unwrap();
        space
    }

    pub async fn app(&self, text: &str, space: &str) -> App {
        self.app_with(an_app(text, space), &EnvironmentVariables::default()).await
    }

    pub async fn app_with(&self, app: App, environment: &EnvironmentVariables) -> App {
        let mut tx = self.tx().await;
        tx.insert_app(&app, environment).await.unwrap();
        tx.commit().await.unwrap();
        app
    }

    /// Gives the role, and makes the user's row if it is not there.
    pub async fn role(&self, kind: RoleKind, user: &str, place: &str) -> Role {
        let target = if kind.is_of_organization() {
            RoleTarget::Organization(guid(place))
        } else {
            RoleTarget::Space(guid(place))
        };
        let role = Role {
            guid: guid(&format!("{kind}-{user}-{place}")),
            kind,
            user: guid(user),
            target,
            created_at: now(0),
            updated_at: now(0),
        };
        let mut tx = self.tx().await;
        tx.ensure_user(&a_user(user)).await.unwrap();
        tx.insert_role(&role).await.unwrap();
        tx.commit().await.unwrap();
        role
    }
}

pub fn an_organization(text: &str) -> Organization {
    Organization {
        guid: guid(text),
        name: name(text),
        status: OrganizationStatus::Active,
        quota: guid("quota"),
        metadata: Metadata::default(),
        created_at: now(0),
        updated_at: now(0),
    }
}

pub fn a_space(text: &str, organization: &str) -> Space {
    Space {
        guid: guid(text),
        name: name(text),
        organization: guid(organization),
        status: OrganizationStatus::Active,
        quota: None,
        is_ssh_allowed: true,
        metadata: Metadata::default(),
        created_at: now(0),
        updated_at: now(0),
    }
}

pub fn an_app(text: &str, space: &str) -> App {
    let lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
    App::new(guid(text), name(text), guid(space), lifecycle, Metadata::default(), now(0))
}

pub fn a_user(text: &str) -> User {
    User {
        guid: guid(text),
        is_client: false,
        metadata: Metadata::default(),
        created_at: now(0),
        updated_at: now(0),
    }
}

/// `labels(&[("a", "b")])`, with the same as annotations.
pub fn metadata(pairs: &[(&str, &str)]) -> Metadata {
    let map = || pairs.iter().map(|(k, v)| (Key::parse(k).unwrap(), (*v).to_owned())).collect();
    Metadata {
        labels: map(),
        annotations: map().into_iter().map(|(key, value)| (key, Some(value))).collect(),
    }
}

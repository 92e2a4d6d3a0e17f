//! Builders with defaults: `an_organization().named("x").create(&api).await`. They write to the store, past the API.

use super::TestApi;
use cc_domain::access::{OrganizationStatus, RoleKind, SpaceStatus};
use cc_domain::feature_flag::FlagOverride;
use cc_domain::guid::Guid;
use cc_domain::metadata::Metadata;
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::role::{Role, RoleTarget};
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use cc_domain::user::User;

/// An organization with a name of its own.
#[derive(Default)]
pub struct AnOrganization {
    name: Option<String>,
    status: OrganizationStatus,
}

pub fn an_organization() -> AnOrganization {
    AnOrganization::default()
}

impl AnOrganization {
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    pub fn suspended(mut self) -> Self {
        self.status = OrganizationStatus::Suspended;
        self
    }

    pub fn being_deleted(mut self) -> Self {
        self.status = OrganizationStatus::Deleting;
        self
    }

    pub async fn create(self, api: &TestApi) -> Organization {
        let (guid, now) = (api.ports.new_guid::<Organization>(), api.ports.now());
        let organization = Organization {
            name: Name::parse(self.name.as_deref().unwrap_or(&format!("org-{guid}"))).unwrap(),
            guid,
            status: self.status,
            quota: "default-quota".into(),
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = api.store().begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        organization
    }
}

/// A space; without an organization it makes one.
#[derive(Default)]
pub struct ASpace {
    name: Option<String>,
    organization: Option<Guid<Organization>>,
    status: SpaceStatus,
}

pub fn a_space() -> ASpace {
    ASpace::default()
}

impl ASpace {
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    pub fn in_organization(mut self, organization: &Organization) -> Self {
        self.organization = Some(organization.guid.clone());
        self
    }

    pub fn suspended(mut self) -> Self {
        self.status = SpaceStatus::Suspended;
        self
    }

    pub async fn create(self, api: &TestApi) -> Space {
        let organization = match self.organization {
            Some(guid) => guid,
            None => an_organization().create(api).await.guid,
        };
        let (guid, now) = (api.ports.new_guid::<Space>(), api.ports.now());
        let space = Space {
            name: Name::parse(self.name.as_deref().unwrap_or(&format!("space-{guid}"))).unwrap(),
            guid,
            organization,
            status: self.status,
            quota: None,
            is_ssh_allowed: true,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = api.store().begin().await.unwrap();
        tx.insert_space(&space).await.unwrap();
        tx.commit().await.unwrap();
        space
    }
}

/// Where a role can be held.
pub trait Place {
    fn target(&self) -> RoleTarget;
    /// The organization that it is or lies in.
    fn organization(&self) -> RoleTarget;
}

impl Place for Organization {
    fn target(&self) -> RoleTarget {
        RoleTarget::Organization(self.guid.clone())
    }

    fn organization(&self) -> RoleTarget {
        self.target()
    }
}

impl Place for Space {
    fn target(&self) -> RoleTarget {
        RoleTarget::Space(self.guid.clone())
    }

    fn organization(&self) -> RoleTarget {
        RoleTarget::Organization(self.organization.clone())
    }
}

impl TestApi {
    /// Switches a feature flag by its name.
    pub async fn set_flag(&self, name: &str, is_enabled: bool) {
        let value = FlagOverride { is_enabled, custom_error_message: None, updated_at: self.ports.now() };
        let mut tx = self.store().begin().await.unwrap();
        tx.save_feature_flag(name.parse().unwrap(), &value).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Gives `user` the role there; a role of a space comes with the membership that it needs.
    pub async fn give(&self, kind: RoleKind, user: &str, place: &impl Place) -> Role {
        let mut tx = self.store().begin().await.unwrap();
        let user: Guid<User> = user.into();
        if !kind.is_of_organization() {
            let organization = place.organization();
            if !tx.has_role(&user, RoleKind::OrganizationUser, &organization).await.unwrap() {
                self.insert(tx.as_mut(), RoleKind::OrganizationUser, &user, organization).await;
            }
        }
        let role = self.insert(tx.as_mut(), kind, &user, place.target()).await;
        tx.commit().await.unwrap();
        role
    }

    async fn insert(&self, tx: &mut DynTx, kind: RoleKind, user: &Guid<User>, target: RoleTarget) -> Role {
        let now = self.ports.now();
        let row = User {
            guid: user.clone(),
            is_client: user.as_str().starts_with("client-"),
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        tx.ensure_user(&row).await.unwrap();
        let role = Role {
            guid: self.ports.new_guid(),
            kind,
            user: user.clone(),
            target,
            created_at: now,
            updated_at: now,
        };
        tx.insert_role(&role).await.unwrap();
        role
    }
}

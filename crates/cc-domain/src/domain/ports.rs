//! How domains are kept.

use super::{Domain, DomainFilter, DomainName, Neighbours};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::organization::Organization;
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait DomainReads {
    /// The domain if it exists and `scope` shows it: shared ones to everyone, private ones to managers, auditors and holders of any space
    /// role of an organization that owns it or that it is shared with.
    async fn find_domain(&mut self, guid: &Guid<Domain>, scope: &Scope)
    -> Result<Option<Domain>, StoreError>;
    async fn list_domains(
        &mut self,
        filter: &DomainFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Domain>, StoreError>;
    /// Those of the given domains that exist, in insertion order, whether visible or not: for `include`.
    async fn domains_by_guid(&mut self, guids: &[Guid<Domain>]) -> Result<Vec<Domain>, StoreError>;
    /// Those called so, ignoring case, whether visible or not.
    async fn domains_by_name(&mut self, names: &[String]) -> Result<Vec<Domain>, StoreError>;
    /// All that spaces of the organization may use, in insertion order.
    async fn domains_usable_by(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<Domain>, StoreError>;
    /// What exists around a wanted name; `system_hosts` is left empty.
    async fn domain_neighbours(&mut self, name: &DomainName) -> Result<Neighbours, StoreError>;
    /// Whether spaces of the organization have routes on the domain.
    async fn has_routes_in(
        &mut self,
        domain: &Guid<Domain>,
        organization: &Guid<Organization>,
    ) -> Result<bool, StoreError>;
    async fn count_private_domains(&mut self, owner: &Guid<Organization>) -> Result<u64, StoreError>;
}

#[async_trait]
pub trait DomainWrites: DomainReads {
    /// Reads the domain and locks its row until the transaction ends. `None` if there is none.
    async fn lock_domain(&mut self, guid: &Guid<Domain>) -> Result<Option<Domain>, StoreError>;
    /// [`StoreError::Taken`] `domains_name_key_key` if the name is in use.
    async fn insert_domain(&mut self, domain: &Domain) -> Result<(), StoreError>;
    /// Writes metadata and the organizations it is shared with.
    async fn update_domain(&mut self, domain: &Domain) -> Result<(), StoreError>;
    /// Removes the row and its metadata. Its routes must be gone before.
    async fn delete_domain(&mut self, guid: &Guid<Domain>) -> Result<(), StoreError>;
}

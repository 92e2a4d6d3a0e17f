//! What is asked about domains.

use super::list;
use crate::any::dsl::{Pred, TextOneOf};
use crate::errors::failed;
use crate::schema::{domains, organizations, routes, spaces};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::domain::ports::DomainReads;
use cc_domain::domain::{Domain, DomainFilter, DomainName, Neighbours};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::name::fold;
use cc_domain::organization::Organization;
use cc_domain::route::{Host, fqdn};
use cc_domain::store::StoreError;
use diesel::dsl::{count_star, exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Routes whose name may equal a wanted one are looked up by the domain above; more than this many on one host are no use.
const MAX_NEIGHBOURS: i64 = 1_000;

impl<A: Access> Session<A> {
    /// Names of routes, without path, that equal one of `names`: on each domain above or at the name, the host that completes it.
    async fn route_names(&mut self, names: &[String], above: &[Domain]) -> Result<Vec<String>, StoreError> {
        let hosts: Vec<String> = names
            .iter()
            .flat_map(|name| {
                above.iter().filter_map(move |domain| {
                    let key = domain.name.key();
                    if *name == key {
                        Some(String::new())
                    } else {
                        name.strip_suffix(&format!(".{key}")).map(str::to_owned)
                    }
                })
            })
            .collect();
        let rows: Vec<(String, String)> = routes::table
            .inner_join(domains::table)
            .filter(routes::host_key.one_of(&hosts))
            .filter(domains::name_key.one_of(&above.iter().map(|d| d.name.key()).collect::<Vec<_>>()))
            .select((routes::host, domains::name))
            .distinct()
            .limit(MAX_NEIGHBOURS)
            .load(self.conn())
            .await
            .map_err(failed)?;
        let named = rows
            .into_iter()
            .filter_map(|(host, domain)| Some(fqdn(&Host::parse(&host).ok()?, &DomainName::stored(domain))));
        Ok(named.filter(|name| names.contains(&fold(name))).collect())
    }
}

#[async_trait]
impl<A: Access> DomainReads for Session<A> {
    async fn find_domain(
        &mut self,
        guid: &Guid<Domain>,
        scope: &Scope,
    ) -> Result<Option<Domain>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_domains(
        &mut self,
        filter: &DomainFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Domain>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn domains_by_guid(&mut self, guids: &[Guid<Domain>]) -> Result<Vec<Domain>, StoreError> {
        self.by_guids(guids).await
    }

    async fn domains_by_name(&mut self, names: &[String]) -> Result<Vec<Domain>, StoreError> {
        let keys: Vec<String> = names.iter().map(|name| fold(name)).collect();
        self.load_where(Pred::new(domains::name_key.one_of(&keys))).await
    }

    async fn domains_usable_by(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<Domain>, StoreError> {
        self.load_where(list::usable_by(organization)).await
    }

    async fn domain_neighbours(&mut self, name: &DomainName) -> Result<Neighbours, StoreError> {
        let mut names = name.suffixes();
        let key = name.key();
        if !names.contains(&key) {
            names.push(key.clone());
        }
        let above: Vec<Domain> = self.load_where(Pred::new(domains::name_key.one_of(&names))).await?;
        // Names have letters, digits, '-' and '.' only, so nothing in one is special to LIKE.
        let below = self.load_where(Pred::new(domains::name_key.like(format!("%.{key}")))).await?;
        let routes = self.route_names(&names, &above).await?;
        Ok(Neighbours { above, below, routes, system_hosts: Vec::new() })
    }

    async fn has_routes_in(
        &mut self,
        domain: &Guid<Domain>,
        organization: &Guid<Organization>,
    ) -> Result<bool, StoreError> {
        let theirs = routes::table
            .inner_join(domains::table)
            .inner_join(spaces::table.inner_join(organizations::table))
            .filter(domains::guid.eq(domain.as_str()))
            .filter(organizations::guid.eq(organization.as_str()));
        select(exists(theirs)).get_result(self.conn()).await.map_err(failed)
    }

    async fn count_private_domains(&mut self, owner: &Guid<Organization>) -> Result<u64, StoreError> {
        let count: i64 = domains::table
            .inner_join(organizations::table)
            .filter(organizations::guid.eq(owner.as_str()))
            .select(count_star())
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

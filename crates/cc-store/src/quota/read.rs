//! What is asked about limits and usage.

use crate::any::Conn;
use crate::any::dsl::TextOneOf;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::with_guid;
use crate::process::megabytes;
use crate::schema::{apps, domains, organizations, processes, routes, spaces, tasks};
use crate::session::{Access, Session};
use crate::task::states;
use crate::{organization_quota, space_quota};
use async_trait::async_trait;
use cc_domain::app::{App, DesiredState};
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use cc_domain::quota::ports::QuotaReads;
use cc_domain::quota::{Bounds, Limits, PlaceLimits, Quotas, Usage, UsageSummary};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use cc_domain::task::TaskState;
use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The limits of the space that the set holds: three statements, of which the last is left out if it has no quota.
async fn limits(conn: &mut Conn, which: IdSet<spaces::table>) -> Result<Option<PlaceLimits>, StoreError> {
    type Names = (String, String, Option<i64>, String, String, i64);
    let found: Option<Names> = spaces::table
        .inner_join(organizations::table)
        .filter(spaces::id.in_set(which))
        .select((
            spaces::guid,
            spaces::name,
            spaces::quota_id,
            organizations::guid,
            organizations::name,
            organizations::quota_id,
        ))
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    let Some((space, space_name, own, organization, organization_name, around)) = found else {
        return Ok(None);
    };
    let bounds = |name, limits| Bounds { name, limits, usage: Usage::default() };
    let around = organization_quota::limits_of(conn, around).await?;
    let own = match own {
        None => None,
        Some(id) => space_quota::limits_of(conn, id).await?,
    };
    let quotas = Quotas {
        space: own.map(|limits| bounds(space_name, limits)),
        organization: around.map(|limits| bounds(organization_name, limits)),
    };
    Ok(Some(PlaceLimits { space: Guid::new(space), organization: Guid::new(organization), quotas }))
}

/// What so many processes of this size use.
fn usage(memory: i32, instances: i32, log_rate: i64, processes: i64) -> Usage {
    let count = InstanceCount::new(i64::from(instances)).unwrap_or(InstanceCount::ZERO);
    let (memory, log_rate) = (Megabytes::new(i64::from(memory)), LogRate::new(log_rate));
    Usage::of(memory.unwrap_or(Megabytes::MIN), count, log_rate.unwrap_or(LogRate::UNLIMITED))
        .times(number(processes))
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// What the pending and running tasks of the organization use, by space.
async fn tasks_by_space(
    conn: &mut Conn,
    organization: &Guid<Organization>,
) -> Result<Vec<(Guid<Space>, Usage)>, StoreError> {
    let rows: Vec<(String, i32, i64, i64)> = tasks::table
        .inner_join(apps::table.inner_join(spaces::table))
        .filter(spaces::organization_id.in_set(with_guid(organization)))
        .filter(tasks::state.one_of(&states(TaskState::is_counted)))
        .group_by((spaces::guid, tasks::memory_mb, tasks::log_rate_limit))
        .select((spaces::guid, tasks::memory_mb, tasks::log_rate_limit, count_star()))
        .load(conn)
        .await
        .map_err(failed)?;
    let used = rows.into_iter().map(|(space, memory, log_rate, tasks)| {
        Ok((Guid::new(space), usage_of_tasks(memory, log_rate, tasks)?))
    });
    used.collect()
}

/// What so many tasks of this size use.
fn usage_of_tasks(memory: i32, log_rate: i64, tasks: i64) -> Result<Usage, StoreError> {
    let one = Usage::of_task(megabytes(memory)?, LogRate::new(log_rate).unwrap_or(LogRate::UNLIMITED));
    Ok(one.times(number(tasks)))
}

#[async_trait]
impl<A: Access> QuotaReads for Session<A> {
    async fn limits_of_space(&mut self, space: &Guid<Space>) -> Result<Option<PlaceLimits>, StoreError> {
        limits(self.conn(), with_guid(space)).await
    }

    async fn limits_of_app(&mut self, app: &Guid<App>) -> Result<Option<PlaceLimits>, StoreError> {
        let this = apps::table.filter(apps::guid.eq(app.as_str().to_owned()));
        limits(self.conn(), IdSet::of(this, apps::space_id)).await
    }

    async fn limits_of_organization(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Option<Limits>, StoreError> {
        let quota: Option<i64> = organizations::table
            .filter(organizations::guid.eq(organization.as_str()))
            .select(organizations::quota_id)
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        match quota {
            None => Ok(None),
            Some(id) => organization_quota::limits_of(self.conn(), id).await,
        }
    }

    async fn running_by_space(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<(Guid<Space>, Usage)>, StoreError> {
        // Processes of one size are one row. Their sums are not the database's: those of large sizes would be past its integers.
        let size = (processes::memory_mb, processes::instances, processes::log_rate_limit);
        let rows: Vec<(String, (i32, i32, i64), i64)> = processes::table
            .inner_join(apps::table.inner_join(spaces::table))
            .filter(spaces::organization_id.in_set(with_guid(organization)))
            .filter(processes::state.eq(DesiredState::Started.as_str()))
            .group_by((spaces::guid, processes::memory_mb, processes::instances, processes::log_rate_limit))
            .select((spaces::guid, size, count_star()))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let used = rows.into_iter().map(|(space, (memory, instances, log_rate), processes)| {
            (Guid::new(space), usage(memory, instances, log_rate, processes))
        });
        let mut used: Vec<_> = used.collect();
        used.extend(tasks_by_space(self.conn(), organization).await?);
        Ok(used)
    }

    async fn usage_of_platform(&mut self) -> Result<UsageSummary, StoreError> {
        let size = (processes::memory_mb, processes::instances, processes::log_rate_limit);
        let running: Vec<((i32, i32, i64), i64)> = processes::table
            .filter(processes::state.eq(DesiredState::Started.as_str()))
            .group_by((processes::memory_mb, processes::instances, processes::log_rate_limit))
            .select((size, count_star()))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let (routes, ports): (i64, i64) = routes::table
            .inner_join(domains::table)
            .select((count_star(), count(domains::router_group_guid)))
            .first(self.conn())
            .await
            .map_err(failed)?;
        let domains: i64 = domains::table
            .filter(domains::organization_id.is_not_null())
            .select(count_star())
            .first(self.conn())
            .await
            .map_err(failed)?;
        let routes = Usage { routes: number(routes), reserved_ports: number(ports), ..Usage::default() };
        let tasks: Vec<((i32, i64), i64)> = tasks::table
            .filter(tasks::state.one_of(&states(TaskState::is_counted)))
            .group_by((tasks::memory_mb, tasks::log_rate_limit))
            .select(((tasks::memory_mb, tasks::log_rate_limit), count_star()))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let mut sum = routes;
        for ((memory, instances, log_rate), processes) in running {
            sum = sum.and(usage(memory, instances, log_rate, processes));
        }
        for ((memory, log_rate), tasks) in tasks {
            sum = sum.and(usage_of_tasks(memory, log_rate, tasks)?);
        }
        Ok(UsageSummary { usage: sum, domains: number(domains) })
    }

    async fn routes_by_space(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<(Guid<Space>, Usage)>, StoreError> {
        let rows: Vec<(String, i64, i64)> = routes::table
            .inner_join(spaces::table)
            .inner_join(domains::table)
            .filter(spaces::organization_id.in_set(with_guid(organization)))
            .group_by(spaces::guid)
            .select((spaces::guid, count_star(), count(domains::router_group_guid)))
            .load(self.conn())
            .await
            .map_err(failed)?;
        let used = rows.into_iter().map(|(space, routes, ports)| {
            let usage = Usage { routes: number(routes), reserved_ports: number(ports), ..Usage::default() };
            (Guid::new(space), usage)
        });
        Ok(used.collect())
    }
}

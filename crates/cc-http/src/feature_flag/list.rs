//! `feature_flags_list`: there are few, so the page is cut from all of them.

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, feature_flag};
use cc_domain::feature_flag::{FeatureFlag, FeatureFlags};
use cc_domain::list::{OrderKey, Page, TimeFilter};
use cc_domain::time::Timestamp;

const SPEC: ListSpec = ListSpec {
    checks: &[Check::Unknown, Check::Never("created_ats")],
    order_by: &[("name", OrderKey::Name)],
    orders_by_own_only: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let flags = feature_flag::read(ctx.call()?).await?;
    let found = cut(&query, &flags);
    let show = |flag: &FeatureFlag| present::feature_flag(&ctx.links, *flag, &flags);
    page(&ctx.links, "/v3/feature_flags", &query, &found, show, None)
}

fn cut(query: &ListQuery, flags: &FeatureFlags) -> Page<FeatureFlag> {
    let mut all: Vec<_> = FeatureFlag::ALL.iter().copied().filter(|f| is_meant(query, flags, *f)).collect();
    if query.page.order.descending {
        all.reverse();
    }
    let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let skipped = usize::try_from(query.page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(query.page.per_page).unwrap_or(usize::MAX);
    let items: Vec<_> = all.into_iter().skip(skipped).take(size).collect();
    Page { total, items }
}

/// A filter by time leaves only what somebody set.
fn is_meant(query: &ListQuery, flags: &FeatureFlags, flag: FeatureFlag) -> bool {
    let updated = flags.overrides.get(&flag).map(|o| o.updated_at);
    query.filter.updated.iter().all(|filter| updated.is_some_and(|moment| holds(filter, moment)))
}

fn holds(filter: &TimeFilter, moment: Timestamp) -> bool {
    let micros = moment.micros();
    let within = |(from, to): (Option<i64>, Option<i64>)| {
        from.is_none_or(|f| micros >= f) && to.is_none_or(|t| micros < t)
    };
    filter.intervals().into_iter().any(within)
}

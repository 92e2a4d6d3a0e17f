//! Which instance a request goes to.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::HeaderMap;

use super::dice::Dice;
use super::sticky::Wish;
use super::target::{Balance, Group, Instance, Target};

pub(super) struct Choice<'a> {
    pub target: &'a Target,
    pub headers: &'a HeaderMap,
    pub wish: Option<&'a Wish>,
    /// Instances that already refused this request.
    pub tried: &'a [Arc<Instance>],
    pub max_in_flight: Option<u32>,
    pub now_ms: u64,
    pub dice: &'a Dice,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoChoice {
    /// All have been tried, or there are none.
    NoneLeft,
    LimitReached,
}

impl<'a> Choice<'a> {
    pub fn pick(&self) -> Result<&'a Arc<Instance>, NoChoice> {
        let untried = |instance: &Instance| self.may(instance);
        let open = |instance: &Instance| untried(instance) && !self.is_full(instance);
        let good = |instance: &Instance| open(instance) && !instance.endpoint.is_failed(self.now_ms);
        // A failed instance is better than none.
        if let Some(found) = self.pick_of(good).or_else(|| self.pick_of(open)) {
            return Ok(found);
        }
        let is_any_left = self.target.instances().any(|instance| untried(instance));
        Err(if is_any_left { NoChoice::LimitReached } else { NoChoice::NoneLeft })
    }

    /// The instance with this guid, if it is in order.
    pub fn bound(&self, guid: &str) -> Option<&'a Arc<Instance>> {
        let is_good = |instance: &Instance| {
            self.may(instance) && !self.is_full(instance) && !instance.endpoint.is_failed(self.now_ms)
        };
        self.target.instances().find(|instance| *instance.guid == *guid && is_good(instance))
    }

    fn may(&self, instance: &Instance) -> bool {
        let is_tried = || self.tried.iter().any(|tried| Arc::ptr_eq(&tried.endpoint, &instance.endpoint));
        self.wish.is_none_or(|wish| wish.admits(instance)) && !is_tried()
    }

    fn is_full(&self, instance: &Instance) -> bool {
        self.max_in_flight.is_some_and(|max| instance.endpoint.in_flight() >= max)
    }

    fn pick_of(&self, may: impl Fn(&Instance) -> bool) -> Option<&'a Arc<Instance>> {
        let group = self.group(&may)?;
        match &self.target.balance {
            Balance::RoundRobin => round_robin(group, may),
            Balance::LeastConnection => self.least_connection(group, may),
            Balance::Hash { header, factor } => match self.headers.get(header) {
                Some(key) => hashed(group, key.as_bytes(), *factor, may),
                None => round_robin(group, may),
            },
        }
    }

    /// Weighted, among those that have an instance to offer.
    fn group(&self, may: &impl Fn(&Instance) -> bool) -> Option<&'a Group> {
        let groups = &self.target.groups;
        if !self.target.has_weights {
            return groups.first();
        }
        let offers =
            |group: &&Group| group.weight > 0 && group.instances.iter().any(|instance| may(instance));
        let total: usize = groups.iter().filter(offers).map(|group| group.weight as usize).sum();
        let mut roll = self.dice.below(total);
        groups.iter().filter(offers).find(|group| {
            let weight = group.weight as usize;
            let is_hit = roll < weight;
            roll = roll.saturating_sub(weight);
            is_hit
        })
    }

    /// Of several with the least, any.
    fn least_connection(
        &self,
        group: &'a Group,
        may: impl Fn(&Instance) -> bool,
    ) -> Option<&'a Arc<Instance>> {
        let start = self.dice.below(group.instances.len());
        from(group, start)
            .filter(|instance| may(instance))
            .min_by_key(|instance| instance.endpoint.in_flight())
    }
}

fn round_robin(group: &Group, may: impl Fn(&Instance) -> bool) -> Option<&Arc<Instance>> {
    let turn = group.next.fetch_add(1, Ordering::Relaxed);
    let start = turn.checked_rem(group.instances.len())?;
    from(group, start).find(|instance| may(instance))
}

/// The instances, beginning in the middle. `min_by_key` and `find` then prefer the one at `start`.
fn from(group: &Group, start: usize) -> impl Iterator<Item = &Arc<Instance>> {
    let (front, back) = group.instances.split_at_checked(start).unwrap_or((&group.instances, &[]));
    back.iter().chain(front)
}

/// Rendezvous hashing: every key ranks the instances in its own order, so one that comes or goes moves only its own keys.
/// An instance above `factor` times the average load passes its keys to the next in rank.
fn hashed<'a>(
    group: &'a Group,
    key: &[u8],
    factor: Option<f64>,
    may: impl Fn(&Instance) -> bool,
) -> Option<&'a Arc<Instance>> {
    let rank = |instance: &&Arc<Instance>| {
        let mut hasher = DefaultHasher::new();
        (key, &instance.guid).hash(&mut hasher);
        hasher.finish()
    };
    let candidates = || group.instances.iter().filter(|instance| may(instance));
    if let Some(factor) = factor {
        let (count, load) = candidates().fold((0_u32, 0_u32), |(count, load), instance| {
            (count + 1, load.saturating_add(instance.endpoint.in_flight()))
        });
        let bound = factor * f64::from(load.saturating_add(1)) / f64::from(count.max(1));
        let has_room = |instance: &&Arc<Instance>| f64::from(instance.endpoint.in_flight()) < bound;
        if let Some(found) = candidates().filter(has_room).max_by_key(rank) {
            return Some(found);
        }
    }
    candidates().max_by_key(rank)
}

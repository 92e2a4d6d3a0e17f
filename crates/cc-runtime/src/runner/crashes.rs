//! Crash counts survive the server, so that a restart of it is no way around the backoff.

use super::decide::{self, Next, Phase};
use super::slot::Slot;
use super::{Shared, stored};
use std::collections::BTreeMap;

/// Count and time of the last crash, by index.
type Counts = BTreeMap<u32, (u32, i64)>;

impl Shared {
    pub(super) fn save_crashes(&self, key: &str, slots: &BTreeMap<u32, Slot>) {
        let crashed = slots.iter().filter(|(_, slot)| slot.crash_count > 0);
        let counts: Counts =
            crashed.map(|(index, slot)| (*index, (slot.crash_count, slot.since_ns))).collect();
        if let Err(error) = stored::save(&self.sealer, &self.crashes, key, &counts) {
            tracing::warn!(%error, "crash counts are not saved");
        }
    }

    /// Slots of the indices that have crashed, waiting as long as they would have without a new server.
    pub(super) fn remember_crashes(&self, key: &str) -> BTreeMap<u32, Slot> {
        let path = self.crashes.join(format!("{key}.json"));
        let counts: Counts = stored::load(&self.sealer, &path).ok().flatten().unwrap_or_default();
        counts.into_iter().map(|(index, (count, at_ns))| (index, self.crashed_slot(count, at_ns))).collect()
    }

    fn crashed_slot(&self, count: u32, at_ns: i64) -> Slot {
        let age = u64::try_from(crate::clock::now_ns().saturating_sub(at_ns) / 1_000_000).unwrap_or(0);
        let phase = match decide::crash(count.saturating_sub(1), 0).next {
            Next::AfterMs(wait) if wait > age => {
                Phase::Crashed { until_ms: Some(self.now_ms() + (wait - age)) }
            }
            Next::Never => Phase::Crashed { until_ms: None },
            Next::AtOnce | Next::AfterMs(_) => Phase::Idle,
        };
        Slot { phase, crash_count: count, since_ns: at_ns, ..Slot::default() }
    }
}

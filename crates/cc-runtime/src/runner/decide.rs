//! What to do about the instances of a process: pure functions of what is wanted, what is there and the time.

use std::collections::BTreeMap;

/// Where one index stands. Times are milliseconds of a clock that never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// To be started as soon as there is room.
    Idle,
    /// Being made, or not healthy yet.
    Starting,
    Running,
    /// Asked to end.
    Stopping,
    /// Waits for its next start; None: it stays down.
    Crashed {
        until_ms: Option<u64>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Stop(u32),
    /// Nothing runs and nothing is wanted.
    Drop(u32),
}

/// How often an instance without room is tried.
pub(crate) const RETRY_MS: u64 = 30_000;

/// What to do about the indices beyond `0..wanted`, from the highest down.
pub(crate) fn surplus(wanted: u32, slots: &BTreeMap<u32, Phase>) -> Vec<Action> {
    let beyond = slots.range(wanted..).rev().filter_map(|(index, phase)| match phase {
        Phase::Starting | Phase::Running => Some(Action::Stop(*index)),
        Phase::Stopping => None,
        Phase::Idle | Phase::Crashed { .. } => Some(Action::Drop(*index)),
    });
    beyond.collect()
}

/// The indices of `0..wanted` to start, lowest first. Lazy, since a wish may be for thousands of millions and there is room for few.
pub(crate) fn missing(wanted: u32, slots: &BTreeMap<u32, Phase>, now_ms: u64) -> impl Iterator<Item = u32> {
    (0..wanted).filter(move |index| match slots.get(index) {
        None | Some(Phase::Idle) => true,
        Some(Phase::Crashed { until_ms: Some(until_ms) }) => *until_ms <= now_ms,
        Some(Phase::Starting | Phase::Running | Phase::Stopping | Phase::Crashed { until_ms: None }) => false,
    })
}

/// When [`missing`] may have something new to say without anything happening.
pub(crate) fn wake_ms(slots: &BTreeMap<u32, Phase>) -> Option<u64> {
    let times = slots.values().filter_map(|phase| match phase {
        Phase::Crashed { until_ms } => *until_ms,
        _ => None,
    });
    times.min()
}

/// What a crash leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crash {
    /// This one included.
    pub count: u32,
    pub next: Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    AtOnce,
    AfterMs(u64),
    Never,
}

const HEALTHY_FOR_MS: u64 = 5 * 60 * 1000;
const FIRST_WAIT_MS: u64 = 30_000;
const LONGEST_WAIT_MS: u64 = 16 * 60 * 1000;
const MOST: u32 = 200;

/// `count` is the number of crashes before; `ran_ms` how long the instance was running, 0 if it never was.
pub(crate) fn crash(count: u32, ran_ms: u64) -> Crash {
    let before = if ran_ms >= HEALTHY_FOR_MS { 0 } else { count };
    let count = before.saturating_add(1);
    let next = match count {
        ..=2 => Next::AtOnce,
        MOST.. => Next::Never,
        _ => Next::AfterMs(FIRST_WAIT_MS.saturating_mul(1 << (count - 3).min(16)).min(LONGEST_WAIT_MS)),
    };
    Crash { count, next }
}

#[cfg(test)]
mod tests {
    use super::{Action, Next, Phase, crash, missing, surplus, wake_ms};
    use proptest::collection::btree_map;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use std::collections::BTreeMap;

    fn phases() -> impl Strategy<Value = Phase> {
        prop_oneof![
            Just(Phase::Idle),
            Just(Phase::Starting),
            Just(Phase::Running),
            Just(Phase::Stopping),
            any::<Option<u64>>().prop_map(|until_ms| Phase::Crashed { until_ms }),
        ]
    }

    fn carry_out(wanted: u32, slots: &mut BTreeMap<u32, Phase>, now: u64) {
        for action in surplus(wanted, slots) {
            match action {
                Action::Stop(index) => drop(slots.insert(index, Phase::Stopping)),
                Action::Drop(index) => drop(slots.remove(&index)),
            }
        }
        for index in missing(wanted, &slots.clone(), now) {
            slots.insert(index, Phase::Starting);
        }
    }

    proptest! {
        #[test]
        fn a_plan_carried_out_leaves_nothing_to_do(
            wanted in 0_u32..10, mut slots in btree_map(0_u32..20, phases(), 0..20), now: u64,
        ) {
            carry_out(wanted, &mut slots, now);
            prop_assert_eq!(surplus(wanted, &slots), vec![]);
            prop_assert_eq!(missing(wanted, &slots, now).next(), None);
            for index in 0..wanted {
                prop_assert!(slots.contains_key(&index));
            }
            for (index, phase) in &slots {
                prop_assert!(*index < wanted || *phase == Phase::Stopping);
            }
        }

        #[test]
        fn what_runs_and_is_wanted_is_left_alone(wanted in 0_u32..10, slots in btree_map(0_u32..20, phases(), 0..20), now: u64) {
            for index in missing(wanted, &slots, now) {
                prop_assert!(!matches!(
                    slots.get(&index), Some(Phase::Starting | Phase::Running | Phase::Stopping)));
            }
            for action in surplus(wanted, &slots) {
                let (Action::Stop(index) | Action::Drop(index)) = action;
                prop_assert!(index >= wanted);
            }
        }

        #[test]
        fn nothing_waits_without_a_time_to_wake(wanted in 0_u32..10, slots in btree_map(0_u32..10, phases(), 0..10), now in 0..u64::MAX / 2) {
            let later = wake_ms(&slots).unwrap_or(0).max(now);
            for (index, phase) in slots.range(..wanted) {
                if let Phase::Crashed { until_ms: Some(until_ms) } = phase
                    && *until_ms <= later {
                    prop_assert!(missing(wanted, &slots, later).any(|other| other == *index));
                }
            }
        }
    }

    #[test]
    fn the_first_of_very_many_is_found_at_once() {
        let slots = BTreeMap::from([(0, Phase::Running)]);
        assert_eq!(missing(2_147_483_647, &slots, 0).next(), Some(1));
    }

    #[test]
    fn shrinking_stops_the_highest_first() {
        let slots = (0..4).map(|index| (index, Phase::Running)).collect();
        assert_eq!(surplus(2, &slots), [Action::Stop(3), Action::Stop(2)]);
    }

    #[test]
    fn the_first_two_crashes_restart_at_once_then_waits_double_up_to_16_minutes() {
        let next = |before| crash(before, 0).next;
        assert_eq!([next(0), next(1)], [Next::AtOnce; 2]);
        assert_eq!([next(2), next(3), next(4)], [30_000, 60_000, 120_000].map(Next::AfterMs));
        assert_eq!([next(7), next(8), next(198)], [960_000; 3].map(Next::AfterMs));
        assert_eq!(next(199), Next::Never);
    }

    #[test]
    fn five_healthy_minutes_forgive_earlier_crashes() {
        assert_eq!(crash(7, 300_000).count, 1);
        assert_eq!(crash(7, 299_999).count, 8);
    }
}

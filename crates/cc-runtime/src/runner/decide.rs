//! What to do about the instances of a process: pure functions of what is wanted, what is there and the time.

use std::collections::BTreeMap;

/// Where one index stands. Times are milliseconds of a clock that never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// To be started at the next turn.
    Idle,
    /// There was no room; tried again at this time.
    Refused {
        retry_ms: u64,
    },
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
    Start(u32),
    Stop(u32),
    /// Nothing runs and nothing is wanted.
    Drop(u32),
}

/// How often an instance without room is tried.
pub(crate) const RETRY_MS: u64 = 30_000;

/// Brings the indices to `0..wanted`; those beyond are stopped from the highest down.
pub(crate) fn plan(wanted: u32, slots: &BTreeMap<u32, Phase>, now_ms: u64) -> Vec<Action> {
    let surplus = slots.range(wanted..).rev().filter_map(|(index, phase)| match phase {
        Phase::Starting | Phase::Running => Some(Action::Stop(*index)),
        Phase::Stopping => None,
        Phase::Idle | Phase::Refused { .. } | Phase::Crashed { .. } => Some(Action::Drop(*index)),
    });
    let missing = (0..wanted).filter(|index| match slots.get(index) {
        None | Some(Phase::Idle) => true,
        Some(Phase::Refused { retry_ms } | Phase::Crashed { until_ms: Some(retry_ms) }) => {
            *retry_ms <= now_ms
        }
        Some(Phase::Starting | Phase::Running | Phase::Stopping | Phase::Crashed { until_ms: None }) => false,
    });
    surplus.chain(missing.map(Action::Start)).collect()
}

/// When [`plan`] may have something new to say without anything happening.
pub(crate) fn wake_ms(slots: &BTreeMap<u32, Phase>) -> Option<u64> {
    let times = slots.values().filter_map(|phase| match phase {
        Phase::Refused { retry_ms } | Phase::Crashed { until_ms: Some(retry_ms) } => Some(*retry_ms),
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
    use super::{Action, Next, Phase, crash, plan, wake_ms};
    use proptest::collection::btree_map;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use std::collections::BTreeMap;

    fn phases() -> impl Strategy<Value = Phase> {
        prop_oneof![
            Just(Phase::Idle),
            any::<u64>().prop_map(|retry_ms| Phase::Refused { retry_ms }),
            Just(Phase::Starting),
            Just(Phase::Running),
            Just(Phase::Stopping),
            any::<Option<u64>>().prop_map(|until_ms| Phase::Crashed { until_ms }),
        ]
    }

    fn apply(slots: &mut BTreeMap<u32, Phase>, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Start(index) => drop(slots.insert(*index, Phase::Starting)),
                Action::Stop(index) => drop(slots.insert(*index, Phase::Stopping)),
                Action::Drop(index) => drop(slots.remove(index)),
            }
        }
    }

    proptest! {
        #[test]
        fn a_plan_carried_out_leaves_nothing_to_do(
            wanted in 0_u32..10, mut slots in btree_map(0_u32..20, phases(), 0..20), now: u64,
        ) {
            let actions = plan(wanted, &slots, now);
            apply(&mut slots, &actions);
            prop_assert_eq!(plan(wanted, &slots, now), vec![]);
            for index in 0..wanted {
                prop_assert!(slots.contains_key(&index));
            }
            for (index, phase) in &slots {
                prop_assert!(*index < wanted || *phase == Phase::Stopping);
            }
        }

        #[test]
        fn what_runs_and_is_wanted_is_left_alone(wanted in 0_u32..10, slots in btree_map(0_u32..20, phases(), 0..20), now: u64) {
            for action in plan(wanted, &slots, now) {
                match action {
                    Action::Start(index) => prop_assert!(!matches!(
                        slots.get(&index), Some(Phase::Starting | Phase::Running | Phase::Stopping))),
                    Action::Stop(index) | Action::Drop(index) => prop_assert!(index >= wanted),
                }
            }
        }

        #[test]
        fn nothing_waits_without_a_time_to_wake(wanted in 0_u32..10, slots in btree_map(0_u32..10, phases(), 0..10), now in 0..u64::MAX / 2) {
            let later = wake_ms(&slots).unwrap_or(0).max(now);
            for (index, phase) in slots.range(..wanted) {
                if let Phase::Refused { retry_ms } | Phase::Crashed { until_ms: Some(retry_ms) } = phase
                    && *retry_ms <= later {
                    prop_assert!(plan(wanted, &slots, later).contains(&Action::Start(*index)));
                }
            }
        }
    }

    #[test]
    fn shrinking_stops_the_highest_first() {
        let slots = (0..4).map(|index| (index, Phase::Running)).collect();
        assert_eq!(plan(2, &slots, 0), [Action::Stop(3), Action::Stop(2)]);
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

//! What an engine says of the instances of a process, as clients see it.

use super::Process;
use crate::runtime::{Instance, InstanceState, PortMap, Usage};
use crate::time::Timestamp;
use std::collections::BTreeMap;

text_enum! {
    pub enum InstanceStatus {
        Running = "RUNNING",
        Starting = "STARTING",
        Crashed = "CRASHED",
        Down = "DOWN",
    }
}

/// One wanted instance.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceStats {
    pub index: u32,
    pub status: InstanceStatus,
    /// `None` where the engine does not say.
    pub routable: Option<bool>,
    /// Whole seconds in this state; 0 for one that is down.
    pub uptime: i64,
    /// Why it cannot be placed.
    pub details: Option<String>,
    pub isolation_segment: Option<String>,
    /// What it has; `None` for one that is down.
    pub place: Option<InstancePlace>,
}

/// Where a living or crashed instance is and what it uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstancePlace {
    pub guid: Option<String>,
    pub host: String,
    pub internal_ip: String,
    pub ports: Vec<PortMap>,
    /// `None` if nothing was measured.
    pub usage: Option<Usage>,
}

/// Instances that one answer lists at most, over all its processes: a wish may be for thousands of millions.
pub const MAX_LISTED: u32 = 10_000;

/// How many instances of each process an answer lists, so that all of them are no more than `most`: all where they fit, else of each as
/// many as of those that do not fit. `wanted` are the wishes of the processes; each lists the lesser of its wish and the answer.
pub fn listed_of_each(wanted: impl IntoIterator<Item = u32>, most: u32) -> u32 {
    let mut wanted: Vec<u32> = wanted.into_iter().filter(|count| *count > 0).collect();
    wanted.sort_unstable();
    let (mut left, mut others) = (most, u32::try_from(wanted.len()).unwrap_or(u32::MAX));
    for count in wanted {
        let share = left / others.max(1);
        if count > share {
            return share;
        }
        (left, others) = (left - count, others - 1);
    }
    most
}

/// The wanted indices of a process in order, each once, at most the first `most`. Instances of other versions do not count; of two with
/// one index a running one wins, then the younger. What the engine does not know is down; what comes after one without room has none
/// either.
pub fn instances(
    process: &Process,
    observed: &[Instance],
    usage: &[Usage],
    now: Timestamp,
    most: u32,
) -> Vec<InstanceStats> {
    if !process.is_started() {
        return Vec::new();
    }
    let ours = |i: &&Instance| {
        i.key.process() == process.guid.as_str() && i.key.version() == process.version.as_str()
    };
    let rank = |i: &Instance| (i.state == InstanceState::Running, i.since_ns);
    let mut best: BTreeMap<u32, &Instance> = BTreeMap::new();
    for instance in observed.iter().filter(ours) {
        let known = best.entry(instance.index).or_insert(instance);
        if rank(instance) > rank(known) {
            *known = instance;
        }
    }
    let usage: BTreeMap<u32, &Usage> = usage.iter().map(|u| (u.index, u)).collect();
    let mut refusal = None;
    (0..process.instances.get().min(most))
        .map(|index| match best.get(&index) {
            Some(instance) => {
                refusal = instance.placement_error.as_ref().or(refusal);
                seen(instance, usage.get(&index).copied(), now)
            }
            None => down(index, refusal.cloned()),
        })
        .collect()
}

fn seen(instance: &Instance, usage: Option<&Usage>, now: Timestamp) -> InstanceStats {
    let status = match instance.state {
        InstanceState::Pending if instance.placement_error.is_some() => {
            return down(instance.index, instance.placement_error.clone());
        }
        InstanceState::Pending | InstanceState::Starting => InstanceStatus::Starting,
        InstanceState::Running => InstanceStatus::Running,
        InstanceState::Crashed => InstanceStatus::Crashed,
    };
    InstanceStats {
        index: instance.index,
        status,
        routable: instance.routable,
        uptime: now.micros().saturating_sub(instance.since_ns / 1_000).max(0) / 1_000_000,
        details: instance.placement_error.clone(),
        isolation_segment: None,
        place: Some(InstancePlace {
            guid: instance.guid.clone(),
            host: instance.net.host.clone(),
            internal_ip: instance.net.instance_ip.clone(),
            ports: instance.net.ports.clone(),
            usage: usage.filter(|_| status == InstanceStatus::Running).cloned(),
        }),
    }
}

fn down(index: u32, details: Option<String>) -> InstanceStats {
    InstanceStats {
        index,
        status: InstanceStatus::Down,
        routable: None,
        uptime: 0,
        details,
        isolation_segment: None,
        place: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, DesiredState, Lifecycle};
    use crate::guid::Guid;
    use crate::metadata::Metadata;
    use crate::name::Name;
    use crate::process::ProcessSettings;
    use crate::quantity::InstanceCount;
    use crate::runtime::{Net, Presence, ProcessKey};

    const VERSION: &str = "7c4b0a3e-55cf-4c0f-8a3b-2f0d6d4a9e10";
    const OTHER: &str = "8c4b0a3e-55cf-4c0f-8a3b-2f0d6d4a9e10";

    fn process(count: i64) -> Process {
        let now = Timestamp::from_seconds(0);
        let (name, space) = (Name::parse("a").unwrap(), Guid::new("s"));
        let app = App::new(Guid::new("app"), name, space, Lifecycle::Docker, Metadata::default(), now);
        Process {
            instances: InstanceCount::new(count).unwrap(),
            state: DesiredState::Started,
            ..Process::new_web(&app, Guid::new(VERSION), &ProcessSettings::default(), now)
        }
    }

    fn instance(version: &str, index: u32, state: InstanceState) -> Instance {
        Instance {
            key: ProcessKey::new("app", version).unwrap(),
            index,
            guid: None,
            cell: None,
            state,
            placement_error: None,
            routable: Some(true),
            since_ns: 5_000_000_000,
            crash_count: 0,
            crash_reason: None,
            net: Net::default(),
            presence: Presence::Ordinary,
            tags: std::collections::BTreeMap::new(),
        }
    }

    fn states(count: i64, observed: &[Instance]) -> Vec<(u32, &'static str, i64)> {
        let now = Timestamp::from_seconds(15);
        instances(&process(count), observed, &[], now, MAX_LISTED)
            .iter()
            .map(|s| (s.index, s.status.as_str(), s.uptime))
            .collect()
    }

    #[test]
    fn each_wanted_index_appears_once_in_order() {
        let observed = [
            instance(VERSION, 1, InstanceState::Running),
            instance(VERSION, 1, InstanceState::Crashed),
            instance(VERSION, 7, InstanceState::Running),
            instance(OTHER, 0, InstanceState::Running),
        ];
        assert_eq!(states(2, &observed), vec![(0, "DOWN", 0), (1, "RUNNING", 10)]);
    }

    #[test]
    fn an_instance_that_cannot_be_placed_is_down_and_says_why() {
        let error = Some("insufficient memory".to_owned());
        let stuck =
            Instance { placement_error: error.clone(), ..instance(VERSION, 0, InstanceState::Pending) };
        let stats = instances(&process(1), &[stuck], &[], Timestamp::from_seconds(9), MAX_LISTED);
        let first = stats.first().unwrap();
        assert_eq!((first.status, &first.details), (InstanceStatus::Down, &error));
    }

    #[test]
    fn a_huge_number_of_wanted_instances_is_cut() {
        assert_eq!(states(2_147_483_647, &[]).len(), 10_000);
    }

    #[test]
    fn those_after_one_without_room_have_none_either() {
        let stuck = Instance {
            placement_error: Some("insufficient resources: memory".to_owned()),
            ..instance(VERSION, 1, InstanceState::Pending)
        };
        let seen = [instance(VERSION, 0, InstanceState::Running), stuck];
        let all = instances(&process(4), &seen, &[], Timestamp::from_seconds(9), MAX_LISTED);
        let details: Vec<_> = all.iter().map(|i| i.details.as_deref()).collect();
        let why = Some("insufficient resources: memory");
        assert_eq!(details, [None, why, why, why]);
    }

    #[test]
    fn one_huge_wish_leaves_the_others_whole() {
        assert_eq!(listed_of_each([3, u32::MAX, 1, 0], 100), 96);
        assert_eq!(listed_of_each([3, 4], 100), 100);
        assert_eq!(listed_of_each([50, 51], 100), 50);
        assert_eq!(listed_of_each([], 100), 100);
    }

    proptest::proptest! {
        #[test]
        fn no_answer_lists_more_than_it_may(wanted: Vec<u32>, most: u32) {
            let each = listed_of_each(wanted.iter().copied(), most);
            let sum: u64 = wanted.iter().map(|count| u64::from((*count).min(each))).sum();
            proptest::prop_assert!(sum <= u64::from(most));
        }
    }

    #[test]
    fn a_stopped_process_has_none() {
        let stopped = Process { state: DesiredState::Stopped, ..process(2) };
        let running = [instance(VERSION, 0, InstanceState::Running)];
        assert!(instances(&stopped, &running, &[], Timestamp::from_seconds(9), MAX_LISTED).is_empty());
    }
}

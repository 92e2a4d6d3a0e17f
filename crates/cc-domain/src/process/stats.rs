//! What an engine says of the instances of a process, as clients see it.

use super::Process;
use crate::guid::Guid;
use crate::runtime::{Instance, InstanceState, PortMap, Usage};
use crate::time::Timestamp;
use std::collections::BTreeMap;

text_enum! {
    pub enum InstanceStatus {
        Running = "RUNNING",
        Starting = "STARTING",
        Crashed = "CRASHED",
        /// Of a stopped process, and not gone yet.
        Stopping = "STOPPING",
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
pub const MAX_SHOWN: u32 = 10_000;

/// How many instances of each process an answer lists, so that all of them are no more than `most`: all where they fit, else of each as
/// many as of those that do not fit. `wanted` are the wishes of the processes; each lists the lesser of its wish and the answer.
fn listed_of_each(wanted: impl IntoIterator<Item = u32>, most: u32) -> u32 {
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

/// What `/stats` shows: the wanted indices of a started process in order, each once, at most `max`; of a stopped one nothing. Instances of
/// other versions do not count; of two with one index a running one wins, then the younger. What the engine does not know is down; what
/// comes after one without room has none either.
pub fn instances(
    process: &Process,
    observed: &[Instance],
    usage: &[Usage],
    now: Timestamp,
    max: u32,
) -> Vec<InstanceStats> {
    if !process.is_started() {
        return Vec::new();
    }
    entries(process, observed, usage, now, max)
}

/// What `process_instances` shows, for each of the processes: the wanted indices in order, whether it is started or not. If they were more
/// than `max` in all, each process shows its first ones only, at least one.
pub fn listed(
    processes: &[Process],
    observed: &[Instance],
    now: Timestamp,
    max: u32,
) -> Vec<Vec<InstanceStats>> {
    let mut of: BTreeMap<&Guid<Process>, Vec<&Instance>> = BTreeMap::new();
    for instance in observed {
        of.entry(instance.key.process()).or_default().push(instance);
    }
    let each = listed_of_each(processes.iter().map(|p| p.instances.get()), max).max(1);
    let list = |process: &Process| {
        let observed = of.get(&process.guid).map(Vec::as_slice).unwrap_or_default();
        entries(process, observed.iter().copied(), &[], now, each)
    };
    processes.iter().map(list).collect()
}

fn entries<'a>(
    process: &Process,
    observed: impl IntoIterator<Item = &'a Instance>,
    usage: &[Usage],
    now: Timestamp,
    max: u32,
) -> Vec<InstanceStats> {
    let shown = process.instances.get().min(max);
    let rank = |i: &Instance| (i.state == InstanceState::Running, i.since_ns);
    let mut best: BTreeMap<u32, &Instance> = BTreeMap::new();
    for instance in observed {
        let is_ours =
            *instance.key.process() == process.guid && instance.key.version() == process.version.as_str();
        if is_ours && instance.index < shown {
            let known = best.entry(instance.index).or_insert(instance);
            if rank(instance) > rank(known) {
                *known = instance;
            }
        }
    }
    let usage: BTreeMap<u32, &Usage> = usage.iter().map(|u| (u.index, u)).collect();
    let mut refusal = None;
    let entry = |index| match best.get(&index) {
        Some(instance) if process.is_started() => {
            refusal = instance.placement_error.as_ref().or(refusal);
            seen(instance, usage.get(&index).copied(), now)
        }
        Some(instance) => leftover(instance),
        None => down(index, refusal.cloned()),
    };
    (0..shown).map(entry).collect()
}

/// An instance of a stopped process. When it began to stop is not known.
fn leftover(instance: &Instance) -> InstanceStats {
    let gone = down(instance.index, None);
    match instance.state {
        InstanceState::Starting | InstanceState::Running | InstanceState::Stopping => {
            InstanceStats { status: InstanceStatus::Stopping, ..gone }
        }
        InstanceState::Pending | InstanceState::Crashed => gone,
    }
}

fn seen(instance: &Instance, usage: Option<&Usage>, now: Timestamp) -> InstanceStats {
    let status = match instance.state {
        InstanceState::Pending if instance.placement_error.is_some() => {
            return down(instance.index, instance.placement_error.clone());
        }
        // It makes room for the next one, which is not there yet.
        InstanceState::Stopping => return down(instance.index, None),
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
    use crate::app::{App, DesiredState};
    use crate::guid::Guid;
    use crate::lifecycle::Lifecycle;
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
        instances(&process(count), observed, &[], now, MAX_SHOWN)
            .iter()
            .map(|s| (s.index, s.status.as_str(), s.uptime))
            .collect()
    }

    fn stopped(count: i64) -> Process {
        Process { state: DesiredState::Stopped, ..process(count) }
    }

    fn listed_states(process: Process, observed: &[Instance]) -> Vec<&'static str> {
        let lists = listed(&[process], observed, Timestamp::from_seconds(15), MAX_SHOWN);
        lists.iter().flatten().map(|s| s.status.as_str()).collect()
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
        assert_eq!(listed_states(process(2), &observed), ["DOWN", "RUNNING"]);
    }

    #[test]
    fn an_instance_that_cannot_be_placed_is_down_and_says_why() {
        let error = Some("insufficient memory".to_owned());
        let stuck =
            Instance { placement_error: error.clone(), ..instance(VERSION, 0, InstanceState::Pending) };
        let stats = instances(&process(1), &[stuck], &[], Timestamp::from_seconds(9), MAX_SHOWN);
        let first = stats.first().unwrap();
        assert_eq!((first.status, &first.details), (InstanceStatus::Down, &error));
    }

    #[test]
    fn a_huge_number_of_wanted_instances_is_cut() {
        assert_eq!(states(2_147_483_647, &[]).len(), 10_000);
        let many = vec![process(2_147_483_647), process(0), stopped(2_147_483_647), process(3)];
        let lists = listed(&many, &[], Timestamp::from_seconds(15), 9);
        assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [3, 0, 3, 3]);
        let lists = listed(&many, &[], Timestamp::from_seconds(15), 1);
        assert_eq!(
            lists.iter().map(Vec::len).collect::<Vec<_>>(),
            [1, 0, 1, 1],
            "never as if it wanted none"
        );
    }

    #[test]
    fn those_after_one_without_room_have_none_either() {
        let stuck = Instance {
            placement_error: Some("insufficient resources: memory".to_owned()),
            ..instance(VERSION, 1, InstanceState::Pending)
        };
        let seen = [instance(VERSION, 0, InstanceState::Running), stuck];
        let all = instances(&process(4), &seen, &[], Timestamp::from_seconds(9), MAX_SHOWN);
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
    fn a_stopped_process_has_no_stats_and_lists_what_it_would_have() {
        let running = [instance(VERSION, 0, InstanceState::Running)];
        let now = Timestamp::from_seconds(9);
        assert!(instances(&stopped(2), &running, &[], now, MAX_SHOWN).is_empty());
        assert_eq!(listed_states(stopped(2), &[]), ["DOWN", "DOWN"]);
        assert_eq!(listed_states(stopped(0), &[]), [""; 0]);
    }

    #[test]
    fn an_instance_of_a_stopped_process_is_stopping_until_it_is_gone() {
        use InstanceState::{Crashed, Pending, Running, Starting, Stopping};
        let observed: Vec<_> = [Running, Starting, Stopping, Crashed, Pending]
            .into_iter()
            .zip(0..)
            .map(|(state, index)| instance(VERSION, index, state))
            .collect();
        let wanted = ["STOPPING", "STOPPING", "STOPPING", "DOWN", "DOWN", "DOWN"];
        assert_eq!(listed_states(stopped(6), &observed), wanted);
        assert_eq!(states(3, &observed).last(), Some(&(2, "DOWN", 0)), "one that makes room for the next");
    }
}

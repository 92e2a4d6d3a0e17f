//! What an app is made of, and how two of these differ.

use super::Revision;
use crate::app::{App, EnvironmentVariables};
use crate::droplet::{Droplet, DropletSidecar};
use crate::guid::Guid;
use crate::process::process_type::ProcessType;
use crate::process::{Process, current};
use crate::sidecar::Sidecar;
use std::collections::BTreeMap;

/// Everything that makes a revision another one. No `Debug`: it holds variables.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub droplet: Guid<Droplet>,
    pub environment: EnvironmentVariables,
    /// The own command of each type of process, in the order of the processes.
    pub commands: Vec<(ProcessType, Option<String>)>,
    pub sidecars: Vec<DropletSidecar>,
}

impl Snapshot {
    /// What the app would start with; `None` without a droplet. Of several processes of one type the newest counts.
    pub fn of(
        app: &App,
        environment: EnvironmentVariables,
        processes: &[Process],
        sidecars: &[Sidecar],
    ) -> Option<Self> {
        let mut commands: Vec<(ProcessType, Option<String>)> = Vec::new();
        for kind in processes.iter().map(|p| &p.kind) {
            if commands.iter().all(|(known, _)| known != kind) {
                let command = current(processes, kind).and_then(|p| p.command.clone());
                commands.push((kind.clone(), command));
            }
        }
        Some(Self {
            droplet: app.droplet.clone()?,
            environment,
            commands,
            sidecars: sidecars.iter().map(DropletSidecar::from).collect(),
        })
    }

    /// What a revision was made of.
    pub fn of_revision(revision: &Revision, environment: EnvironmentVariables) -> Self {
        Self {
            droplet: revision.droplet.clone(),
            environment,
            commands: revision.commands.clone(),
            sidecars: revision.sidecars.clone(),
        }
    }

    /// How this differs from what was `before`, a sentence each, sorted; empty if it does not.
    pub(super) fn differences(&self, before: &Self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.droplet != before.droplet {
            reasons.push("New droplet deployed.".to_owned());
        }
        if self.environment != before.environment {
            reasons.push("New environment variables deployed.".to_owned());
        }
        if sorted(&self.sidecars) != sorted(&before.sidecars) {
            reasons.push("Sidecars updated.".to_owned());
        }
        let (new, old) = (by_type(&self.commands), by_type(&before.commands));
        for (kind, command) in &new {
            let change = match (old.get(kind), command) {
                (None, _) => {
                    reasons.push(format!("New process type '{kind}' added."));
                    continue;
                }
                (Some(None), Some(_)) => "added",
                (Some(Some(_)), None) => "removed",
                (Some(Some(before)), Some(now)) if before != now => "updated",
                (Some(_), _) => continue,
            };
            reasons.push(format!("Custom start command {change} for '{kind}' process."));
        }
        let gone = old.keys().filter(|kind| !new.contains_key(*kind));
        reasons.extend(gone.map(|kind| format!("Process type '{kind}' removed.")));
        reasons.sort();
        reasons
    }
}

fn by_type(commands: &[(ProcessType, Option<String>)]) -> BTreeMap<&ProcessType, Option<&str>> {
    commands.iter().map(|(kind, command)| (kind, command.as_deref())).collect()
}

/// By name, each with its types in order: the order does not matter.
fn sorted(sidecars: &[DropletSidecar]) -> Vec<DropletSidecar> {
    let mut sidecars = sidecars.to_vec();
    for sidecar in &mut sidecars {
        sidecar.process_types.sort();
    }
    sidecars.sort_by(|one, other| one.name.cmp(&other.name));
    sidecars
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;
    use crate::metadata::Metadata;
    use crate::name::Name;
    use crate::process::ProcessSettings;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn app() -> App {
        let (name, space) = (Name::parse("a").unwrap(), Guid::new("s"));
        let now = Timestamp::from_seconds(0);
        let app = App::new(Guid::new("a"), name, space, Lifecycle::Docker, Metadata::default(), now);
        App { droplet: Some(Guid::new("d")), ..app }
    }

    fn snapshot(
        droplet: &str,
        variable: &str,
        commands: &[(&str, Option<&str>)],
        sidecars: &[&str],
    ) -> Snapshot {
        let sidecar = |name: &&str| DropletSidecar {
            name: (*name).to_owned(),
            command: "run".to_owned(),
            process_types: vec![ProcessType::web()],
            memory: None,
        };
        Snapshot {
            droplet: Guid::new(droplet),
            environment: EnvironmentVariables::new([("A".to_owned(), variable.to_owned())].into()),
            commands: commands
                .iter()
                .map(|(kind, command)| (ProcessType::parse(kind).unwrap(), command.map(str::to_owned)))
                .collect(),
            sidecars: sidecars.iter().map(sidecar).collect(),
        }
    }

    fn next(latest: Option<(&Revision, &Snapshot)>, made_of: &Snapshot) -> Option<Revision> {
        Revision::next(Guid::new("r"), &app(), latest, made_of, Timestamp::from_seconds(9))
    }

    #[test]
    fn the_description_says_in_sorted_sentences_what_is_new() {
        let before =
            snapshot("d", "1", &[("web", Some("x")), ("gone", None), ("w", None), ("c", Some("c"))], &[]);
        let after =
            snapshot("e", "2", &[("web", None), ("new", None), ("w", Some("y")), ("c", Some("d"))], &["s"]);
        let first = next(None, &before).unwrap();
        assert_eq!((first.version, first.description.as_str()), (1, "Initial revision."));
        let second = next(Some((&first, &before)), &after).unwrap();
        assert_eq!(second.version, 2);
        assert_eq!(
            second.description,
            "Custom start command added for 'w' process. Custom start command removed for 'web' process. Custom start command \
             updated for 'c' process. New droplet deployed. New environment variables deployed. New process type 'new' added. \
             Process type 'gone' removed. Sidecars updated."
        );
    }

    #[test]
    fn what_is_only_in_another_order_is_the_same() {
        let one = snapshot("d", "1", &[("web", None), ("w", None)], &["s", "t"]);
        let other = snapshot("d", "1", &[("w", None), ("web", None)], &["t", "s"]);
        let first = next(None, &one).unwrap();
        assert_eq!(next(Some((&first, &one)), &other), None);
    }

    #[test]
    fn versions_begin_again_after_9999() {
        let (one, other) = (snapshot("d", "1", &[], &[]), snapshot("e", "1", &[], &[]));
        let last = Revision { version: 9_999, ..next(None, &one).unwrap() };
        assert_eq!(next(Some((&last, &one)), &other).map(|r| r.version), Some(1));
    }

    #[test]
    fn of_several_web_processes_the_newest_counts() {
        let at = |guid: &str, command: &str, seconds| {
            let now = Timestamp::from_seconds(seconds);
            let web = Process::new_web(&app(), Guid::new("v"), &ProcessSettings::default(), now);
            Process { guid: Guid::new(guid), command: Some(command.to_owned()), ..web }
        };
        let processes = [at("1", "old", 1), at("2", "new", 2)];
        let made_of = Snapshot::of(&app(), EnvironmentVariables::default(), &processes, &[]).unwrap();
        assert_eq!(made_of.commands, [(ProcessType::web(), Some("new".to_owned()))]);
        let without = App { droplet: None, ..app() };
        assert!(Snapshot::of(&without, EnvironmentVariables::default(), &processes, &[]).is_none());
    }

    /// What a snapshot can be made of: variables must not be printed.
    type Parts = (u8, u8, Vec<&'static str>, bool, Vec<&'static str>);

    fn parts() -> impl Strategy<Value = Parts> {
        let commands = proptest::sample::subsequence(vec!["web", "worker", "clock"], 0..=3);
        let sidecars = proptest::sample::subsequence(vec!["s", "t"], 0..=2);
        (0..2_u8, 0..2_u8, commands, any::<bool>(), sidecars)
    }

    fn of((droplet, variable, types, has_command, sidecars): &Parts) -> Snapshot {
        let commands: Vec<_> = types.iter().map(|t| (*t, has_command.then_some("x"))).collect();
        snapshot(&droplet.to_string(), &variable.to_string(), &commands, sidecars)
    }

    proptest! {
        #[test]
        fn there_is_a_new_revision_exactly_if_something_differs(before in parts(), after in parts()) {
            let (before, after) = (of(&before), of(&after));
            let first = next(None, &before).unwrap();
            let second = next(Some((&first, &before)), &after);
            prop_assert_eq!(second.is_some(), before != after);
            if let Some(second) = second {
                let made_of = Snapshot::of_revision(&second, after.environment.clone());
                prop_assert!(made_of == after);
                prop_assert_eq!(next(Some((&second, &made_of)), &after), None);
            }
        }
    }
}

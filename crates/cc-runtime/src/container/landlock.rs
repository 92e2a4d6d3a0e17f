//! The Landlock domain of a container: no signals and abstract sockets across it; without a file system of its own,
//! also the list of paths it may use.

use super::spec::Spec;
use super::{SetupError, Step};
use crate::sys::landlock_version;
use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, Scope,
    path_beneath_rules,
};

/// Newest version whose rights are used; older kernels get what they know.
const NEWEST: ABI = ABI::V6;

const READABLE: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/etc", "/proc"];
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
];

/// From now on this process can do no more with files than read those below the given paths. Needs `no_new_privs`.
pub(crate) fn read_only(paths: &[&'static str]) -> Result<(), SetupError> {
    if landlock_version().is_none() {
        return Ok(());
    }
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .step("landlock")?
        .add_rules(path_beneath_rules(existing(paths), AccessFs::from_read(NEWEST)))
        .step("landlock")?
        .restrict_self()
        .step("landlock")
        .map(drop)
}

fn existing(paths: &[&'static str]) -> Vec<&'static str> {
    paths.iter().copied().filter(|path| std::path::Path::new(path).exists()).collect()
}

/// Restricts this process and all its descendants. Needs `no_new_privs`.
pub(super) fn restrict(spec: &Spec) -> Result<(), SetupError> {
    let base = Ruleset::default().set_compatibility(CompatLevel::BestEffort);
    if spec.namespaces {
        if landlock_version().is_some_and(|version| version >= 6) {
            let rules = base.scope(Scope::from_all(NEWEST)).step("landlock")?;
            rules.create().step("landlock")?.restrict_self().step("landlock")?;
        }
        return Ok(());
    }
    if landlock_version().is_none() {
        return Ok(());
    }
    let all = AccessFs::from_all(NEWEST);
    let device = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::ReadDir | AccessFs::IoctlDev;
    base.handle_access(all)
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .step("landlock")?
        .add_rules(path_beneath_rules(existing(READABLE), AccessFs::from_read(NEWEST)))
        .step("landlock")?
        .add_rules(path_beneath_rules([&spec.exe], AccessFs::Execute | AccessFs::ReadFile))
        .step("landlock")?
        .add_rules(path_beneath_rules(existing(DEVICES), device))
        .step("landlock")?
        .add_rules(path_beneath_rules([spec.work.join("vcap"), spec.work.join("tmp")], all))
        .step("landlock")?
        .restrict_self()
        .step("landlock")
        .map(drop)
}

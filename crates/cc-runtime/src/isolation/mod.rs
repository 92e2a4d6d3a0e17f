//! How well this machine can separate apps, found out by making a throw-away container, never by version numbers.

mod probe;

pub(crate) use probe::{WORD, main as probe_main};

use crate::container::Users;
use crate::container::cgroup::Layout;
use crate::network::Network;
use crate::sys;
use std::path::Path;

/// What the operator asks for; anything but `Auto` fails the start if it cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    #[default]
    Auto,
    Namespaces,
    Process,
}

/// What was found to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// 1: namespaces and cgroups, 2: namespaces, 3: processes behind Landlock.
    pub number: u8,
    pub(crate) namespaces: bool,
    pub(crate) users: UserKind,
    pub(crate) cgroup: Option<Layout>,
    landlock: Option<i32>,
    /// Containers have networks of their own.
    pub(crate) has_gateway: bool,
    /// Why they have none, if they were to have them.
    pub(crate) no_gateway: Option<String>,
    /// Stronger ways that failed, each with its step and cause.
    pub refused: Vec<String>,
}

/// How [`Users`] are made for each container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserKind {
    Range,
    Single,
    Host,
    Same,
}

#[derive(Debug, thiserror::Error)]
pub enum IsolationError {
    #[error("the isolation asked for is not available here: {0}")]
    NotAvailable(String),
    #[error("apps cannot have networks of their own here, which network = gateway asks for: {0}")]
    NoGateway(String),
    #[error("this kernel has neither namespaces for us nor Landlock: apps would not be fenced off ({0})")]
    Unsandboxed(String),
}

/// First host id of the containers' ranges; slots follow each other.
const FIRST_ID: u32 = 0x1000_0000;
const IDS: u32 = 65_536;
/// Containers at a time; the last slot belongs to the probe.
pub(crate) const SLOTS: u16 = 4095;

impl UserKind {
    pub fn in_slot(self, slot: u16) -> Users {
        let base = FIRST_ID + u32::from(slot) * IDS;
        match self {
            Self::Range => Users::Range { base },
            Self::Single => Users::Single,
            Self::Host => Users::Host { uid: base + crate::container::spec::VCAP },
            Self::Same => Users::Same,
        }
    }
}

/// Finds the strongest way with an own file system, or why there is none. `scratch` is a folder of ours below the data
/// folder; `exe` answers the hidden subcommands.
pub(crate) fn detect_namespaces(network: Network, exe: &Path, scratch: &Path) -> Result<Tier, Vec<String>> {
    let is_root = nix::unistd::geteuid().is_root();
    let users = if is_root { UserKind::Range } else { UserKind::Single };
    let mut refused = Vec::new();
    let mut ways = Vec::new();
    for layout in Layout::candidates() {
        match layout.prepare() {
            Ok(()) => ways.push((users, Some(layout))),
            Err(error) => refused.push(format!("{}: {error}", layout.word())),
        }
    }
    ways.push((users, None));
    if is_root {
        ways.push((UserKind::Host, None));
    }
    for (users, cgroup) in ways {
        let number = if cgroup.is_some() { 1 } else { 2 };
        let landlock = sys::landlock_version();
        let tier = Tier {
            number,
            namespaces: true,
            users,
            cgroup,
            landlock,
            has_gateway: false,
            no_gateway: None,
            refused: Vec::new(),
        };
        match try_out(tier, network, exe, scratch) {
            Ok(tier) => return Ok(Tier { refused, ..tier }),
            Err(error) => refused.push(error),
        }
    }
    Err(refused)
}

/// Whether processes can be fenced off on the host's file system. `exe` and `scratch` can be reached by other users.
pub(crate) fn detect_process(
    network: Network,
    allow_unsandboxed: bool,
    refused: Vec<String>,
    exe: &Path,
    scratch: &Path,
) -> Result<Tier, IsolationError> {
    let users = if nix::unistd::geteuid().is_root() { UserKind::Host } else { UserKind::Same };
    let landlock = sys::landlock_version();
    let tier = Tier {
        number: 3,
        namespaces: false,
        users,
        cgroup: None,
        landlock,
        has_gateway: false,
        no_gateway: Some("tier 3 has no namespaces".to_owned()).filter(|_| network != Network::Shared),
        refused,
    };
    if landlock.is_none() && !allow_unsandboxed {
        return Err(IsolationError::Unsandboxed(tier.refused.join("; ")));
    }
    probe::run(&tier, exe, scratch).map_err(IsolationError::NotAvailable)?;
    Ok(tier)
}

/// Makes throw-away containers of this tier, the first with a network of its own if that is wanted; what failed otherwise.
fn try_out(tier: Tier, wanted: Network, exe: &Path, scratch: &Path) -> Result<Tier, String> {
    let mut no_gateway = None;
    if wanted != Network::Shared {
        let with = Tier { has_gateway: true, ..tier.clone() };
        match probe::run(&with, exe, scratch) {
            Ok(()) => return Ok(with),
            Err(reason) => no_gateway = Some(reason),
        }
    }
    probe::run(&tier, exe, scratch)?;
    Ok(Tier { no_gateway, ..tier })
}

/// An error if what was found has no network of the kind that is asked for.
pub(crate) fn check_network(tier: Tier, wanted: Network) -> Result<Tier, IsolationError> {
    match (wanted, &tier.no_gateway) {
        (Network::Gateway, Some(reason)) => Err(IsolationError::NoGateway(reason.clone())),
        _ => Ok(tier),
    }
}

impl Tier {
    /// One line for the start of the server.
    pub fn facts_line(&self) -> String {
        let users = match self.users {
            UserKind::Range => "userns(range)",
            UserKind::Single => "userns(single)",
            UserKind::Host => "own-uid",
            UserKind::Same => "shared",
        };
        let cgroup = self.cgroup.as_ref().map(Layout::word);
        format!(
            "isolation tier={} fs={} users={users} pids={} mem={} procs={} cpu={} disk=watched net={} \
             syscalls=seccomp landlock={}",
            self.number,
            if self.namespaces { "pivot_root" } else { "landlock" },
            if self.namespaces { "pidns" } else { "host" },
            cgroup.unwrap_or("polled"),
            cgroup.unwrap_or(if matches!(self.users, UserKind::Same | UserKind::Single) {
                "none"
            } else {
                "rlimit"
            }),
            if cgroup.is_some() { "weight" } else { "nice" },
            if self.has_gateway { "gateway" } else { "shared" },
            self.landlock.map_or("no".to_owned(), |version| format!("abi{version}")),
        )
    }

    /// What this tier leaves open, in one line.
    pub fn gaps_line(&self) -> String {
        let network = match &self.no_gateway {
            Some(reason) => format!("app ports open to the network (no gateway: {reason})"),
            None => "app ports open to the network".to_owned(),
        };
        let mut gaps = vec!["disk quota for a moment (watched, not by the kernel)"];
        if self.has_gateway {
            gaps.push("security groups other than the default ones");
        } else {
            gaps.extend(["security groups", "network policies", &network]);
        }
        if self.cgroup.is_none() {
            gaps.push("memory between polls");
            if matches!(self.users, UserKind::Same | UserKind::Single) {
                gaps.push("number of processes");
            }
        }
        if !self.namespaces {
            gaps.push("command lines of all processes are visible; single-tenant only");
            gaps.push("droplets with absolute /home/vcap paths may not run");
            if self.landlock.is_none() {
                gaps.push("file access (no Landlock)");
            }
            if self.landlock.is_some_and(|version| version < 6) && self.users == UserKind::Same {
                gaps.push("signals between apps");
            }
        }
        format!("isolation NOT ENFORCED: {}", gaps.join("; "))
    }
}

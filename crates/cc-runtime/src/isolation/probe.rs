//! The throw-away container.

use super::{SLOTS, Tier};
use crate::container::{Program, Reply, Request, Spec, launch, send};
use crate::depot::{make_work, remove_tree, start_supervised};
use crate::network::{self, device::Ends};
use crate::sys;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// Hidden subcommand. `__probe ok` is what runs inside.
pub(crate) const WORD: &str = "__probe";

/// Makes a container of this tier and runs a program in it; the reason if that fails.
pub(super) fn run(tier: &Tier, exe: &Path, scratch: &Path) -> Result<(), String> {
    let work = scratch.join("probe");
    let outcome = attempt(tier, exe, &work).map_err(|error| format!("tier {}: {error}", tier.number));
    remove_tree(&work);
    outcome
}

fn attempt(tier: &Tier, exe: &Path, work: &Path) -> Result<(), String> {
    let users = tier.users.in_slot(SLOTS);
    remove_tree(work);
    make_work(work, users, exe).map_err(|error| error.to_string())?;
    let mut spec = Spec {
        id: format!("probe{}", std::process::id()),
        hello: String::new(),
        namespaces: tier.namespaces,
        users,
        network: tier.has_gateway.then(|| network::Plan {
            subnet: network::Subnet::of_slot(SLOTS),
            policy: network::policy::Policy::of_default_groups(Vec::new()),
            name_servers: Vec::new(),
        }),
        cgroup: tier.cgroup.clone(),
        memory_bytes: 64 * 1024 * 1024,
        disk_bytes: u64::MAX,
        pids: 16,
        fds: 64,
        cpu_weight: 1,
        log_rate: -1,
        work: work.to_owned(),
        exe: exe.to_owned(),
        rootfs: None,
        files: Vec::new(),
        inputs: Vec::new(),
        commands: Vec::new(),
        grace_ms: 0,
        timeout_ms: None,
    };
    let lifecycle = spec.lifecycle().to_string_lossy().into_owned();
    let argv = vec![lifecycle, WORD.to_owned(), "ok".to_owned()];
    spec.commands.push(Program { argv, env: Vec::new(), source: "probe".to_owned() });
    let output = start_supervised(exe, &[WORD.as_ref()], &spec).map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("{said} ({})", output.status)) }
}

/// Runs `__probe`: specification on standard input, reason of a failure on standard error.
pub(crate) fn main(args: &[OsString]) -> i32 {
    if args.first().is_some_and(|word| word == "ok") {
        return 0;
    }
    match check() {
        Ok(()) => 0,
        Err(reason) => {
            let _ = writeln!(io::stderr(), "{reason}");
            1
        }
    }
}

fn check() -> Result<(), String> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text).map_err(|error| error.to_string())?;
    let spec: Spec = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let container = launch(&spec).map_err(|error| error.to_string())?;
    let ended = match &container.network {
        Some(ends) => socket(ends).and_then(|()| program(&container.socket)),
        None => program(&container.socket),
    };
    drop(container.socket);
    if let Some(group) = container.group {
        group.kill();
        group.remove();
    }
    match ended? {
        0 => Ok(()),
        status => Err(format!("a program in it ended with {status}")),
    }
}

/// Whether sockets of its network come out.
fn socket(ends: &Ends) -> Result<(), String> {
    let said = |error: nix::Error| format!("sockets of the network: {error}");
    send::<OwnedFd>(ends.sockets.as_fd(), &[1], &[]).map_err(said)?;
    let mut byte = [0];
    let (_, made) = sys::receive(ends.sockets.as_fd(), &mut byte).map_err(said)?;
    if made.is_empty() { Err("no sockets of the network".to_owned()) } else { Ok(()) }
}

fn program(socket: &OwnedFd) -> Result<i32, String> {
    let text = |error: io::Error| error.to_string();
    let nothing = OwnedFd::from(File::options().read(true).write(true).open("/dev/null").map_err(text)?);
    let errors = io::stderr().as_fd().try_clone_to_owned().map_err(text)?;
    let descriptors = [nothing.try_clone().map_err(text)?, nothing, errors];
    Request::Spawn(0).send(socket.as_fd(), &descriptors).map_err(|error| error.to_string())?;
    let mut buffer = [0; 4096];
    let (length, _) = sys::receive(socket.as_fd(), &mut buffer).map_err(|error| error.to_string())?;
    match Reply::decode(buffer.get(..length).unwrap_or_default()) {
        Some(Reply::Exited(_, status)) => Ok(status),
        Some(Reply::Failed(step, cause)) => Err(format!("{step}: {cause}")),
        _ => Err("the first process ended".to_owned()),
    }
}

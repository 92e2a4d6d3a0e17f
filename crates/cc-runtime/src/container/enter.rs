//! The way from a fork of the supervisor to the first process of a container.

use super::spec::{Spec, Users};
use super::wire::{LONGEST, Reply, Request};
use super::{SetupError, Step, init, landlock, root};
use crate::network::device;
use crate::sys;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use std::os::fd::{AsFd, OwnedFd};

/// Runs in the forked child and never returns.
pub(super) fn run(socket: OwnedFd, spec: &Spec) -> ! {
    sys::make_ordinary_files();
    match enter(&socket, spec) {
        Ok(inside) => init::run(&socket, inside.as_ref(), spec),
        Err(error) => {
            let _ = Reply::Failed(error.step, error.cause).send(&socket);
            sys::exit_now(254)
        }
    }
}

/// Gives the inner end of the network, if the container has its own.
fn enter(socket: &OwnedFd, spec: &Spec) -> Result<Option<OwnedFd>, SetupError> {
    wait_for_go(socket)?;
    nix::sys::prctl::set_name(c"cc-init").step("name")?;
    let mut inside = None;
    if spec.namespaces {
        inside = enter_namespaces(socket, spec)?;
    } else {
        let _ = nix::unistd::setsid();
        nix::sys::prctl::set_child_subreaper(true).step("subreaper")?;
    }
    let kept: &[u32] = match spec.users {
        Users::Range { .. } | Users::Host { .. } => &[CAP_KILL, CAP_SETGID, CAP_SETUID],
        Users::Single | Users::Same => &[],
    };
    sys::keep_capabilities(kept).step("capabilities")?;
    nix::sys::prctl::set_no_new_privs().step("no_new_privs")?;
    landlock::restrict(spec)?;
    nix::sys::prctl::set_dumpable(false).step("dumpable")?;
    Ok(inside)
}

const CAP_KILL: u32 = 5;
const CAP_SETGID: u32 = 6;
const CAP_SETUID: u32 = 7;

/// Root keeps the file system and process table out of the reach of the container's own user namespace: it makes
/// them first and enters the user namespace last. A plain user needs its user namespace to make anything at all.
///
/// The network is made before that as well: as root's, so that nobody in the container has rights over it.
fn enter_namespaces(socket: &OwnedFd, spec: &Spec) -> Result<Option<OwnedFd>, SetupError> {
    let mut rest = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    if spec.network.is_some() {
        rest |= CloneFlags::CLONE_NEWNET;
    }
    if spec.users == Users::Single {
        unshare(CloneFlags::CLONE_NEWUSER | rest).step("unshare user")?;
        ask_for_maps(socket)?;
    } else {
        unshare(rest).step("unshare")?;
    }
    match sys::fork().step("fork")? {
        sys::Side::Parent(pid) => {
            let _ = Reply::InitPid(pid.as_raw()).send(socket);
            sys::exit_now(0)
        }
        sys::Side::Child => {}
    }
    // Its parent has said its id, whichever of the two was quicker.
    wait_for_go(socket)?;
    let _ = nix::unistd::setsid();
    let inside = match &spec.network {
        Some(plan) => Some(make_network(socket, plan.subnet)?),
        None => None,
    };
    root::build(spec)?;
    if let Users::Range { .. } = spec.users {
        unshare(CloneFlags::CLONE_NEWUSER).step("unshare user")?;
        ask_for_maps(socket)?;
        setgroups(&[]).step("setgroups")?;
        let (user, group) = (Uid::from_raw(0), Gid::from_raw(0));
        setresgid(group, group, group).step("setresgid")?;
        setresuid(user, user, user).step("setresuid")?;
    }
    Ok(inside)
}

fn make_network(socket: &OwnedFd, subnet: crate::network::Subnet) -> Result<OwnedFd, SetupError> {
    let (device::Ends { tun, sockets }, inside) = device::set_up(subnet)?;
    Reply::Network.send_with(socket, &[tun, sockets]).step("network")?;
    Ok(inside)
}

fn ask_for_maps(socket: &OwnedFd) -> Result<(), SetupError> {
    Reply::NeedMaps.send(socket).step("id maps")?;
    wait_for_go(socket)
}

fn wait_for_go(socket: &OwnedFd) -> Result<(), SetupError> {
    let mut buffer = [0; LONGEST];
    let (length, _) = sys::receive(socket.as_fd(), &mut buffer).step("supervisor")?;
    match Request::decode(buffer.get(..length).unwrap_or_default()) {
        Some(Request::Go) => Ok(()),
        _ => Err(SetupError { step: "supervisor".into(), cause: "it went away".into() }),
    }
}

//! Making a container, seen from the supervisor.

use super::cgroup::Group;
use super::spec::{Spec, Users};
use super::wire::{LONGEST, Reply, Request};
use super::{SetupError, Step, enter};
use crate::network::device::Ends;
use crate::sys;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{Pid, getegid, geteuid};
use std::fs;
use std::os::fd::{AsFd, OwnedFd};

/// A container whose first process waits for requests. Dropping it ends all its processes: the first one sees the
/// end of the socket.
pub(crate) struct Container {
    pub socket: OwnedFd,
    /// Host pid of the first process.
    pub init: Pid,
    pub group: Option<Group>,
    /// Of a network of its own, until a gateway has them.
    pub network: Option<Ends>,
}

impl Container {
    /// Lets its processes stand still, or go on. A kernel that freezes groups does it unseen; else they get signals.
    pub fn set_stopped(&self, stopped: bool) {
        if self.group.as_ref().is_some_and(|group| group.freeze(stopped)) {
            return;
        }
        let signal = if stopped { Signal::SIGSTOP } else { Signal::SIGCONT };
        let mut seen = Vec::new();
        // Those that were made meanwhile too.
        for _ in 0..4 {
            let all = crate::supervisor::descendants(self.init.as_raw().cast_unsigned());
            let new: Vec<u32> = all.into_iter().filter(|pid| !seen.contains(pid)).collect();
            if new.is_empty() {
                break;
            }
            for pid in &new {
                let _ = kill(Pid::from_raw(pid.cast_signed()), signal);
            }
            seen.extend(new);
        }
    }
}

/// Makes the container of `spec`. The calling process must have one thread; it becomes the reaper of its descendants.
pub(crate) fn launch(spec: &Spec) -> Result<Container, SetupError> {
    nix::sys::prctl::set_child_subreaper(true).step("subreaper")?;
    let group = match &spec.cgroup {
        Some(layout) => Some(Group::create(layout, spec).step("cgroup")?),
        None => None,
    };
    match start(spec, group.as_ref()) {
        Ok((socket, init, network)) => Ok(Container { socket, init, group, network }),
        Err(error) => {
            if let Some(group) = group {
                group.remove();
            }
            Err(error)
        }
    }
}

fn start(spec: &Spec, group: Option<&Group>) -> Result<(OwnedFd, Pid, Option<Ends>), SetupError> {
    let (ours, theirs) =
        socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC).step("socket")?;
    let child = match sys::fork().step("fork")? {
        sys::Side::Child => {
            drop(ours);
            enter::run(theirs, spec)
        }
        sys::Side::Parent(child) => child,
    };
    drop(theirs);
    if let Some(group) = group {
        group.add(child).step("cgroup")?;
    }
    Request::Go.send(ours.as_fd(), &[]).step("go")?;
    let (mut init, mut network) = (child, None);
    loop {
        let (reply, descriptors) = next(&ours)?;
        match reply {
            Reply::NeedMaps => {
                write_maps(init, spec.users).step("id maps")?;
                Request::Go.send(ours.as_fd(), &[]).step("go")?;
            }
            Reply::InitPid(pid) => {
                init = Pid::from_raw(pid);
                Request::Go.send(ours.as_fd(), &[]).step("go")?;
            }
            Reply::Network => {
                network =
                    <[OwnedFd; 2]>::try_from(descriptors).ok().map(|[tun, sockets]| Ends { tun, sockets });
            }
            Reply::Ready => return Ok((ours, init, network)),
            Reply::Failed(step, cause) => return Err(SetupError { step, cause }),
            Reply::Exited(..) => {}
        }
    }
}

fn next(socket: &OwnedFd) -> Result<(Reply, Vec<OwnedFd>), SetupError> {
    let mut buffer = [0; LONGEST];
    let (length, descriptors) = sys::receive(socket.as_fd(), &mut buffer).step("first process")?;
    if length == 0 {
        return Err(SetupError { step: "first process".into(), cause: "it ended".into() });
    }
    let bytes = buffer.get(..length).unwrap_or_default();
    let reply = Reply::decode(bytes).ok_or("unreadable message").step("first process")?;
    Ok((reply, descriptors))
}

fn write_maps(pid: Pid, users: Users) -> std::io::Result<()> {
    let write = |name: &str, text: String| fs::write(format!("/proc/{pid}/{name}"), text);
    match users {
        Users::Range { base } => {
            write("uid_map", format!("0 {base} 65536\n"))?;
            write("gid_map", format!("0 {base} 65536\n"))
        }
        Users::Single => {
            write("setgroups", "deny".to_owned())?;
            write("uid_map", format!("{} {} 1\n", super::spec::VCAP, geteuid()))?;
            write("gid_map", format!("{} {} 1\n", super::spec::VCAP, getegid()))
        }
        Users::Host { .. } | Users::Same => Ok(()),
    }
}

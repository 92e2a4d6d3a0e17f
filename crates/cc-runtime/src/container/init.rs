//! The first process of a container: starts programs, passes signals on, reaps, and ends everything when the
//! supervisor is gone. It is needed because a program that is pid 1 itself ignores the signals it has no handler for.

use super::exec;
use super::spec::Spec;
use super::wire::{LONGEST, Reply, Request};
use crate::network::device;
use crate::sys;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};

/// Serves the supervisor, and the gateway of a network of its own, until one of them is gone.
pub(super) fn run(socket: &OwnedFd, inside: Option<&OwnedFd>, spec: &Spec) -> ! {
    if let Err(error) = serve(socket, inside, spec) {
        let _ = Reply::Failed("first process".into(), error.to_string()).send(socket);
    }
    end(spec)
}

fn serve(socket: &OwnedFd, inside: Option<&OwnedFd>, spec: &Spec) -> nix::Result<()> {
    let mut watched = SigSet::empty();
    watched.add(Signal::SIGCHLD);
    watched.thread_block()?;
    let signals = SignalFd::with_flags(&watched, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let filter = super::seccomp::filter(spec.namespaces).map_err(|_| Errno::EINVAL)?;
    let mut running = BTreeMap::new();
    Reply::Ready.send(socket)?;
    loop {
        let watched = [Some(socket.as_fd()), Some(signals.as_fd()), inside.map(AsFd::as_fd)];
        let watched = watched.into_iter().flatten();
        let mut ready: Vec<_> = watched.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        match poll(&mut ready, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
        let is_ready = |place: usize| ready.get(place).is_some_and(|fd| fd.any().unwrap_or(false));
        let (asked, is_socket_wanted) = (is_ready(0), is_ready(2));
        while let Ok(Some(_)) = signals.read_signal() {}
        reap(socket, &mut running);
        if is_socket_wanted && let Some(inside) = inside {
            let mut byte = [0];
            if sys::receive(inside.as_fd(), &mut byte)?.0 == 0 {
                return Ok(());
            }
            device::give_socket(inside)?;
        }
        if asked {
            let mut buffer = [0; LONGEST];
            let (length, descriptors) = sys::receive(socket.as_fd(), &mut buffer)?;
            match Request::decode(buffer.get(..length).unwrap_or_default()) {
                Some(Request::Go) => {}
                Some(Request::Spawn(slot)) => {
                    if let Some(pid) = spawn(spec, slot, &descriptors, &filter) {
                        running.insert(pid, slot);
                    } else {
                        Reply::Exited(slot, 254).send(socket)?;
                    }
                }
                Some(Request::Signal(slot, number)) => signal(&running, slot, number),
                Some(Request::KillAll) | None => return Ok(()),
            }
        }
    }
}

fn spawn(spec: &Spec, slot: u32, descriptors: &[OwnedFd], filter: &super::seccomp::Filter) -> Option<Pid> {
    let program = spec.program(usize::try_from(slot).ok()?)?;
    let [input, output, errors] = descriptors else { return None };
    match sys::fork().ok()? {
        sys::Side::Parent(pid) => Some(pid),
        sys::Side::Child => {
            exec::run(spec, &program, [input.as_fd(), output.as_fd(), errors.as_fd()], filter)
        }
    }
}

fn signal(running: &BTreeMap<Pid, u32>, slot: u32, number: i32) {
    if let (Some((pid, _)), Ok(signal)) =
        (running.iter().find(|(_, known)| **known == slot), Signal::try_from(number))
    {
        let _ = kill(*pid, signal);
    }
}

fn reap(socket: &OwnedFd, running: &mut BTreeMap<Pid, u32>) {
    loop {
        let (pid, status) = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) => (pid, code),
            Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, -(signal as i32)),
            Ok(WaitStatus::StillAlive) | Err(_) => return,
            Ok(_) => continue,
        };
        if let Some(slot) = running.remove(&pid) {
            let _ = Reply::Exited(slot, status).send(socket);
        }
    }
}

/// With a process table of its own the kernel ends all others; without one they are hunted down.
fn end(spec: &Spec) -> ! {
    if !spec.namespaces {
        for _ in 0..100 {
            let found = crate::supervisor::descendants(std::process::id());
            if found.is_empty() {
                break;
            }
            for pid in found {
                let _ = kill(Pid::from_raw(pid.cast_signed()), Signal::SIGKILL);
            }
            while let Ok(WaitStatus::Exited(..) | WaitStatus::Signaled(..)) =
                waitpid(None, Some(WaitPidFlag::WNOHANG))
            {}
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    sys::exit_now(0)
}

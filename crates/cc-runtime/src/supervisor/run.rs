//! The loop of a supervisor.

use super::clients::Client;
use super::lines::{RateLimit, Ring, Splitter, Verdict};
use super::protocol::{Cause, Exit, Phase, Tell};
use super::stage::Stage;
use super::state::{Process, State};
use super::{disk, usage};
use crate::clock::now_ns;
use crate::container::{Container, Reply, Request, Spec, launch};
use crate::network::gateway;
use crate::sys;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{pipe2, read};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// A supervisor whose server never comes back ends after this time.
const PATIENCE: Duration = Duration::from_hours(24);
const MEMORY_PERIOD: Duration = Duration::from_secs(1);
/// How long output of killed processes is waited for.
const DRAIN: Duration = Duration::from_millis(500);

pub(super) struct Stream {
    pipe: OwnedFd,
    slot: u32,
    is_error: bool,
    splitter: Splitter,
}

pub(super) struct Supervisor {
    pub(super) spec: Spec,
    pub(super) sources: Vec<String>,
    pub(super) state: State,
    pub(super) container: Option<Container>,
    pub(super) stage: Stage,
    pub(super) streams: Vec<Stream>,
    pub(super) clients: Vec<Client>,
    pub(super) ring: Ring,
    pub(super) limit: RateLimit,
    pub(super) running: BTreeSet<u32>,
    /// Why it ends; the first cause counts.
    pub(super) exit: Option<Exit>,
    pub(super) log_bytes: u64,
    pub(super) disk: disk::Watch,
    pub(super) disk_due: Instant,
    pub(super) memory_due: Option<Instant>,
    pub(super) timeout: Option<Instant>,
    /// Its processes stand still.
    pub(super) is_stopped: bool,
    pub(super) is_forgotten: bool,
}

/// Runs the container of `spec` to its end and until it is forgotten. The current folder is the container's.
pub(super) fn run(spec: Spec, listener: &UnixListener) -> io::Result<()> {
    if let Some(layout) = &spec.cgroup {
        // Where it stays is a matter of tidiness: a supervisor works in any group.
        let _ = layout.move_supervisor(std::process::id());
    }
    let now = Instant::now();
    let slots = spec.inputs.len() + spec.commands.len();
    let sources = (0..slots).filter_map(|slot| spec.program(slot)).map(|program| program.source).collect();
    let state = State::read(Path::new(".")).ok_or_else(|| io::Error::other("no state file"))?;
    let mut supervisor = Supervisor {
        sources,
        state,
        container: None,
        stage: Stage::Input(0),
        streams: Vec::new(),
        clients: Vec::new(),
        ring: Ring::default(),
        limit: RateLimit::new(spec.log_rate, now_ns()),
        running: BTreeSet::new(),
        exit: None,
        log_bytes: 0,
        disk: disk::Watch::new(spec.disk_bytes, disk::free(&spec.work).unwrap_or(0), now),
        disk_due: now,
        memory_due: spec.cgroup.is_none().then_some(now + MEMORY_PERIOD),
        timeout: spec.timeout_ms.map(|ms| now + Duration::from_millis(ms)),
        is_stopped: false,
        is_forgotten: false,
        spec,
    };
    supervisor.start()?;
    while !supervisor.is_forgotten {
        supervisor.turn(listener)?;
    }
    let _ = std::fs::remove_file(super::SOCKET);
    Ok(())
}

impl Supervisor {
    fn start(&mut self) -> io::Result<()> {
        match launch(&self.spec) {
            Ok(mut container) => {
                let network = container.network.take();
                self.state.init = Process::find(container.init.as_raw().cast_unsigned());
                self.state.write(Path::new("."))?;
                self.container = Some(container);
                match gateway::start(&self.spec, network) {
                    Ok(()) => self.next_input(0),
                    Err(error) => self.kill_because(Cause::Setup(format!("network: {error}"))),
                }
                Ok(())
            }
            Err(error) => {
                self.end_because(Cause::Setup(error.to_string()), None);
                self.finish()
            }
        }
    }

    /// Starts this input, or the commands if there are no more inputs.
    fn next_input(&mut self, place: usize) {
        let Some(input) = self.spec.inputs.get(place).cloned() else { return self.start_commands() };
        self.stage = Stage::Input(place);
        let opened = File::open(&input.path).and_then(|file| {
            if input.is_temporary {
                std::fs::remove_file(&input.path)?;
            }
            self.spawn(place, OwnedFd::from(file))
        });
        if let Err(error) = opened {
            self.kill_because(Cause::Setup(format!("{}: {error}", input.name)));
        }
    }

    fn is_optional(&self, place: usize) -> bool {
        self.spec.inputs.get(place).is_some_and(|input| input.is_optional)
    }

    fn start_commands(&mut self) {
        self.stage = Stage::Running;
        let first = self.spec.inputs.len();
        for slot in first..first + self.spec.commands.len() {
            let started =
                File::open("/dev/null").and_then(|nothing| self.spawn(slot, OwnedFd::from(nothing)));
            if let Err(error) = started {
                return self.kill_because(Cause::Setup(error.to_string()));
            }
        }
        self.tell_all(&Tell::Phase(Phase::Running));
    }

    fn spawn(&mut self, slot: usize, input: OwnedFd) -> io::Result<()> {
        let Some(container) = &self.container else { return Err(io::Error::other("no container")) };
        let slot = u32::try_from(slot).map_err(io::Error::other)?;
        let (out_read, out_write) = pipe2(OFlag::O_CLOEXEC)?;
        let (err_read, err_write) = pipe2(OFlag::O_CLOEXEC)?;
        for (pipe, is_error) in [(out_read, false), (err_read, true)] {
            fcntl(&pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
            self.streams.push(Stream { pipe, slot, is_error, splitter: Splitter::default() });
        }
        Request::Spawn(slot).send(container.socket.as_fd(), &[input, out_write, err_write])?;
        self.running.insert(slot);
        Ok(())
    }

    /// Waits for something to happen and deals with it.
    fn turn(&mut self, listener: &UnixListener) -> io::Result<()> {
        let timeout = self.wait();
        let (mut from_init, mut from_listener) = (false, false);
        let mut ready_streams = Vec::new();
        let mut ready_clients = Vec::new();
        {
            let mut watched = vec![PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
            watched.extend(self.streams.iter().map(|s| PollFd::new(s.pipe.as_fd(), PollFlags::POLLIN)));
            watched.extend(self.clients.iter().map(|client| {
                let more = if client.has_unsent() { PollFlags::POLLOUT } else { PollFlags::empty() };
                PollFd::new(client.descriptor(), PollFlags::POLLIN | more)
            }));
            watched.extend(self.container.iter().map(|c| PollFd::new(c.socket.as_fd(), PollFlags::POLLIN)));
            match poll(&mut watched, timeout) {
                Ok(_) => {}
                Err(Errno::EINTR) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            let mut flags = watched.iter().map(|fd| fd.any().unwrap_or(false));
            from_listener |= flags.next().unwrap_or(false);
            ready_streams.extend(flags.by_ref().take(self.streams.len()));
            ready_clients.extend(flags.by_ref().take(self.clients.len()));
            from_init |= flags.next().unwrap_or(false);
        }
        if from_listener && let Ok((stream, _)) = listener.accept() {
            self.clients.extend(Client::accept(stream));
            ready_clients.push(false);
        }
        self.read_streams(&ready_streams);
        if from_init {
            self.hear_init();
        }
        self.serve_clients(&ready_clients);
        self.check_time()?;
        self.write_clients();
        Ok(())
    }

    fn wait(&self) -> PollTimeout {
        let now = Instant::now();
        let mut next = match self.stage {
            Stage::Stopping(at) | Stage::Ended(at) => at,
            // The end of the first process is seen by asking.
            Stage::Killed(at) => at.min(now + Duration::from_millis(5)),
            Stage::Input(_) | Stage::Running => self.disk_due,
        };
        if let Stage::Input(_) | Stage::Running | Stage::Stopping(_) = self.stage {
            next = [self.memory_due, self.timeout].into_iter().flatten().fold(next, Instant::min);
        }
        let milliseconds = next.saturating_duration_since(now).as_millis().saturating_add(1);
        PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX)
    }

    fn read_streams(&mut self, ready: &[bool]) {
        let mut buffer = [0; 16 * 1024];
        let mut place = 0;
        for is_ready in ready {
            let mut is_open = true;
            if *is_ready && let Some(stream) = self.streams.get_mut(place) {
                let mut lines = Vec::new();
                match read(&stream.pipe, &mut buffer) {
                    Ok(0) => {
                        stream.splitter.finish(&mut |line| lines.push(line));
                        is_open = false;
                    }
                    Ok(length) => {
                        let bytes = buffer.get(..length).unwrap_or_default();
                        stream.splitter.push(bytes, |line| lines.push(line));
                    }
                    Err(Errno::EAGAIN | Errno::EINTR) => {}
                    Err(_) => is_open = false,
                }
                let (slot, is_error) = (stream.slot, stream.is_error);
                for line in lines {
                    self.keep(slot, is_error, line);
                }
            }
            if is_open {
                place += 1;
            } else {
                self.streams.remove(place);
            }
        }
    }

    fn keep(&mut self, slot: u32, is_error: bool, line: Vec<u8>) {
        let now = now_ns();
        match self.limit.admit(line.len(), now) {
            Verdict::Pass => {
                self.log_bytes = self.log_bytes.saturating_add(u64::try_from(line.len()).unwrap_or(0));
                self.ring.push(slot, is_error, line, now);
            }
            Verdict::Drop => {}
            Verdict::DropAloud => {
                let rate = self.spec.log_rate;
                let text = format!("app instance exceeded log rate limit ({rate} bytes/sec)");
                self.ring.push(slot, false, text.into_bytes(), now);
            }
        }
    }

    fn hear_init(&mut self) {
        let Some(container) = &self.container else { return };
        let mut buffer = [0; 4096];
        let length = match sys::receive(container.socket.as_fd(), &mut buffer) {
            Ok((length, _)) => length,
            Err(Errno::EINTR | Errno::EAGAIN) => return,
            Err(_) => 0,
        };
        match Reply::decode(buffer.get(..length).unwrap_or_default()) {
            Some(Reply::Exited(slot, status)) => self.program_ended(slot, status),
            Some(_) => {}
            None => {
                // The first process is gone, and with it all others.
                self.end_because(Cause::Program, Some((0, -9)));
                self.container_is_gone();
            }
        }
    }

    fn program_ended(&mut self, slot: u32, status: i32) {
        self.running.remove(&slot);
        match self.stage {
            Stage::Input(place) if status == 0 || self.is_optional(place) => self.next_input(place + 1),
            Stage::Input(place) => {
                let name = self.spec.inputs.get(place).map(|input| input.name.clone()).unwrap_or_default();
                self.kill_because(Cause::Setup(format!("{name}: exited with status {}", plain(status))));
            }
            Stage::Running => {
                self.end_because(Cause::Program, Some((slot, status)));
                self.terminate(Duration::from_millis(self.spec.grace_ms));
            }
            Stage::Stopping(_) => {
                if let Some(exit) = self.exit.as_mut().filter(|exit| exit.status.is_none()) {
                    exit.status = Some(plain(status));
                    exit.source = source_of(&self.sources, slot);
                }
                if self.running.is_empty() {
                    self.kill_all();
                }
            }
            Stage::Killed(_) | Stage::Ended(_) => {}
        }
    }

    /// SIGTERM to the commands; those that do not go in time are killed.
    pub(super) fn terminate(&mut self, grace: Duration) {
        if self.running.is_empty() {
            return self.kill_all();
        }
        for slot in &self.running {
            self.signal(*slot, Signal::SIGTERM);
        }
        self.stage = Stage::Stopping(Instant::now() + grace);
    }

    fn signal(&self, slot: u32, signal: Signal) {
        if let Some(container) = &self.container {
            let _ = Request::Signal(slot, signal as i32).send(container.socket.as_fd(), &[]);
        }
    }

    pub(super) fn kill_because(&mut self, cause: Cause) {
        self.end_because(cause, None);
        self.kill_all();
    }

    pub(super) fn kill_all(&mut self) {
        if let Some(container) = &self.container {
            let _ = container.group.as_ref().is_some_and(crate::container::cgroup::Group::kill);
            if self.spec.namespaces {
                let _ = kill(container.init, Signal::SIGKILL);
            } else {
                let _ = Request::KillAll.send(container.socket.as_fd(), &[]);
            }
        }
        if !matches!(self.stage, Stage::Killed(_) | Stage::Ended(_)) {
            self.stage = Stage::Killed(Instant::now() + DRAIN);
        }
    }

    fn container_is_gone(&mut self) {
        if !matches!(self.stage, Stage::Killed(_) | Stage::Ended(_)) {
            self.stage = Stage::Killed(Instant::now() + DRAIN);
        }
        if let Some(container) = self.container.take() {
            let _ = kill(container.init, Signal::SIGKILL);
            if let (Some(group), Some(exit)) = (container.group, self.exit.as_mut()) {
                exit.out_of_memory |= exit.status == Some(137) && group.ran_out_of_memory();
                group.remove();
            }
        }
    }

    /// The first cause counts.
    pub(super) fn end_because(&mut self, cause: Cause, ended: Option<(u32, i32)>) {
        if self.exit.is_none() {
            let source = ended.map(|(slot, _)| source_of(&self.sources, slot));
            let first = || source_of(&self.sources, u32::try_from(self.spec.inputs.len()).unwrap_or(0));
            // What is killed for a limit has the status of SIGKILL, like one that the kernel kills.
            let killed = matches!(cause, Cause::Memory | Cause::Disk).then_some(137);
            self.exit = Some(Exit {
                out_of_memory: cause == Cause::Memory,
                cause,
                source: source.unwrap_or_else(first),
                status: ended.map(|(_, status)| plain(status)).or(killed),
                forced: false,
                at_ns: now_ns(),
            });
        }
    }

    /// Everything is over: the result goes to disk and to who listens.
    fn finish(&mut self) -> io::Result<()> {
        self.stage = Stage::Ended(Instant::now() + PATIENCE);
        for mut stream in std::mem::take(&mut self.streams) {
            let mut lines = Vec::new();
            stream.splitter.finish(&mut |line| lines.push(line));
            for line in lines {
                self.keep(stream.slot, stream.is_error, line);
            }
        }
        reap();
        self.state.exit.clone_from(&self.exit);
        self.state.write(Path::new("."))
    }

    fn check_time(&mut self) -> io::Result<()> {
        let now = Instant::now();
        reap();
        match self.stage {
            Stage::Ended(at) => self.is_forgotten |= now >= at,
            Stage::Killed(at) => {
                let init = self.state.init.filter(|init| init.is_alive());
                if init.is_none() {
                    self.container_is_gone();
                }
                if init.is_none() && (self.streams.is_empty() || now >= at) {
                    self.finish()?;
                } else if now >= at {
                    self.stage = Stage::Killed(now + DRAIN);
                    self.kill_all();
                }
            }
            Stage::Stopping(at) if now >= at => {
                if let Some(exit) = self.exit.as_mut() {
                    exit.forced = true;
                    exit.status = exit.status.or(Some(137));
                }
                self.kill_all();
            }
            Stage::Input(_) | Stage::Running | Stage::Stopping(_) => self.check_limits(now),
        }
        Ok(())
    }

    fn check_limits(&mut self, now: Instant) {
        if self.timeout.is_some_and(|at| now >= at) {
            return self.kill_because(Cause::Timeout);
        }
        if self.memory_due.is_some_and(|at| now >= at)
            && let Some(container) = &self.container
        {
            let (memory, _) = usage::processes(container);
            self.memory_due = Some(now + MEMORY_PERIOD);
            if memory > self.spec.memory_bytes {
                return self.kill_because(Cause::Memory);
            }
        }
        if now >= self.disk_due {
            self.watch_disk(now);
        }
    }

    fn watch_disk(&mut self, now: Instant) {
        let advice = match disk::free(&self.spec.work) {
            Some(free) => self.disk.advise(free, now),
            None => disk::Advice::Count,
        };
        if advice != disk::Advice::Wait {
            let stops = advice == disk::Advice::CountStopped;
            self.set_stopped(stops);
            self.count_disk();
            if self.disk.is_over() {
                // What is moved while it is counted counts twice: once more with nothing moving.
                self.set_stopped(true);
                self.count_disk();
            }
            if self.disk.is_over() {
                self.kill_because(Cause::Disk);
            }
            self.set_stopped(false);
        }
        self.disk_due = Instant::now() + self.disk.pause();
    }

    fn set_stopped(&mut self, stopped: bool) {
        if stopped != self.is_stopped
            && let Some(container) = &self.container
        {
            container.set_stopped(stopped);
            self.is_stopped = stopped;
        }
    }

    pub(super) fn count_disk(&mut self) {
        let begun = Instant::now();
        let free = disk::free(&self.spec.work).unwrap_or(0);
        let init = self.container.as_ref().map(|container| container.init.as_raw().cast_unsigned());
        let processes = init.map(usage::descendants).unwrap_or_default();
        self.disk.counted(disk::used(&self.spec.work, &processes), free, begun);
    }
}

fn reap() {
    while let Ok(WaitStatus::Exited(..) | WaitStatus::Signaled(..)) =
        waitpid(None, Some(WaitPidFlag::WNOHANG))
    {}
}

/// Status as a shell shows it.
fn plain(status: i32) -> i32 {
    if status < 0 { 128 - status } else { status }
}

fn source_of(sources: &[String], slot: u32) -> String {
    usize::try_from(slot).ok().and_then(|slot| sources.get(slot)).cloned().unwrap_or_default()
}

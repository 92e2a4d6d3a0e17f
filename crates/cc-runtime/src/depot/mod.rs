//! The containers of this machine, on disk and running: made, found again, talked to, removed.

mod files;
mod handle;
mod meta;
mod seat;

pub(crate) use files::{make_work, others_can_reach, remove_tree};
pub(crate) use handle::{Event, Handle, OnLine, Remote};
pub(crate) use meta::{Meta, Work};
pub(crate) use seat::Seat;

use crate::container::{Input, Program, Spec};
use crate::isolation::Tier;
use crate::network::dial::{Reach, Through};
use crate::network::policy::Policy;
use crate::network::{self, Subnet};
use crate::supervisor::protocol::Exit;
use crate::supervisor::{State, WORD, write_atomically};
use cc_domain::traffic::Way;
use hmac::{Hmac, KeyInit, Mac};
use nix::sys::memfd::{MFdFlags, memfd_create};
use sha2::Sha256;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Folders and means that all containers share.
pub(crate) struct Depot {
    /// One folder a container, named by its id.
    containers: PathBuf,
    /// Where work trees lie; None: in the container's folder.
    works: Option<PathBuf>,
    exe: PathBuf,
    key: Vec<u8>,
    pub tier: Tier,
    /// Of new containers; None: they use the host's.
    network: Option<Outside>,
    /// Where those are reached that use the host's network.
    host: String,
    seats: seat::Seats,
}

/// What is outside of containers with a network of their own.
#[derive(Clone)]
pub(crate) struct Outside {
    pub policy: Policy,
    /// Empty: those of the host.
    pub name_servers: Vec<SocketAddr>,
}

/// What the caller decides about a container.
pub(crate) struct Plan {
    pub memory_mb: u32,
    pub disk_mb: u32,
    pub pids: u32,
    pub fds: u64,
    pub cpu_weight: u32,
    pub log_rate: i64,
    pub rootfs: Option<PathBuf>,
    pub files: Vec<(String, Vec<u8>)>,
    pub inputs: Vec<Input>,
    pub grace: Duration,
    pub timeout: Option<Duration>,
}

/// Paths as the container will see them, known before it is made.
pub(crate) struct Paths {
    pub home: PathBuf,
    pub tmp: PathBuf,
    pub lifecycle: PathBuf,
}

/// A container that was there before this server.
pub(crate) enum Found {
    Alive(Handle),
    Ended(Exit),
    /// Neither alive nor ended in order.
    Lost,
}

impl Depot {
    pub fn new(
        containers: PathBuf,
        works: Option<PathBuf>,
        exe: PathBuf,
        key: Vec<u8>,
        tier: Tier,
        outside: Outside,
        host: String,
    ) -> Self {
        let network = tier.has_gateway.then_some(outside);
        Self { containers, works, exe, key, tier, network, host, seats: seat::Seats::default() }
    }

    /// Whether new containers get a network of their own.
    pub fn has_gateway(&self) -> bool {
        self.network.is_some()
    }

    /// A place for a new container.
    pub fn seat(&self) -> io::Result<Seat> {
        self.seats.take().ok_or_else(|| io::Error::other("insufficient resources: containers"))
    }

    /// Address under which the programs of a new container in this place find themselves.
    pub fn address(&self, seat: &Seat) -> String {
        match &self.network {
            Some(_) => Subnet::of_slot(seat.slot()).container().to_string(),
            None => self.host.clone(),
        }
    }

    /// Id of the container of an instance: 12 digits of its guid.
    pub fn id_of(guid: &str) -> String {
        guid.chars().filter(char::is_ascii_hexdigit).take(12).collect()
    }

    pub fn folder(&self, id: &str) -> PathBuf {
        self.containers.join(id)
    }

    pub fn work(&self, id: &str) -> PathBuf {
        self.works.as_ref().map_or_else(|| self.folder(id).join("data"), |works| works.join(id))
    }

    pub fn paths(&self, id: &str) -> Paths {
        if self.tier.namespaces {
            Paths { home: "/home/vcap".into(), tmp: "/tmp".into(), lifecycle: "/.cf/lifecycle".into() }
        } else {
            let work = self.work(id);
            Paths { home: work.join("vcap"), tmp: work.join("tmp"), lifecycle: work.join("lifecycle") }
        }
    }

    /// Makes folder and supervisor; the supervisor goes on by itself. Blocking: some milliseconds.
    pub fn create(
        &self,
        id: &str,
        seat: Seat,
        what: Work,
        plan: Plan,
        commands: Vec<Program>,
    ) -> io::Result<()> {
        let made = self.make(id, seat.slot(), what, plan, commands);
        // From its description on, the place goes with the container.
        if Meta::read(&self.folder(id)).is_some_and(|meta| meta.slot == seat.slot()) {
            seat.keep();
        }
        if made.is_err() {
            self.remove(id);
        }
        made
    }

    fn make(&self, id: &str, slot: u16, what: Work, plan: Plan, commands: Vec<Program>) -> io::Result<()> {
        let folder = self.folder(id);
        files::make_folder(&folder, 0o700)?;
        let sources = commands.iter().map(|program| program.source.clone()).collect();
        let subnet = Subnet::of_slot(slot);
        let network = self.network.clone().map(|Outside { policy, name_servers }| network::Plan {
            subnet,
            policy,
            name_servers,
        });
        let meta = Meta { version: 1, slot, work: what, sources, has_network: network.is_some() };
        write_atomically(&folder.join(meta::FILE), &serde_json::to_vec(&meta)?)?;
        let users = self.tier.users.in_slot(slot);
        make_work(&self.work(id), users, &self.exe)?;
        let megabytes = |mb: u32| u64::from(mb) * 1024 * 1024;
        let spec = Spec {
            id: id.to_owned(),
            hello: self.hello(id),
            namespaces: self.tier.namespaces,
            users,
            network,
            cgroup: self.tier.cgroup.clone(),
            memory_bytes: megabytes(plan.memory_mb),
            disk_bytes: megabytes(plan.disk_mb),
            pids: plan.pids,
            fds: plan.fds,
            cpu_weight: plan.cpu_weight,
            log_rate: plan.log_rate,
            work: self.work(id),
            exe: self.exe.clone(),
            rootfs: plan.rootfs,
            files: plan.files,
            inputs: plan.inputs,
            commands,
            grace_ms: milliseconds(plan.grace),
            timeout_ms: plan.timeout.map(milliseconds),
        };
        let output = start_supervised(&self.exe, &[WORD.as_ref(), folder.as_os_str()], &spec)?;
        if output.status.success() {
            Ok(())
        } else {
            Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
        }
    }

    /// Ids and descriptions of all containers on disk. One without a readable description is removed.
    pub fn scan(&self) -> io::Result<Vec<(String, Meta)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.containers)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(meta) = Meta::read(&self.folder(&name)) {
                self.seats.restore(meta.slot);
                found.push((name, meta));
            } else {
                self.remove(&name);
            }
        }
        Ok(found)
    }

    /// Of all containers on disk.
    pub fn ids(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.containers).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    pub fn count_living_instances(&self) -> usize {
        let is_living = |folder: &Path| {
            let is_instance =
                Meta::read(folder).is_some_and(|meta| matches!(meta.work, Work::Instance { .. }));
            let state = State::read(folder).filter(|state| state.exit.is_none());
            is_instance
                && state.and_then(|state| state.init).is_some_and(crate::supervisor::Process::is_alive)
        };
        let folders = fs::read_dir(&self.containers).into_iter().flatten().flatten();
        folders.filter(|entry| is_living(&entry.path())).count()
    }

    /// Connects to a container, of this server or one before it. What was copied from another folder is lost here.
    pub async fn open(&self, id: &str, replay: bool, on_line: OnLine) -> Found {
        if State::read(&self.folder(id)).is_none() {
            return Found::Lost;
        }
        match Handle::connect(self.folder(id), self.hello(id), self.reach(id), replay, on_line).await {
            Ok(handle) => Found::Alive(handle),
            Err(_) => match State::read(&self.folder(id)).and_then(|state| state.exit) {
                Some(exit) => Found::Ended(exit),
                None => Found::Lost,
            },
        }
    }

    fn reach(&self, id: &str) -> Reach {
        let folder = self.folder(id);
        match Meta::read(&folder).filter(|meta| meta.has_network) {
            Some(meta) => Reach {
                host: Subnet::of_slot(meta.slot).container().to_string(),
                way: Way::Through(Arc::new(Through { folder, hello: self.hello(id) })),
            },
            None => Reach { host: self.host.clone(), way: Way::Host },
        }
    }

    /// Removes a container that ended or is lost, and its supervisor if that has not heard of it yet. Blocking.
    pub fn remove(&self, id: &str) {
        let folder = self.folder(id);
        if let Some(state) = State::read(&folder) {
            files::kill_leftovers(&state, &folder);
            if let Some(layout) = &self.tier.cgroup {
                crate::container::cgroup::Group::existing(layout, id).remove();
            }
        }
        let slot = Meta::read(&folder).map(|meta| meta.slot);
        remove_tree(&self.work(id));
        remove_tree(&folder);
        if let Some(slot) = slot {
            self.seats.free(slot);
        }
    }

    fn hello(&self, id: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(id.as_bytes());
        crate::hex::lower(&mac.finalize().into_bytes())
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Runs a hidden subcommand with a specification on its standard input and nothing in its environment.
pub(crate) fn start_supervised(exe: &Path, args: &[&OsStr], spec: &Spec) -> io::Result<Output> {
    let mut memory = File::from(sealed_memory()?);
    memory.write_all(&serde_json::to_vec(spec)?)?;
    memory.rewind()?;
    let errors = File::from(sealed_memory()?);
    let status = Command::new(exe)
        .args(args)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(memory))
        .stdout(Stdio::null())
        .stderr(Stdio::from(errors.try_clone()?))
        .status()?;
    let stderr = read_back(errors)?;
    Ok(Output { status, stdout: Vec::new(), stderr })
}

fn read_back(mut file: File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.rewind()?;
    io::Read::read_to_end(&mut file, &mut text)?;
    Ok(text)
}

/// A file without a name, so that what is in it never lies on disk.
fn sealed_memory() -> io::Result<OwnedFd> {
    Ok(memfd_create(c"spec", MFdFlags::MFD_CLOEXEC)?)
}

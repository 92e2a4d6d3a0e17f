//! The process that stands between a container's network and the host's: `__gateway`, started by the container's supervisor.
//!
//! It reads what an app sends and may therefore be attacked with it. So it knows no secret but the container's hello, has no rights,
//! and runs under an id of the container's range where there is one. It ends with the container's first process, and that one with it:
//! an app without its gateway starts again.

mod datagrams;
mod egress;
pub(crate) mod ingress;
mod names;
mod stack;
mod stream;

pub(crate) use names::{hosts, resolv_conf};

use super::Plan;
use super::device::Ends;
use crate::container::{Spec, Users};
use crate::sys::{self, network};
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use tokio::task::LocalSet;

/// Hidden subcommand.
pub(crate) const WORD: &str = "__gateway";
/// Of all its flows together.
const MEMORY: u64 = 256 << 20;

/// What it is told, on its standard input.
#[derive(Serialize, Deserialize)]
struct Orders {
    hello: String,
    plan: Plan,
    /// Who it becomes; None: it stays who it is.
    id: Option<u32>,
    /// Who may ask for connections.
    owner: u32,
}

/// Starts the gateway of a container, if it has a network of its own. Called by its supervisor, whose folder is the current one.
pub(crate) fn start(spec: &Spec, ends: Option<Ends>) -> io::Result<()> {
    let (plan, ends) = match (&spec.network, ends) {
        (Some(plan), Some(ends)) => (plan, ends),
        (Some(_), None) => return Err(io::Error::other("the container made none")),
        (None, _) => return Ok(()),
    };
    let _ = std::fs::remove_file(ingress::SOCKET);
    // It listens before the gateway does: nobody who asks finds nobody.
    let listener = UnixListener::bind(ingress::SOCKET)?;
    std::fs::set_permissions(ingress::SOCKET, Permissions::from_mode(0o600))?;
    let orders = Orders {
        hello: spec.hello.clone(),
        plan: plan.clone(),
        id: id(spec.users),
        owner: nix::unistd::geteuid().as_raw(),
    };
    let mut memory = File::from(memfd_create(c"orders", MFdFlags::MFD_CLOEXEC)?);
    memory.write_all(&serde_json::to_vec(&orders)?)?;
    memory.rewind()?;
    let given = [OwnedFd::from(listener), ends.tun, ends.sockets];
    for descriptor in &given {
        fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::empty()))?;
    }
    // Reaped with the supervisor's other children.
    Command::new(&spec.exe)
        .arg(WORD)
        .args(given.iter().map(|descriptor| descriptor.as_raw_fd().to_string()))
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(memory))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}

/// An id that no program of the container has.
fn id(users: Users) -> Option<u32> {
    const NOBODY: u32 = 65_534;
    match users {
        Users::Range { base } => base.checked_add(NOBODY),
        Users::Host { uid } => uid.checked_sub(crate::container::VCAP)?.checked_add(NOBODY),
        Users::Single | Users::Same => None,
    }
}

/// Runs `__gateway LISTENER TUN SOCKETS`, numbers of descriptors, until the container ends.
pub(crate) fn main(args: &[OsString]) -> i32 {
    let [listener, tun, sockets] = args else { return 2 };
    let inherited = |word: &OsString| word.to_str()?.parse().ok().and_then(|n| network::inherited(n).ok());
    match (inherited(listener), inherited(tun), inherited(sockets)) {
        (Some(listener), Some(tun), Some(sockets)) => match run(listener, tun, sockets) {
            Ok(()) => 0,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{error}");
                1
            }
        },
        _ => 2,
    }
}

fn run(listener: OwnedFd, tun: OwnedFd, sockets: OwnedFd) -> io::Result<()> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let orders: Orders = serde_json::from_slice(&text)?;
    sys::place(File::open("/dev/null")?.as_fd(), 0)?;
    let _ = nix::sys::prctl::set_name(c"cc-gateway");
    sys::ignore_hangups();
    give_up_rights(orders.id)?;
    let listener = UnixListener::from(listener);
    listener.set_nonblocking(true)?;
    fcntl(&sockets, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = tokio::net::UnixListener::from_std(listener)?;
        let (tun, sockets) = (network::watched(tun)?, network::watched(sockets)?);
        let Orders { hello, plan, owner, .. } = orders;
        let ingress = ingress::serve(listener, sockets, owner, hello, plan.subnet.container());
        tokio::select! {
            () = ingress => Ok(()),
            ended = egress::serve(tun, plan) => ended,
        }
    })
}

fn give_up_rights(id: Option<u32>) -> io::Result<()> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    setrlimit(Resource::RLIMIT_DATA, MEMORY, MEMORY)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    if let Some(id) = id {
        let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
        setgroups(&[])?;
        setresgid(group, group, group)?;
        setresuid(user, user, user)?;
    }
    sys::keep_capabilities(&[])?;
    nix::sys::prctl::set_no_new_privs()?;
    nix::sys::prctl::set_dumpable(false)?;
    // Names of servers, and where the file with them may lead to.
    let names = ["/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager", "/run/connman"];
    crate::container::read_only(&names).map_err(io::Error::other)?;
    crate::container::refuse_rare_calls().map_err(|error| io::Error::other(error.to_string()))
}

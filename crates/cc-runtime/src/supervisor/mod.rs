//! The supervisor of one container: a small process of its own, which no end of the server touches.
//!
//! Hidden subcommand `__supervise DIR`, its [`Spec`](crate::container::Spec) on standard input. It leaves the server's
//! session, makes the container, keeps the output of its programs, answers the server on `DIR/shim.sock` and stays
//! after the end until told to forget, or a day. One thread, no async runtime.

mod answers;
mod clients;
mod disk;
mod lines;
pub(crate) mod protocol;
mod run;
mod stage;
mod state;
mod usage;

pub(crate) use protocol::Cause;
pub(crate) use state::{Home, Process, State, write_atomically};
pub(crate) use usage::descendants;

use crate::container::Spec;
use crate::sys;
use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// Hidden subcommand.
pub(crate) const WORD: &str = "__supervise";
pub(crate) const SOCKET: &str = "shim.sock";

/// Runs `__supervise DIR`: returns in the calling process as soon as the supervisor answers on its socket, with 0, or
/// with 1 and a reason on standard error. Must be called before any thread or async runtime exists.
pub fn supervise_main(args: &[OsString]) -> i32 {
    let [folder] = args else { return 2 };
    sys::keep_files_private();
    match begin(Path::new(folder)) {
        Ok(status) => status,
        Err(error) => {
            let _ = writeln!(io::stderr(), "supervisor: {error}");
            1
        }
    }
}

fn begin(folder: &Path) -> io::Result<i32> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let spec: Spec = serde_json::from_slice(&text)?;
    drop(text);
    let nothing = File::open("/dev/null")?;
    sys::place(nothing.as_fd(), 0)?;
    std::env::set_current_dir(folder)?;
    let (mut ready, announce) = io::pipe()?;
    match sys::fork()? {
        sys::Side::Parent(_) => {
            drop(announce);
            let mut byte = [0; 1];
            Ok(i32::from(ready.read(&mut byte)? != 1))
        }
        sys::Side::Child => {
            drop(ready);
            let status = match settle(announce).and_then(|listener| run::run(spec, &listener)) {
                Ok(()) => 0,
                Err(error) => {
                    let _ = writeln!(io::stderr(), "supervisor: {error}");
                    1
                }
            };
            sys::exit_now(status)
        }
    }
}

/// Leaves the server behind and opens the socket.
fn settle(mut announce: io::PipeWriter) -> io::Result<UnixListener> {
    nix::unistd::setsid()?;
    sys::ignore_hangups();
    let _ = nix::sys::prctl::set_name(c"cc-supervise");
    let _ = std::fs::write("/proc/self/oom_score_adj", "-900");
    let _ = std::fs::remove_file(SOCKET);
    let listener = UnixListener::bind(SOCKET)?;
    std::fs::set_permissions(SOCKET, Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    let own = Process::find(std::process::id()).ok_or_else(|| io::Error::other("no /proc"))?;
    let state = State {
        version: 1,
        supervisor: own,
        init: None,
        started_ns: crate::clock::now_ns(),
        exit: None,
        home: Home::of(Path::new(".")),
    };
    state.write(Path::new("."))?;
    announce.write_all(b"x")?;
    Ok(listener)
}

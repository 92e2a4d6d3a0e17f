//! System calls that no safe crate offers. The only module with unsafe code; every function is safe to call.
#![expect(unsafe_code, reason = "the one place for raw system calls")]

pub mod network;

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{ForkResult, Pid};
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;

/// Which side of a fork goes on.
pub enum Side {
    Parent(Pid),
    Child,
}

/// Whether a mount may be written to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    Allowed,
    ReadOnly,
}

/// Forks. Callers are programs with a single thread (`__supervise`, `__probe` and what they fork), where the child
/// may do anything.
pub fn fork() -> nix::Result<Side> {
    // SAFETY: the process has one thread, so no lock can be held by a thread that is gone in the child.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Side::Parent(child)),
        ForkResult::Child => Ok(Side::Child),
    }
}

/// Ends the process at once, running no destructors or exit handlers: the end of every forked child.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: _exit has no preconditions.
    unsafe { libc::_exit(code) }
}

/// Receives one message of a SEQPACKET socket with at most three descriptors, all close-on-exec. Length 0 is the end.
pub fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> nix::Result<(usize, Vec<OwnedFd>)> {
    let mut space = nix::cmsg_space!([i32; 3]);
    let mut parts = [IoSliceMut::new(buffer)];
    let message =
        recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::MSG_CMSG_CLOEXEC)?;
    let mut received = Vec::new();
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(raw) = control {
            // SAFETY: the kernel has just made these descriptors for this process; nothing else knows them.
            received.extend(raw.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }));
        }
    }
    Ok((message.bytes, received))
}

/// Makes `target` descriptor number `number` (0, 1 or 2) of this process, without close-on-exec.
pub fn place(target: BorrowedFd<'_>, number: i32) -> nix::Result<()> {
    // SAFETY: dup2 takes numbers; the caller gives one of the standard ones, which no Rust object owns.
    Errno::result(unsafe { libc::dup2(target.as_raw_fd(), number) }).map(drop)
}

/// Marks every descriptor from 3 up close-on-exec.
pub fn close_rest_on_exec() {
    // SAFETY: takes numbers only; an old kernel answers ENOSYS, and ours are close-on-exec already.
    unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

/// Signal handling as after a fresh login: all default, none blocked.
pub fn reset_signals() {
    for signal in 1..=64 {
        // SAFETY: SIG_DFL is valid for every signal; the kernel refuses those that cannot change.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let _ = nix::sys::signal::SigSet::empty().thread_set_mask();
}

/// Ignores what would end a process because a peer or terminal went away.
pub fn ignore_hangups() {
    for signal in [libc::SIGPIPE, libc::SIGHUP, libc::SIGINT] {
        // SAFETY: SIG_IGN is valid for these signals.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// Keeps only the capabilities whose numbers are given, in all sets; the ambient set becomes empty.
pub fn keep_capabilities(kept: &[u32]) -> nix::Result<()> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    for number in 0..64_u32 {
        if !kept.contains(&number) {
            // SAFETY: numbers only; unknown capabilities and missing rights are answered with an error.
            unsafe { libc::prctl(libc::PR_CAPBSET_DROP, libc::c_ulong::from(number), 0, 0, 0) };
        }
    }
    // SAFETY: numbers only.
    unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) };
    let low: u32 = kept.iter().filter(|n| **n < 32).fold(0, |sum, n| sum | (1 << n));
    let first = Sets { effective: low, permitted: low, inheritable: 0 };
    let (header, sets) = (Header { version: 0x2008_0522, pid: 0 }, [first, Sets::default()]);
    // SAFETY: version 3 of the call takes a header and two sets of this layout, both alive during the call.
    Errno::result(unsafe { libc::syscall(libc::SYS_capset, &raw const header, sets.as_ptr()) }).map(drop)
}

/// Takes rights from a mount and all below it: set-uid and devices always, writing if `ReadOnly`. ENOSYS before
/// kernel 5.12.
pub fn restrict_mount(path: &Path, allowed: Writing) -> nix::Result<()> {
    use nix::NixPath;
    #[repr(C)]
    struct Attributes {
        set: u64,
        clear: u64,
        propagation: u64,
        userns: u64,
    }
    let writing = match allowed {
        Writing::ReadOnly => libc::MOUNT_ATTR_RDONLY,
        Writing::Allowed => 0,
    };
    let wanted = writing | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
    let attributes = Attributes { set: wanted, clear: 0, propagation: 0, userns: 0 };
    let result = path.with_nix_path(|text| {
        // SAFETY: `text` ends in a zero byte and `attributes` has the size given; both outlive the call.
        unsafe {
            libc::syscall(
                libc::SYS_mount_setattr,
                libc::AT_FDCWD,
                text.as_ptr(),
                libc::AT_RECURSIVE,
                &raw const attributes,
                size_of::<Attributes>(),
            )
        }
    })?;
    Errno::result(result).map(drop)
}

/// What this process makes from now on is nobody's but its user's: files 0600, folders 0700.
pub fn keep_files_private() {
    umask(Mode::from_bits_truncate(0o077));
}

/// What this process makes from now on has the modes of an ordinary login: files 0644, folders 0755.
pub fn make_ordinary_files() {
    umask(Mode::from_bits_truncate(0o022));
}

/// From now on big blocks of memory go back to the system when they are freed. By itself glibc keeps what has been freed once, for each
/// thread, and a server that has hashed some passwords would never be small again.
pub fn give_back_memory() {
    #[cfg(target_env = "gnu")]
    // SAFETY: numbers only.
    unsafe {
        // The bodies of answers stay below, so that they do not cost a system call each; the memory of a password hash is above.
        libc::mallopt(libc::M_MMAP_THRESHOLD, 4 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 20);
    }
}

/// Lowers the priority of this process and what it starts.
pub fn be_nice(by: i32) {
    // SAFETY: numbers only.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, by) };
}

/// Version of Landlock that this kernel has; None: it has none, or it is switched off.
pub fn landlock_version() -> Option<i32> {
    // SAFETY: with the flag LANDLOCK_CREATE_RULESET_VERSION (1) the call takes no pointer and makes nothing.
    let version =
        unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, 1_u32) };
    i32::try_from(version).ok().filter(|version| *version > 0)
}

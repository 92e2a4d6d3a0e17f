//! From a fork of the first process to a program of the container.

use super::seccomp::Filter;
use super::spec::{Program, Spec};
use super::{SetupError, Step};
use crate::sys;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{Gid, Uid, chdir, execve, setgroups, setresgid, setresuid, setsid};
use std::ffi::CString;
use std::io::Write;
use std::os::fd::BorrowedFd;

/// Becomes the program. What goes wrong before that is its first and only line on standard error; its status is 254.
pub(super) fn run(spec: &Spec, program: &Program, standard: [BorrowedFd<'_>; 3], filter: &Filter) -> ! {
    for (descriptor, number) in standard.into_iter().zip(0..) {
        if sys::place(descriptor, number).is_err() {
            sys::exit_now(254);
        }
    }
    if let Err(error) = become_program(spec, program, filter) {
        let _ = writeln!(std::io::stderr(), "failed to start {}: {error}", program.source);
    }
    sys::exit_now(254)
}

fn become_program(spec: &Spec, program: &Program, filter: &Filter) -> Result<(), SetupError> {
    setsid().step("session")?;
    limit(Resource::RLIMIT_NOFILE, spec.fds).step("open files")?;
    limit(Resource::RLIMIT_CORE, 0).step("core size")?;
    // No file alone outgrows the quota; one in memory may be as large as that.
    limit(Resource::RLIMIT_FSIZE, spec.disk_bytes.max(spec.memory_bytes)).step("file size")?;
    if spec.cgroup.is_none() {
        sys::be_nice(5);
    }
    if let Some(id) = spec.users.inner() {
        if spec.cgroup.is_none() {
            limit(Resource::RLIMIT_NPROC, u64::from(spec.pids)).step("processes")?;
        }
        let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
        setgroups(&[]).step("setgroups")?;
        setresgid(group, group, group).step("setresgid")?;
        setresuid(user, user, user).step("setresuid")?;
    }
    sys::keep_capabilities(&[]).step("capabilities")?;
    chdir(&spec.home()).step("home folder")?;
    sys::reset_signals();
    sys::close_rest_on_exec();
    let argv = texts(&program.argv).step("arguments")?;
    let variables: Vec<String> = program.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let env = texts(&variables).step("environment")?;
    let path = argv.first().ok_or("none").step("program")?;
    filter.apply().step("seccomp")?;
    execve(path, &argv, &env).step("exec").map(|never| match never {})
}

fn texts(list: &[String]) -> Result<Vec<CString>, std::ffi::NulError> {
    list.iter().map(|text| CString::new(text.as_str())).collect()
}

/// As far as the hard limit of the server allows.
fn limit(resource: Resource, wanted: u64) -> nix::Result<()> {
    let (_, hard) = getrlimit(resource)?;
    let value = wanted.min(hard);
    setrlimit(resource, value, value)
}

//! System calls that no app needs and some exploit: refused in every tier.

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};
use std::collections::BTreeMap;

/// Compiled once, applied by each program before it starts.
pub(super) struct Filter {
    refused: BpfProgram,
    missing: BpfProgram,
}

impl Filter {
    pub fn apply(&self) -> Result<(), seccompiler::Error> {
        apply_filter(&self.missing)?;
        apply_filter(&self.refused)
    }
}

const REFUSED: &[i64] = &[
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
];

/// Without an own process table debuggers are refused as well.
const REFUSED_IN_SHARED_TABLE: &[i64] =
    &[libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev];

/// `namespaces`: the container has its own process table.
pub(super) fn filter(namespaces: bool) -> Result<Filter, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = REFUSED.iter().map(|call| (*call, vec![])).collect();
    if !namespaces {
        rules.extend(REFUSED_IN_SHARED_TABLE.iter().map(|call| (*call, vec![])));
    }
    for request in [libc::TIOCSTI, libc::TIOCLINUX] {
        rules.entry(libc::SYS_ioctl).or_default().push(one(1, SeccompCmpOp::Eq, request)?);
    }
    for flag in [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ] {
        let flag = u64::from(flag.cast_unsigned());
        rules.entry(libc::SYS_clone).or_default().push(one(0, SeccompCmpOp::MaskedEq(flag), flag)?);
    }
    for family in [libc::AF_VSOCK, libc::AF_ALG, libc::AF_PACKET, libc::AF_KEY, libc::AF_XDP, libc::AF_TIPC] {
        let family = u64::from(family.cast_unsigned());
        rules.entry(libc::SYS_socket).or_default().push(one(0, SeccompCmpOp::Eq, family)?);
    }
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    let refused = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.cast_unsigned()),
        architecture,
    )?;
    // A filter cannot look into the structure that clone3 takes; without it the C library uses clone.
    let missing = SeccompFilter::new(
        BTreeMap::from([(libc::SYS_clone3, vec![])]),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
        architecture,
    )?;
    Ok(Filter { refused: refused.try_into()?, missing: missing.try_into()? })
}

/// Takes from this process for good what no app may do either.
pub(crate) fn refuse_rare_calls() -> Result<(), seccompiler::Error> {
    match filter(false) {
        Ok(filter) => filter.apply(),
        Err(error) => Err(seccompiler::Error::Backend(error)),
    }
}

fn one(
    argument: u8,
    comparison: SeccompCmpOp,
    value: impl Into<u64>,
) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Dword,
        comparison,
        value.into(),
    )?])
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_filters_compile_for_this_machine() {
        assert!(super::filter(true).is_ok());
        assert!(super::filter(false).is_ok());
    }
}

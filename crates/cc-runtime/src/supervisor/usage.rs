//! What a container uses, read from the process table and the file system.

use crate::container::Container;
use std::fs;

/// Below this process, itself excluded.
pub(crate) fn descendants(pid: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut open = vec![pid];
    while let Some(parent) = open.pop() {
        let Ok(threads) = fs::read_dir(format!("/proc/{parent}/task")) else { continue };
        for thread in threads.flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace().filter_map(|text| text.parse().ok()) {
                if !found.contains(&child) {
                    found.push(child);
                    open.push(child);
                }
            }
        }
    }
    found
}

/// Memory in bytes and processor time in nanoseconds.
pub(super) fn processes(container: &Container) -> (u64, u64) {
    if let Some(group) = &container.group {
        let used = group.used();
        return (used.memory_bytes, used.cpu_ns);
    }
    let init = container.init.as_raw().cast_unsigned();
    let all = descendants(init);
    let memory = all.iter().map(|pid| memory_of(*pid)).sum();
    let ticks: u64 = all.iter().chain([&init]).map(|pid| ticks_of(*pid)).sum();
    let per_second = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK).ok().flatten();
    let per_second = per_second.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0).unwrap_or(100);
    (memory, ticks.saturating_mul(1_000_000_000 / per_second))
}

/// Shared pages count by share.
fn memory_of(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let kilobytes: Option<u64> = text
        .lines()
        .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0).saturating_mul(1024)
}

/// Of the process and its children that ended.
fn ticks_of(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let Some((_, rest)) = text.rsplit_once(") ") else { return 0 };
    rest.split(' ').skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum()
}

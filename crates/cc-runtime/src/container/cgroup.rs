//! Control groups: version 2 where delegated, the hierarchies of version 1 for root.

use super::spec::Spec;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Folders below which each container gets its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Layout {
    V2 {
        parent: PathBuf,
        /// The server's own group, which it has to leave before its children can have limits.
        own: Option<PathBuf>,
    },
    V1 {
        memory: PathBuf,
        pids: PathBuf,
        cpu: Option<PathBuf>,
        cpuacct: Option<PathBuf>,
        /// Version 2 without controllers: offers `cgroup.kill`.
        unified: Option<PathBuf>,
    },
}

/// The groups of one container.
pub(crate) struct Group {
    layout: Layout,
    name: String,
}

/// What a group has used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub memory_bytes: u64,
    pub cpu_ns: u64,
}

const FOLDER: &str = "cc-server";
/// Where the server itself goes.
const LEAF: &str = "supervisor";
const CONTROLLERS: &str = "+memory +pids +cpu";

impl Layout {
    /// What this process could use, by the mount table; whether it may is for [`super::launch`] to find out.
    pub fn candidates() -> Vec<Self> {
        let (Ok(mounts), Ok(own)) =
            (fs::read_to_string("/proc/self/mountinfo"), fs::read_to_string("/proc/self/cgroup"))
        else {
            return Vec::new();
        };
        candidates(&mounts, &own)
    }

    /// Name as in the facts line.
    pub fn word(&self) -> &'static str {
        match self {
            Self::V2 { .. } => "cgroup2",
            Self::V1 { .. } => "cgroup1",
        }
    }

    /// Makes the parent folders usable. Version 2 forbids processes beside children with controllers, so the calling
    /// process moves to a leaf if it is alone in its group; others are never moved.
    pub fn prepare(&self) -> io::Result<()> {
        match self {
            Self::V1 { .. } => self.folders().iter().try_for_each(fs::create_dir_all),
            Self::V2 { parent, own } => {
                if let Some(own) = own {
                    leave(own)?;
                }
                let above = parent.parent().ok_or_else(|| io::Error::other("no group above"))?;
                fs::write(above.join("cgroup.subtree_control"), CONTROLLERS)?;
                fs::create_dir_all(parent)?;
                fs::write(parent.join("cgroup.subtree_control"), CONTROLLERS)
            }
        }
    }

    /// Where supervisors live, so that the end of the server's own group is not theirs.
    pub fn move_supervisor(&self, pid: u32) -> io::Result<()> {
        let Self::V2 { parent, .. } = self else { return Ok(()) };
        let leaf = parent.join("shims");
        fs::create_dir_all(&leaf)?;
        fs::write(leaf.join("cgroup.procs"), pid.to_string())
    }

    fn folders(&self) -> Vec<PathBuf> {
        match self {
            Self::V2 { parent, .. } => vec![parent.clone()],
            Self::V1 { memory, pids, cpu, cpuacct, unified } => {
                let more = [cpu, cpuacct, unified].into_iter().flatten();
                let mut all = vec![memory.clone(), pids.clone()];
                for folder in more.cloned() {
                    if !all.contains(&folder) {
                        all.push(folder);
                    }
                }
                all
            }
        }
    }
}

/// Moves this process to a leaf below its group.
fn leave(own: &Path) -> io::Result<()> {
    let pid = std::process::id().to_string();
    if fs::read_to_string(own.join("cgroup.procs"))?.lines().any(|line| line != pid) {
        return Err(io::Error::other("other processes share the server's control group"));
    }
    let leaf = own.join(LEAF);
    fs::create_dir_all(&leaf)?;
    fs::write(leaf.join("cgroup.procs"), pid)
}

fn candidates(mounts: &str, own: &str) -> Vec<Layout> {
    let own_path = |controller: &str| {
        own.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let (names, path) = (parts.next()?, parts.next()?);
            names.split(',').any(|name| name == controller).then(|| path.trim_start_matches('/').to_owned())
        })
    };
    let mounted = |kind: &str, option: Option<&str>| {
        mounts.lines().find_map(|line| {
            let (place, system) = line.split_once(" - ")?;
            let mut system = system.split(' ');
            let found = system.next()? == kind;
            let options = system.nth(1)?;
            let fits = option.is_none_or(|wanted| options.split(',').any(|known| known == wanted));
            (found && fits).then(|| place.split(' ').nth(4).map(PathBuf::from))?
        })
    };
    let v1 = |controller: &str| {
        let mount = mounted("cgroup", Some(controller))?;
        Some(mount.join(own_path(controller)?).join(FOLDER))
    };
    let top = mounted("cgroup2", None);
    let unified = top.as_ref().and_then(|mount| Some(mount.join(own_path("")?)));
    let mut found = Vec::new();
    if let (Some(memory), Some(pids)) = (v1("memory"), v1("pids")) {
        let unified = unified.map(|path| path.join(FOLDER));
        found.push(Layout::V1 { memory, pids, cpu: v1("cpu"), cpuacct: v1("cpuacct"), unified });
    } else if let Some(own) = unified {
        // A server that is started again finds itself in the leaf it once made.
        let own = if own.ends_with(LEAF) { own.parent().map(Path::to_owned) } else { Some(own) };
        let below = |own: PathBuf| Layout::V2 { parent: own.join(FOLDER), own: Some(own) };
        found.extend(own.map(below));
        // Root may start where it shares its group with others, as in a login session.
        found.extend(top.map(|top| Layout::V2 { parent: top.join(FOLDER), own: None }));
    }
    found
}

impl Group {
    pub fn create(layout: &Layout, spec: &Spec) -> io::Result<Self> {
        let group = Self { layout: layout.clone(), name: format!("c-{}", spec.id) };
        for folder in group.folders() {
            fs::create_dir_all(&folder)?;
            // The container reads its own limits there.
            fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
        }
        let memory = spec.memory_bytes.to_string();
        match layout {
            Layout::V2 { parent, .. } => {
                let own = parent.join(&group.name);
                fs::write(own.join("memory.max"), &memory)?;
                if own.join("memory.swap.max").exists() {
                    fs::write(own.join("memory.swap.max"), "0")?;
                }
                fs::write(own.join("memory.oom.group"), "1")?;
                fs::write(own.join("pids.max"), spec.pids.to_string())?;
                fs::write(own.join("cpu.weight"), spec.cpu_weight.clamp(1, 10_000).to_string())?;
            }
            Layout::V1 { memory: parent, pids, cpu, .. } => {
                let own = parent.join(&group.name);
                fs::write(own.join("memory.limit_in_bytes"), &memory)?;
                if own.join("memory.memsw.limit_in_bytes").exists() {
                    fs::write(own.join("memory.memsw.limit_in_bytes"), &memory)?;
                }
                fs::write(pids.join(&group.name).join("pids.max"), spec.pids.to_string())?;
                if let Some(cpu) = cpu {
                    let shares = (spec.cpu_weight.clamp(1, 100) * 1024 / 100).max(2);
                    fs::write(cpu.join(&group.name).join("cpu.shares"), shares.to_string())?;
                }
            }
        }
        Ok(group)
    }

    /// The group that a former supervisor made.
    pub fn existing(layout: &Layout, id: &str) -> Self {
        Self { layout: layout.clone(), name: format!("c-{id}") }
    }

    /// Folders of the group by the place below `/sys/fs/cgroup` where programs look for their limits.
    pub fn views(layout: &Layout, id: &str) -> Vec<(&'static str, PathBuf)> {
        let name = format!("c-{id}");
        match layout {
            Layout::V2 { parent, .. } => vec![("", parent.join(name))],
            Layout::V1 { memory, pids, cpu, cpuacct, .. } => {
                let named = [("cpu", cpu), ("cpuacct", cpuacct)];
                let named = named.into_iter().filter_map(|(place, path)| Some((place, path.as_ref()?)));
                let all = named.chain([("memory", memory), ("pids", pids)]);
                all.map(|(place, path)| (place, path.join(&name))).collect()
            }
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.layout.folders().into_iter().map(|parent| parent.join(&self.name)).collect()
    }

    pub fn add(&self, pid: Pid) -> io::Result<()> {
        self.folders().iter().try_for_each(|folder| fs::write(folder.join("cgroup.procs"), pid.to_string()))
    }

    /// Whether the kernel has killed a process of the group for its memory.
    pub fn ran_out_of_memory(&self) -> bool {
        let file = match &self.layout {
            Layout::V2 { parent, .. } => parent.join(&self.name).join("memory.events"),
            Layout::V1 { memory, .. } => memory.join(&self.name).join("memory.oom_control"),
        };
        fs::read_to_string(file).is_ok_and(|text| field(&text, "oom_kill").is_some_and(|count| count > 0))
    }

    pub fn used(&self) -> Used {
        let number = |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        match &self.layout {
            Layout::V2 { parent, .. } => {
                let own = parent.join(&self.name);
                let stat = fs::read_to_string(own.join("memory.stat")).unwrap_or_default();
                let cache = field(&stat, "inactive_file").unwrap_or(0);
                let cpu = fs::read_to_string(own.join("cpu.stat")).unwrap_or_default();
                Used {
                    memory_bytes: number(own.join("memory.current")).unwrap_or(0).saturating_sub(cache),
                    cpu_ns: field(&cpu, "usage_usec").unwrap_or(0).saturating_mul(1000),
                }
            }
            Layout::V1 { memory, cpuacct, .. } => {
                let own = memory.join(&self.name);
                let stat = fs::read_to_string(own.join("memory.stat")).unwrap_or_default();
                let cache = field(&stat, "total_inactive_file").unwrap_or(0);
                let cpu =
                    cpuacct.as_ref().and_then(|path| number(path.join(&self.name).join("cpuacct.usage")));
                Used {
                    memory_bytes: number(own.join("memory.usage_in_bytes"))
                        .unwrap_or(0)
                        .saturating_sub(cache),
                    cpu_ns: cpu.unwrap_or(0),
                }
            }
        }
    }

    /// SIGKILL to every process of the group. False: this kernel cannot.
    pub fn kill(&self) -> bool {
        self.folders().iter().any(|folder| {
            let file = folder.join("cgroup.kill");
            file.exists() && fs::write(file, "1").is_ok()
        })
    }

    /// Lets every process of the group stand still, or go on. False: this kernel cannot.
    pub fn freeze(&self, frozen: bool) -> bool {
        self.folders().iter().any(|folder| {
            let file = folder.join("cgroup.freeze");
            file.exists() && fs::write(file, if frozen { "1" } else { "0" }).is_ok()
        })
    }

    /// Waits a moment for its last process to be gone.
    pub fn remove(self) {
        for folder in self.folders() {
            for _ in 0..200 {
                match fs::remove_dir(&folder) {
                    Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                    _ => break,
                }
            }
        }
    }
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{LEAF, Layout, candidates, field, leave};
    use std::path::PathBuf;

    #[test]
    fn a_unified_hierarchy_is_used_below_the_own_group() {
        let mounts = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
        let own = PathBuf::from("/sys/fs/cgroup/system.slice/cc.service");
        let top = Layout::V2 { parent: "/sys/fs/cgroup/cc-server".into(), own: None };
        let below = Layout::V2 { parent: own.join("cc-server"), own: Some(own) };
        for text in ["0::/system.slice/cc.service\n", "0::/system.slice/cc.service/supervisor\n"] {
            assert_eq!(candidates(mounts, text), [below.clone(), top.clone()]);
        }
    }

    #[test]
    fn hierarchies_of_version_1_are_used_when_memory_is_bound_to_them() {
        let mounts = "1 0 0:1 / /cg/memory rw - cgroup cgroup rw,memory\n\
                      2 0 0:2 / /cg/pids rw - cgroup cgroup rw,pids\n\
                      3 0 0:3 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                      4 0 0:4 / /cg/unified rw - cgroup2 cgroup2 rw";
        let own = "9:memory:/a\n8:pids:/\n7:cpu,cpuacct:/\n0::/b\n";
        let found = candidates(mounts, own);
        let Some(Layout::V1 { memory, cpu, cpuacct, unified, .. }) = found.first() else {
            panic!("{found:?}")
        };
        assert_eq!(memory, &PathBuf::from("/cg/memory/a/cc-server"));
        assert_eq!(cpu, cpuacct);
        assert_eq!(unified, &Some(PathBuf::from("/cg/unified/b/cc-server")));
    }

    #[test]
    fn only_the_server_itself_is_moved() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::process::id().to_string();
        std::fs::write(folder.path().join("cgroup.procs"), format!("{own}\n1\n")).unwrap();
        assert!(leave(folder.path()).is_err());
        assert!(!folder.path().join(LEAF).exists());
        std::fs::write(folder.path().join("cgroup.procs"), format!("{own}\n")).unwrap();
        leave(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join(LEAF).join("cgroup.procs")).unwrap(), own);
    }

    #[test]
    fn without_control_groups_there_is_nothing_to_use() {
        assert_eq!(candidates("", ""), vec![]);
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        assert_eq!(field("oom_kill_disable 0\nunder_oom 0\noom_kill 3", "oom_kill"), Some(3));
    }
}

//! The file system of a container: the host's programs, read-only, and private folders.
//!
//! Runs as the first process of new mount, process and IPC namespaces, before ids are dropped: as root it can read
//! every path, so the data folder may lie anywhere.

use super::cgroup::Group;
use super::spec::{Spec, VCAP};
use super::{SetupError, Step};
use crate::network::gateway::{hosts, resolv_conf};
use crate::sys::{self, Writing};
use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chdir, pivot_root, sethostname};
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

const SYSTEM: &[&str] = &["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr"];
const ETC: &[&str] = &[
    "alternatives",
    "bash.bashrc",
    "ca-certificates",
    "ca-certificates.conf",
    "debian_version",
    "fonts",
    "gai.conf",
    "host.conf",
    "hosts",
    "inputrc",
    "java-11-openjdk",
    "java-17-openjdk",
    "java-21-openjdk",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "os-release",
    "perl",
    "profile",
    "protocols",
    "python3",
    "resolv.conf",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "terminfo",
];
const DEVICES: &[&str] = &["null", "zero", "full", "random", "urandom", "tty"];
const EMPTY: &[&str] =
    &["proc", "dev/pts", "dev/shm", "tmp", "var", "home/vcap", "run", "root", "sys", ".old", ".cf"];
const MASKED: &[&str] = &["kcore", "keys", "sysrq-trigger", "timer_list"];
const FROZEN: &[&str] = &["sys", "irq", "bus", "fs", "acpi", "scsi"];
const LINKS: &[(&str, &str)] = &[
    ("/proc/self/fd", "dev/fd"),
    ("/proc/self/fd/0", "dev/stdin"),
    ("/proc/self/fd/1", "dev/stdout"),
    ("/proc/self/fd/2", "dev/stderr"),
    ("pts/ptmx", "dev/ptmx"),
    ("/tmp", "var/tmp"),
];

/// Builds the tree at `<work>/mnt` and makes it the root.
pub(super) fn build(spec: &Spec) -> Result<(), SetupError> {
    let root = spec.work.join("mnt");
    plain_mount(None, Path::new("/"), None, MsFlags::MS_PRIVATE | MsFlags::MS_REC, None)
        .step("private mounts")?;
    let quiet = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    plain_mount(Some("tmpfs"), &root, Some("tmpfs"), quiet, Some("mode=755,size=16m")).step("mount root")?;
    system(spec, &root)?;
    etc(spec, &root)?;
    for name in EMPTY {
        fs::create_dir_all(root.join(name)).step(format!("make /{name}"))?;
    }
    devices(&root)?;
    for (target, name) in LINKS {
        symlink(target, root.join(name)).step(format!("link /{name}"))?;
    }
    plain_mount(Some("tmpfs"), &root.join("dev/shm"), Some("tmpfs"), quiet, Some("mode=1777,size=64m"))
        .step("mount /dev/shm")?;
    proc(&root)?;
    limits(spec, &root)?;
    for (name, target) in [("vcap", "home/vcap"), ("tmp", "tmp")] {
        bind(&spec.work.join(name), &root.join(target), Writing::Allowed)?;
    }
    let lifecycle = root.join(".cf/lifecycle");
    File::create(&lifecycle).step("make /.cf/lifecycle")?;
    bind(&spec.exe, &lifecycle, Writing::ReadOnly)?;
    sethostname("app").step("host name")?;
    change_root(&root)
}

fn change_root(root: &Path) -> Result<(), SetupError> {
    chdir(root).step("enter root")?;
    pivot_root(".", ".old").step("pivot_root")?;
    chdir("/").step("enter root")?;
    umount2("/.old", MntFlags::MNT_DETACH).step("leave old root")?;
    fs::remove_dir("/.old").step("leave old root")?;
    let flags =
        MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    plain_mount(None, Path::new("/"), None, flags, None).step("freeze root")
}

fn system(spec: &Spec, root: &Path) -> Result<(), SetupError> {
    let base = spec.rootfs.as_deref().unwrap_or(Path::new("/"));
    for name in SYSTEM {
        bind_existing(&base.join(name), &root.join(name))?;
    }
    Ok(())
}

fn etc(spec: &Spec, root: &Path) -> Result<(), SetupError> {
    let base = spec.rootfs.as_deref().unwrap_or(Path::new("/")).join("etc");
    let etc = root.join("etc");
    fs::create_dir_all(&etc).step("make /etc")?;
    for name in ETC {
        if spec.network.is_some() && ["hosts", "resolv.conf"].contains(name) {
            continue;
        }
        // Names are the host's business whatever the tree.
        let network = ["hosts", "resolv.conf", "host.conf", "nsswitch.conf"].contains(name);
        let source = if network { Path::new("/etc").join(name) } else { base.join(name) };
        bind_existing(&source, &etc.join(name))?;
    }
    if let Some(plan) = &spec.network {
        fs::write(etc.join("resolv.conf"), resolv_conf(plan.subnet.gateway()))
            .step("write /etc/resolv.conf")?;
        fs::write(etc.join("hosts"), hosts(plan.subnet.container())).step("write /etc/hosts")?;
    }
    let id = spec.users.inner().unwrap_or(VCAP);
    let users = format!(
        "root:x:0:0:root:/root:/bin/bash\nvcap:x:{id}:{id}::/home/vcap:/bin/bash\n\
         nobody:x:65534:65534::/nonexistent:/bin/false\n"
    );
    fs::write(etc.join("passwd"), users).step("write /etc/passwd")?;
    let groups = format!("root:x:0:\ntty:x:5:\nvcap:x:{id}:\nnogroup:x:65534:\n");
    fs::write(etc.join("group"), groups).step("write /etc/group")?;
    fs::write(etc.join("hostname"), "app\n").step("write /etc/hostname")?;
    if Path::new("/etc/ssl/certs").exists() {
        symlink("/etc/ssl/certs", etc.join("cf-system-certificates")).step("link certificates")?;
    }
    bindings(spec, &etc.join("cf-service-bindings"))
}

/// Readable by the container's user only.
fn bindings(spec: &Spec, folder: &Path) -> Result<(), SetupError> {
    for (name, content) in &spec.files {
        let safe = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !safe {
            return Err(SetupError { step: "service bindings".into(), cause: "invalid file name".into() });
        }
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder)).step("service bindings")?;
        fs::write(&path, content).step("service bindings")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).step("service bindings")?;
        if let Some(owner) = spec.users.owner() {
            chown(&path, Some(owner), Some(owner)).step("service bindings")?;
        }
    }
    Ok(())
}

/// The container's own limits, where the runtimes of several languages read them.
fn limits(spec: &Spec, root: &Path) -> Result<(), SetupError> {
    let Some(layout) = &spec.cgroup else { return Ok(()) };
    for (place, folder) in Group::views(layout, &spec.id) {
        let target = root.join("sys/fs/cgroup").join(place);
        fs::create_dir_all(&target).step("make /sys/fs/cgroup")?;
        bind(&folder, &target, Writing::ReadOnly)?;
    }
    Ok(())
}

fn devices(root: &Path) -> Result<(), SetupError> {
    for name in DEVICES {
        let (source, target) = (Path::new("/dev").join(name), root.join("dev").join(name));
        File::create(&target).step(format!("make /dev/{name}"))?;
        bind_as_is(&source, &target, MsFlags::empty())?;
    }
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
    let options = Some("newinstance,ptmxmode=0666,mode=620");
    plain_mount(Some("devpts"), &root.join("dev/pts"), Some("devpts"), flags, options).step("mount /dev/pts")
}

fn proc(root: &Path) -> Result<(), SetupError> {
    let proc = root.join("proc");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    plain_mount(Some("proc"), &proc, Some("proc"), flags, None).step("mount /proc")?;
    for name in MASKED {
        let path = proc.join(name);
        if path.exists() {
            bind_as_is(Path::new("/dev/null"), &path, MsFlags::empty())?;
        }
    }
    for name in FROZEN {
        let path = proc.join(name);
        if path.exists() {
            bind(&path, &path, Writing::ReadOnly)?;
        }
    }
    Ok(())
}

/// Binds what is there; a symbolic link is copied as one.
fn bind_existing(source: &Path, target: &Path) -> Result<(), SetupError> {
    let Ok(known) = fs::symlink_metadata(source) else { return Ok(()) };
    let step = || format!("make {}", target.display());
    fs::create_dir_all(target.parent().unwrap_or(target)).step(step())?;
    if known.is_symlink() && fs::read_link(source).is_ok_and(|link| !crosses_etc(source, &link)) {
        return symlink(fs::read_link(source).step(step())?, target).step(step());
    }
    let Ok(followed) = fs::metadata(source) else { return Ok(()) };
    if followed.is_dir() {
        fs::create_dir_all(target).step(step())?;
    } else {
        File::create(target).map(drop).step(step())?;
    }
    bind(source, target, Writing::ReadOnly)
}

/// A link out of `/etc`, as `resolv.conf` to `/run`, would lead nowhere: what it points to is bound instead.
fn crosses_etc(source: &Path, link: &Path) -> bool {
    source.components().any(|part| part.as_os_str() == "etc")
        && !link.starts_with("/usr")
        && !link.starts_with("../usr")
}

fn bind(source: &Path, target: &Path, writing: Writing) -> Result<(), SetupError> {
    bind_as_is(source, target, MsFlags::MS_REC)?;
    let restricted = match sys::restrict_mount(target, writing) {
        Err(Errno::ENOSYS) => {
            let rights = match writing {
                Writing::ReadOnly => MsFlags::MS_RDONLY,
                Writing::Allowed => MsFlags::empty(),
            };
            let flags =
                MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_NOSUID | MsFlags::MS_NODEV | rights;
            plain_mount(None, target, None, flags, None)
        }
        other => other,
    };
    restricted.step(format!("restrict {}", target.display()))
}

fn bind_as_is(source: &Path, target: &Path, more: MsFlags) -> Result<(), SetupError> {
    mount(Some(source), target, None::<&str>, MsFlags::MS_BIND | more, None::<&str>)
        .step(format!("bind {}", source.display()))
}

fn plain_mount(
    source: Option<&str>,
    target: &Path,
    kind: Option<&str>,
    flags: MsFlags,
    options: Option<&str>,
) -> nix::Result<()> {
    mount(source, target, kind, flags, options)
}

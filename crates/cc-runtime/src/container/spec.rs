//! What the supervisor is told about its container. Holds credentials; travels in a sealed memory file only.

use super::cgroup::Layout;
use crate::network::Plan;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// User inside every container.
pub(crate) const VCAP: u32 = 2000;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Spec {
    /// 12 hexadecimal digits; name of the folder and of the cgroup.
    pub id: String,
    /// What the first frame of a client has to say, hexadecimal.
    pub hello: String,
    /// Own file system and process table. False: the host's, fenced off by Landlock.
    pub namespaces: bool,
    pub users: Users,
    /// None: the network of the host.
    #[serde(default)]
    pub network: Option<Plan>,
    /// None: limits are polled.
    pub cgroup: Option<Layout>,
    pub memory_bytes: u64,
    pub disk_bytes: u64,
    pub pids: u32,
    pub fds: u64,
    pub cpu_weight: u32,
    /// Bytes a second; negative is unlimited.
    pub log_rate: i64,
    /// Folder with `vcap` and `tmp`, writable by the container.
    pub work: PathBuf,
    /// The lifecycle program, as found from outside.
    pub exe: PathBuf,
    /// Read-only tree to run on instead of the host's.
    pub rootfs: Option<PathBuf>,
    /// Read-only files below `/etc/cf-service-bindings`.
    pub files: Vec<(String, Vec<u8>)>,
    /// Run before the commands, one after the other.
    pub inputs: Vec<Input>,
    /// Codependent: the end of one ends all.
    pub commands: Vec<Program>,
    /// From SIGTERM to SIGKILL.
    pub grace_ms: u64,
    /// The container is killed after this time.
    pub timeout_ms: Option<u64>,
}

/// Who the processes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Users {
    /// Root's own user namespace of 65 536 ids from `base`; processes are 2000 in it.
    Range { base: u32 },
    /// A plain user's namespace: 2000 is that user.
    Single,
    /// No user namespace, but an id of its own.
    Host { uid: u32 },
    /// The server's user.
    Same,
}

impl Users {
    /// Id that a process of the container takes; None: it stays what it is.
    pub fn inner(self) -> Option<u32> {
        match self {
            Self::Range { .. } => Some(VCAP),
            Self::Host { uid } => Some(uid),
            Self::Single | Self::Same => None,
        }
    }

    /// Who owns the container's files, seen from the host; None: the server's user.
    pub fn owner(self) -> Option<u32> {
        match self {
            Self::Range { base } => base.checked_add(VCAP),
            Self::Host { uid } => Some(uid),
            Self::Single | Self::Same => None,
        }
    }
}

/// Something brought into the container by a program in it, as its user.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Input {
    /// As it appears in an error, as in `droplet`.
    pub name: String,
    /// Opened by the supervisor.
    pub path: PathBuf,
    /// Remove the file once opened.
    pub is_temporary: bool,
    pub kind: InputKind,
    /// Go on without it if it cannot be brought in.
    pub is_optional: bool,
    /// `sha1:<hex>` or `sha256:<hex>`.
    pub checksum: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum InputKind {
    /// A gzipped tar archive, unpacked into the home folder.
    Droplet,
    /// A file, written to this path below the temporary folder.
    File(String),
}

/// One program.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Program {
    pub argv: Vec<String>,
    pub env: Vec<(String, String)>,
    /// Source type of its lines.
    pub source: String,
}

impl Spec {
    /// The home folder as the container sees it.
    pub fn home(&self) -> PathBuf {
        if self.namespaces { PathBuf::from("/home/vcap") } else { self.work.join("vcap") }
    }

    /// The temporary folder as the container sees it.
    pub fn tmp(&self) -> PathBuf {
        if self.namespaces { PathBuf::from("/tmp") } else { self.work.join("tmp") }
    }

    /// The lifecycle program as the container sees it.
    pub fn lifecycle(&self) -> PathBuf {
        if self.namespaces { PathBuf::from("/.cf/lifecycle") } else { self.work.join("lifecycle") }
    }

    /// All programs by slot: the inputs, then the commands.
    pub fn program(&self, slot: usize) -> Option<Program> {
        match self.inputs.get(slot) {
            Some(input) => Some(self.input_program(input)),
            None => self.commands.get(slot.checked_sub(self.inputs.len())?).cloned(),
        }
    }

    fn input_program(&self, input: &Input) -> Program {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let (word, target) = match &input.kind {
            InputKind::Droplet => ("unpack", self.home()),
            InputKind::File(name) => ("copy", self.tmp().join(name)),
        };
        let mut argv =
            vec![text(self.lifecycle()), super::input::WORD.to_owned(), word.to_owned(), text(target)];
        argv.extend(input.checksum.clone());
        Program { argv, env: Vec::new(), source: "CELL".to_owned() }
    }
}

//! What a container's folder says about it to a later server. No secrets.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

pub(super) const FILE: &str = "meta.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub version: u32,
    /// Place of its host ids.
    pub slot: u16,
    pub work: Work,
    /// It has a network of its own.
    #[serde(default)]
    pub has_network: bool,
    /// Log sources of its commands.
    pub sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    Instance {
        /// Process key as text.
        key: String,
        index: u32,
        guid: String,
        /// Container port and host port.
        ports: Vec<(u16, u16)>,
        memory_mb: u32,
    },
    Task {
        id: String,
        memory_mb: u32,
    },
    Build {
        id: String,
        memory_mb: u32,
    },
}

impl Meta {
    /// Ports of the host that it has.
    pub fn host_ports(&self) -> &[(u16, u16)] {
        match &self.work {
            Work::Instance { ports, .. } if !self.has_network => ports,
            _ => &[],
        }
    }

    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()
    }
}

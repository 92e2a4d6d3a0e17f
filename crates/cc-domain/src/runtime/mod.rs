//! How work reaches an engine and what the engine says back: the `Runtime` port, its specs and its observations.
//!
//! Specs are complete and engine-neutral: an adapter reads no database. The local engine is `cc-runtime`, the
//! other one Diego. Semantics that every adapter keeps stand at [`Runtime`].

mod artifact;
mod events;
mod key;
mod observed;
mod ports;
mod spec;

pub use artifact::{Artifact, ArtifactContent, ArtifactError, ArtifactKind, ArtifactSink, ArtifactSource};
pub use artifact::{Checksum, Digests};
pub use events::{Ack, BuildOutcome, InstanceEvent, InstancePlace, RuntimeEvents, Staged, TaskOutcome};
pub use key::{BuildId, Fingerprint, InvalidId, ProcessKey, ProcessRef, TaskId};
pub use observed::{Instance, InstanceState, Net, ObservedProcess, ObservedTask, PortMap, Presence};
pub use observed::{ProcessView, TaskState, Usage};
pub use ports::{Capabilities, Ensured, Runtime, RuntimeError, WorkKind};
pub use spec::{BuildSpec, Check, Command, CommandKind, EgressRule, Env, HttpRoute, Image, InternalRoute};
pub use spec::{Lifecycle, Limits, MountedFile, Owner, Placement, Ports, ProcessPatch, ProcessSpec, Routes};
pub use spec::{Tag, TaskSpec, TcpRoute};
#[cfg(feature = "testing")]
pub use {
    artifact::MockArtifactSink, artifact::MockArtifactSource, events::MockRuntimeEvents, ports::MockRuntime,
};

//! One version of a process: an actor that brings its instances to what is wanted and keeps them there.

mod placing;
mod ports;

use super::decide::{self, Next, Phase};
use super::ending::{describe, exit_line, setup_failure};
use super::health::{self, Checks, Verdict};
use super::report::{Output, Voice, tags};
use super::slot::{Live, Refusal, Slot, View};
use super::stored::{
    StoredArtifact, StoredCheck, StoredCommand, StoredFiles, StoredLimits, StoredOwner, StoredTags,
};
use super::{Shared, Will, stored};
use crate::depot::{Depot, Event, Found, Handle, Meta, Work};
use crate::supervisor::protocol::{Ask, Exit};
use crate::supervisor::{Cause, State};
use cc_domain::runtime::{InstanceEvent, InstancePlace, Owner, ProcessKey};
use placing::CRASHES_MS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredProcess {
    /// As text.
    pub key: String,
    pub fingerprint: String,
    pub owner: StoredOwner,
    pub process_type: String,
    pub instances: u32,
    pub stack: String,
    pub droplet: Option<StoredArtifact>,
    pub container_env: Vec<(String, String)>,
    pub commands: Vec<StoredCommand>,
    pub ports: Vec<u16>,
    pub start_timeout_ms: u64,
    pub liveness: Vec<StoredCheck>,
    pub readiness: Vec<StoredCheck>,
    pub limits: StoredLimits,
    pub tags: StoredTags,
    pub segment: Option<String>,
    pub files: StoredFiles,
}

pub(super) enum Message {
    /// Another number of instances, other tags.
    Desire(Arc<StoredProcess>),
    /// Stop all and end.
    Remove,
    /// Replace this index.
    Restart(u32),
    Made(String, Result<Handle, String>),
    Happened(String, Event),
    Health(String, Verdict),
    Unhealthy(String, String),
    Ready(String, Result<(), String>),
    /// Its own processes listen on its ports.
    Holds(String),
    /// Somebody else listens on this host port of it.
    Taken(String, u16),
}

pub(super) struct Actor {
    shared: Arc<Shared>,
    key: ProcessKey,
    spec: Arc<StoredProcess>,
    is_leaving: bool,
    slots: BTreeMap<u32, Slot>,
    refusal: Option<Refusal>,
    crashes_saved_ms: u64,
    /// When crash counts are to be saved again.
    crashes_due_ms: Option<u64>,
    own: mpsc::UnboundedSender<Message>,
    view: Arc<Mutex<View>>,
    /// Removals of containers under way.
    removals: JoinSet<()>,
}

const START_TIMEOUT: Duration = Duration::from_mins(1);

impl Actor {
    pub fn new(
        shared: Arc<Shared>,
        key: ProcessKey,
        spec: Arc<StoredProcess>,
        own: mpsc::UnboundedSender<Message>,
        view: Arc<Mutex<View>>,
    ) -> Self {
        Self {
            shared,
            key,
            spec,
            is_leaving: false,
            slots: BTreeMap::new(),
            refusal: None,
            crashes_saved_ms: 0,
            crashes_due_ms: None,
            own,
            view,
            removals: JoinSet::new(),
        }
    }

    /// Takes over the containers of `found`, then serves until told to leave.
    pub async fn run(mut self, mut mailbox: mpsc::UnboundedReceiver<Message>, found: Vec<(String, Meta)>) {
        if !self.shared.is_released().await {
            return;
        }
        self.slots = self.shared.remember_crashes(&self.spec.key);
        for (id, meta) in found {
            self.adopt(&id, meta).await;
        }
        let mut will = self.shared.will.subscribe();
        let mut room = self.shared.room.subscribe();
        loop {
            match *will.borrow_and_update() {
                Will::Leave => return self.save_crashes(u64::MAX),
                Will::Stop => self.is_leaving = true,
                Will::Run | Will::Wait => {}
            }
            self.act();
            self.publish();
            self.save_crashes(if self.is_leaving { u64::MAX } else { self.shared.now_ms() });
            if self.is_leaving && self.slots.is_empty() {
                while self.removals.join_next().await.is_some() {}
                return;
            }
            let phases = self.phases();
            let now = self.shared.now_ms();
            let retry_ms = self.refusal.as_ref().and_then(|refusal| refusal.retry_ms);
            let wake_ms =
                decide::wake_ms(&phases).into_iter().chain(retry_ms).chain(self.crashes_due_ms).min();
            let pause = wake_ms.map_or(Duration::from_hours(1), |at| {
                Duration::from_millis(at.saturating_sub(now).saturating_add(1))
            });
            tokio::select! {
                message = mailbox.recv() => match message {
                    Some(message) => self.take(message),
                    None => return,
                },
                _ = will.changed() => {}
                _ = room.changed() => self.try_refused(),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn phases(&self) -> BTreeMap<u32, Phase> {
        self.slots.iter().map(|(index, slot)| (*index, slot.phase.clone())).collect()
    }

    /// Unroutes it first.
    fn stop(&mut self, index: u32) {
        self.unroute(index);
        let cell = &self.shared.config.cell;
        let grace_ms = u64::try_from(self.shared.config.grace.as_millis()).unwrap_or(u64::MAX);
        if let Some(slot) = self.slots.get_mut(&index) {
            slot.phase = Phase::Stopping;
            if let Some(live) = &slot.live {
                live.voice.cell(format!("Cell {cell} stopping instance {}", live.guid));
                live.quiet();
                live.ask(Ask::Stop { grace_ms });
            }
        }
    }

    fn index_of(&self, guid: &str) -> Option<u32> {
        self.slots
            .iter()
            .find_map(|(index, slot)| slot.live.as_ref().is_some_and(|l| l.guid == guid).then_some(*index))
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Desire(spec) => self.spec = spec,
            Message::Remove => {
                self.is_leaving = true;
                // The record is gone already.
                self.crashes_due_ms = None;
            }
            Message::Restart(index) => {
                if let Some(slot) = self.slots.get_mut(&index) {
                    match slot.phase {
                        Phase::Starting | Phase::Running => self.stop(index),
                        Phase::Crashed { .. } => slot.phase = Phase::Idle,
                        Phase::Idle | Phase::Stopping => {}
                    }
                }
            }
            Message::Made(guid, made) => self.made(&guid, made),
            Message::Happened(guid, Event::Running) => self.started(&guid),
            Message::Happened(guid, Event::Ended(exit)) => self.ended(&guid, &exit),
            Message::Health(guid, Verdict::Healthy) => self.healthy(&guid),
            Message::Health(guid, Verdict::Unhealthy(after, text)) => {
                let after = health::go_duration(after);
                let line = format!("Failed after {after}: startup health check never passed.");
                self.unhealthy(&guid, line, &format!("Instance never healthy after {after}"), &text);
            }
            Message::Health(guid, Verdict::Taken(port)) | Message::Taken(guid, port) => {
                self.taken(&guid, port);
            }
            Message::Unhealthy(guid, text) => {
                let line = "Container became unhealthy".to_owned();
                self.unhealthy(&guid, line, "Instance became unhealthy", &text);
            }
            Message::Ready(guid, result) => self.ready(&guid, result),
            Message::Holds(guid) => self.holds(&guid),
        }
    }

    fn made(&mut self, guid: &str, made: Result<Handle, String>) {
        let Some(index) = self.index_of(guid) else { return };
        match made {
            Ok(handle) => {
                let is_stopping = self.slots.get(&index).is_some_and(|slot| slot.phase == Phase::Stopping);
                self.attach(index, handle);
                if is_stopping {
                    self.stop(index);
                }
            }
            Err(text) => {
                if let Some(live) = self.slots.get(&index).and_then(|slot| slot.live.as_ref()) {
                    live.voice.say("CELL", Output::Err, text.clone());
                }
                self.ended(guid, &setup_failure(text));
            }
        }
    }

    /// Listens to what happens to the container of this index.
    fn attach(&mut self, index: u32, mut handle: Handle) {
        let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) else { return };
        live.remote = Some(handle.remote());
        live.reach = Some(handle.reach.clone());
        let (own, guid) = (self.own.clone(), live.guid.clone());
        tokio::spawn(async move {
            while let Some(event) = handle.events.recv().await {
                if own.send(Message::Happened(guid.clone(), event)).is_err() {
                    return;
                }
            }
        });
    }

    fn started(&mut self, guid: &str) {
        let Some(index) = self.index_of(guid) else { return };
        if self.slots.get(&index).is_none_or(|slot| slot.phase != Phase::Starting) {
            return;
        }
        self.guard(index);
        if self.spec.liveness.is_empty() {
            return self.healthy(guid);
        }
        let timeout = match self.spec.start_timeout_ms {
            0 => START_TIMEOUT,
            ms => Duration::from_millis(ms),
        };
        let checks = self.checks(index, &self.spec.liveness);
        let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) else { return };
        live.voice.cell("Starting health monitoring of container");
        let (own, guid) = (self.own.clone(), guid.to_owned());
        live.watch(async move {
            let verdict = health::startup(&checks, timeout).await;
            let _ = own.send(Message::Health(guid, verdict));
        });
    }

    fn checks(&self, index: u32, checks: &[StoredCheck]) -> Checks {
        let live = self.slots.get(&index).and_then(|slot| slot.live.as_ref());
        let ports = live.map(|live| live.ports.clone()).unwrap_or_default();
        let holder = self.holder(live.map(|live| live.guid.as_str()).unwrap_or_default());
        let reach = live.and_then(|live| live.reach.clone()).unwrap_or_else(|| self.shared.host());
        Checks { reach, ports, all: checks.to_vec(), holder }
    }

    fn healthy(&mut self, guid: &str) {
        let Some(index) = self.index_of(guid) else { return };
        let (liveness, readiness) =
            (self.checks(index, &self.spec.liveness), self.checks(index, &self.spec.readiness));
        let now = self.shared.now_ms();
        let Some(slot) = self.slots.get_mut(&index).filter(|slot| slot.phase == Phase::Starting) else {
            return;
        };
        let Some(live) = slot.live.as_mut() else { return };
        slot.phase = Phase::Running;
        slot.moves = 0;
        // The checks have looked.
        live.holds_ports |= !liveness.all.is_empty();
        live.running_ms.get_or_insert(now);
        slot.since_ns = live.since_ns.unwrap_or_else(crate::clock::now_ns);
        live.voice.cell("Container became healthy");
        if !liveness.all.is_empty() {
            let (own, guid) = (self.own.clone(), guid.to_owned());
            live.watch(async move {
                let text = health::liveness(&liveness).await;
                let _ = own.send(Message::Unhealthy(guid, text));
            });
        }
        if readiness.all.is_empty() {
            self.route(index);
        } else {
            live.voice.cell("Starting readiness health monitoring of container");
            let (own, guid) = (self.own.clone(), guid.to_owned());
            live.watch(async move {
                let tell = |result| drop(own.send(Message::Ready(guid.clone(), result)));
                health::readiness(&readiness, tell).await;
            });
        }
    }

    /// Line of the cell, start of the description, what the check found.
    fn unhealthy(&mut self, guid: &str, line: String, what: &str, text: &str) {
        let Some(index) = self.index_of(guid) else { return };
        self.unroute(index);
        let grace_ms = u64::try_from(self.shared.config.grace.as_millis()).unwrap_or(u64::MAX);
        if let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) {
            live.voice.say("HEALTH", Output::Err, text);
            live.voice.say("CELL", Output::Err, line);
            live.failure = Some(format!("{what}: {text}"));
            live.quiet();
            live.ask(Ask::Stop { grace_ms });
        }
    }

    fn ready(&mut self, guid: &str, result: Result<(), String>) {
        let Some(index) = self.index_of(guid) else { return };
        let Some(slot) = self.slots.get(&index).filter(|slot| slot.phase == Phase::Running) else { return };
        let Some(live) = &slot.live else { return };
        let is_first = !live.was_ready;
        match &result {
            Ok(()) => live.voice.cell(
                "Container passed the readiness health check. Container marked ready and added to route pool.",
            ),
            Err(error) if !is_first => {
                live.voice.say("HEALTH", Output::Err, error.clone());
                live.voice.cell(
                    "Container failed the readiness health check. Container marked not ready and removed from route \
                     pool.",
                );
            }
            Err(_) => return,
        }
        let event = InstanceEvent::Readiness { at: self.place(index, guid), ready: result.is_ok() };
        self.shared.tell(event);
        if result.is_ok() {
            self.route(index);
        } else {
            self.unroute(index);
        }
    }

    fn route(&mut self, index: u32) {
        self.set_routable(index, true);
    }

    fn unroute(&mut self, index: u32) {
        self.set_routable(index, false);
    }

    fn set_routable(&mut self, index: u32, routable: bool) {
        let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) else { return };
        if live.is_routable == routable {
            return;
        }
        live.is_routable = routable;
        live.was_ready |= routable;
        self.announce(index);
    }

    fn ended(&mut self, guid: &str, exit: &Exit) {
        let Some(index) = self.index_of(guid) else { return };
        self.unroute(index);
        let Some(slot) = self.slots.get_mut(&index) else { return };
        let Some(live) = slot.live.take() else { return };
        live.quiet();
        live.ask(Ask::Forget);
        if let Some(line) = exit_line(exit, self.shared.config.grace) {
            live.voice.say(&exit.source, Output::Out, line);
        }
        let was_stopping = slot.phase == Phase::Stopping;
        let ran_ms = live.running_ms.map_or(0, |since| self.shared.now_ms().saturating_sub(since));
        let failure = live.failure.clone();
        let is_ousted = !was_stopping && failure.is_none() && self.is_ousted(index, &live);
        self.clean_up(live);
        let Some(slot) = self.slots.get_mut(&index) else { return };
        slot.since_ns = crate::clock::now_ns();
        if was_stopping || (exit.cause == Cause::Lost && failure.is_none()) || is_ousted {
            slot.phase = Phase::Idle;
            return;
        }
        let crash = decide::crash(slot.crash_count, ran_ms);
        let now = self.shared.now_ms();
        let description = failure.unwrap_or_else(|| describe(exit));
        slot.crash_count = crash.count;
        slot.crash_reason = Some(description.clone());
        slot.phase = match crash.next {
            Next::AtOnce => Phase::Idle,
            Next::AfterMs(wait) => Phase::Crashed { until_ms: Some(now.saturating_add(wait)) },
            Next::Never => Phase::Crashed { until_ms: None },
        };
        self.crashes_due_ms.get_or_insert(self.crashes_saved_ms.saturating_add(CRASHES_MS));
        self.save_crashes(now);
        self.shared.tell(InstanceEvent::Crashed {
            at: self.place(index, guid),
            reason: "CRASHED".to_owned(),
            exit_status: exit.status,
            description,
            count: crash.count,
            at_ns: exit.at_ns,
        });
    }

    fn clean_up(&mut self, live: Live) {
        while self.removals.try_join_next().is_some() {}
        let shared = Arc::clone(&self.shared);
        let cell = shared.config.cell.clone();
        self.removals.spawn_blocking(move || {
            live.voice.cell(format!("Cell {cell} destroying container for instance {}", live.guid));
            shared.depot.remove(&Depot::id_of(&live.guid));
            shared.resources.free(&live.guid);
            live.voice
                .cell(format!("Cell {cell} successfully destroyed container for instance {}", live.guid));
            shared.tell_room();
        });
    }

    fn place(&self, index: u32, guid: &str) -> InstancePlace {
        let (key, cell) = (self.key.clone(), self.shared.config.cell.clone());
        InstancePlace { key, index, instance: guid.to_owned(), cell }
    }

    fn voice(&self, index: u32, guid: &str) -> Voice {
        let mut all = tags(&Owner::from(&self.spec.owner), &stored::load_tags(&self.spec.tags), index, guid);
        all.entry("process_id".to_owned()).or_insert_with(|| self.key.process().to_string());
        all.entry("process_type".to_owned()).or_insert_with(|| self.spec.process_type.clone());
        all.entry("process_instance_id".to_owned()).or_insert_with(|| guid.to_owned());
        Voice::new(&self.shared.connections.emit, &self.spec.owner.app, index, all)
    }

    fn publish(&self) {
        let view = View::of(&self.key, &self.spec, &self.shared.config, &self.slots, self.refusal.as_ref());
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }

    async fn adopt(&mut self, id: &str, meta: Meta) {
        let Work::Instance { index, guid, ports, .. } = meta.work else { return };
        let voice = self.voice(index, &guid);
        if self.slots.get(&index).is_some_and(|slot| slot.live.is_some()) {
            return self.shared.put_down(id.to_owned(), guid).await;
        }
        let started = State::read(&self.shared.depot.folder(id)).map(|state| state.started_ns);
        let mut live = Live::new(guid.clone(), ports, voice.clone());
        live.since_ns = started;
        live.running_ms = started.map(|at| {
            let age = crate::clock::now_ns().saturating_sub(at) / 1_000_000;
            self.shared.now_ms().saturating_sub(u64::try_from(age).unwrap_or(0))
        });
        let found = self.shared.depot.open(id, true, voice.on_line()).await;
        self.slots.entry(index).or_default().begin(live);
        match found {
            Found::Alive(handle) => self.attach(index, handle),
            Found::Ended(exit) => self.ended(&guid, &exit),
            Found::Lost => self.ended(&guid, &Exit { cause: Cause::Lost, ..setup_failure(String::new()) }),
        }
    }
}

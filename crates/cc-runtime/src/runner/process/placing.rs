//! Which indices are started, and what becomes of those for which there is no room.

use super::{Actor, Message};
use crate::runner::decide::{self, Action, RETRY_MS};
use crate::runner::resources::NoRoom;
use crate::runner::slot::{Live, Refusal};
use crate::runner::{instance, new_guid};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Crash counts are saved at most this often: thousands of instances may crash at once.
pub(super) const CRASHES_MS: u64 = 1_000;

impl Actor {
    pub(super) fn act(&mut self) {
        let wanted = if self.is_leaving { 0 } else { self.spec.instances };
        for action in decide::surplus(wanted, &self.phases()) {
            match action {
                Action::Stop(index) => self.stop(index),
                Action::Drop(index) => drop(self.slots.remove(&index)),
            }
        }
        let now = self.shared.now_ms();
        self.refusal = self.refusal.take().filter(|refusal| refusal.index < wanted);
        if self.refusal.as_ref().and_then(|refusal| refusal.retry_ms).is_some_and(|retry| retry > now) {
            return;
        }
        let (most, lacking) = self.shared.resources.most(self.spec.limits.memory_mb, self.host_ports().len());
        let phases = self.phases();
        for index in decide::missing(wanted.min(most), &phases, now) {
            // Who gets no turn tries again when one is given back.
            let Ok(turn) = Arc::clone(&self.shared.making).try_acquire_owned() else {
                self.refusal = None;
                return;
            };
            if let Err(reason) = self.start(index, turn) {
                return self.refuse(index, reason, Some(now.saturating_add(RETRY_MS)));
            }
        }
        if wanted > most {
            self.refuse(most, lacking, None);
        } else {
            self.refusal = None;
        }
    }

    /// Ports for which a new instance needs one of the host.
    fn host_ports(&self) -> &[u16] {
        if self.shared.depot.has_gateway() { &[] } else { &self.spec.ports }
    }

    fn refuse(&mut self, index: u32, reason: NoRoom, retry_ms: Option<u64>) {
        let since_ns = self.refusal.as_ref().map_or_else(crate::clock::now_ns, |refusal| refusal.since_ns);
        self.refusal = Some(Refusal { index, reason, since_ns, retry_ms });
    }

    pub(super) fn try_refused(&mut self) {
        if let Some(retry_ms) = self.refusal.as_mut().and_then(|refusal| refusal.retry_ms.as_mut()) {
            *retry_ms = 0;
        }
    }

    fn start(&mut self, index: u32, turn: OwnedSemaphorePermit) -> Result<(), NoRoom> {
        let guid = new_guid();
        let spec = Arc::clone(&self.spec);
        let taken = self.shared.resources.take(&guid, spec.limits.memory_mb, self.host_ports())?;
        let own = |port: &u16| (*port, *port);
        let ports =
            if self.shared.depot.has_gateway() { spec.ports.iter().map(own).collect() } else { taken };
        let voice = self.voice(index, &guid);
        self.slots.entry(index).or_default().begin(Live::new(guid.clone(), ports.clone(), voice.clone()));
        let (shared, own) = (Arc::clone(&self.shared), self.own.clone());
        tokio::spawn(async move {
            let made = instance::make(Arc::clone(&shared), spec, index, guid.clone(), ports, voice).await;
            let _ = own.send(Message::Made(guid, made));
            drop(turn);
            shared.tell_room();
        });
        Ok(())
    }

    pub(super) fn save_crashes(&mut self, now: u64) {
        if self.crashes_due_ms.is_some_and(|due| due <= now) {
            self.crashes_due_ms = None;
            self.crashes_saved_ms = self.shared.now_ms();
            self.shared.save_crashes(&self.spec.key, &self.slots);
        }
    }
}

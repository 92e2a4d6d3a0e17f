//! Ports of instances stay their own: nobody is routed to whoever else listens there, and an instance whose port is taken gets another.

use super::{Actor, Message};
use crate::depot::Depot;
use crate::listeners::{Hold, Holder};
use crate::runner::decide::Phase;
use crate::runner::guard::{self, Finding};
use crate::runner::health;
use crate::runner::report::{Endpoint, EndpointChange, Output, Voice};
use crate::runner::slot::Live;
use crate::supervisor::protocol::Ask;
use std::sync::Arc;

/// An instance that was moved as often in a row has crashed.
const MOST_MOVES: u32 = 10;

impl Actor {
    pub(super) fn holder(&self, guid: &str) -> Arc<Holder> {
        let folder = self.shared.depot.folder(&Depot::id_of(guid));
        Arc::new(Holder::new(folder, self.shared.config.address()))
    }

    /// Watches who listens on the ports of this index for as long as it lives.
    pub(super) fn guard(&mut self, index: u32) {
        let Some(guid) =
            self.slots.get(&index).and_then(|slot| slot.live.as_ref()).map(|live| live.guid.clone())
        else {
            return;
        };
        let (holder, own) = (self.holder(&guid), self.own.clone());
        let scans = self.shared.listeners.subscribe();
        let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) else { return };
        let ports: Vec<u16> = live.ports.iter().map(|(_, host)| *host).collect();
        if ports.is_empty() || live.has_own_network() {
            live.holds_ports = true;
            return;
        }
        live.watch(async move {
            let tell = |finding| {
                let _ = own.send(match finding {
                    Finding::Holds => Message::Holds(guid.clone()),
                    Finding::Taken(port) => Message::Taken(guid.clone(), port),
                });
            };
            guard::watch(&holder, &ports, scans, tell).await;
        });
    }

    pub(super) fn holds(&mut self, guid: &str) {
        let Some(index) = self.index_of(guid) else { return };
        if let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) {
            live.holds_ports = true;
        }
        self.announce(index);
    }

    /// Tells whoever routes what changed. Only an instance that holds its ports is told of.
    pub(super) fn announce(&mut self, index: u32) {
        let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) else { return };
        let is_up = live.is_routable && live.holds_ports;
        let is_news = live.is_announced != is_up;
        live.is_announced = is_up;
        let reach = live.reach.clone().unwrap_or_else(|| self.shared.host());
        let endpoint = Endpoint {
            key: self.key.clone(),
            index,
            instance_guid: live.guid.clone(),
            host: reach.host,
            ports: live.ports.clone(),
            way: reach.way,
        };
        // Whoever is told asks for the instances at once, and must see this.
        self.publish();
        if is_news {
            (self.shared.connections.endpoints)(EndpointChange { is_routable: is_up, endpoint });
        }
    }

    /// Gives the port up: the instance starts again on others, which is no crash of the app.
    pub(super) fn taken(&mut self, guid: &str, port: u16) {
        let Some(index) = self.index_of(guid) else { return };
        let Some(slot) = self.slots.get(&index) else { return };
        let Some(voice) = slot.live.as_ref().map(|live| live.voice.clone()) else { return };
        if !matches!(slot.phase, Phase::Starting | Phase::Running) {
            return;
        }
        self.unroute(index);
        if self.may_move(index, port, &voice) {
            return self.stop(index);
        }
        let grace_ms = u64::try_from(self.shared.config.grace.as_millis()).unwrap_or(u64::MAX);
        if let Some(live) = self.slots.get_mut(&index).and_then(|slot| slot.live.as_mut()) {
            live.failure = Some(format!("{}, and so were those before it", health::taken(port)));
            live.quiet();
            live.ask(Ask::Stop { grace_ms });
        }
    }

    /// Counts a move and says so; false: there were too many.
    fn may_move(&mut self, index: u32, port: u16, voice: &Voice) -> bool {
        let Some(slot) = self.slots.get_mut(&index) else { return false };
        slot.moves += 1;
        if slot.moves <= MOST_MOVES {
            let text = format!("{}: the instance starts again on another", health::taken(port));
            voice.say("CELL", Output::Err, text);
        }
        slot.moves <= MOST_MOVES
    }

    /// Whether an instance ended because somebody was quicker to listen on its port. It has no processes any more: whoever listens is
    /// somebody else.
    pub(super) fn is_ousted(&mut self, index: u32, live: &Live) -> bool {
        let is_starting = self.slots.get(&index).is_some_and(|slot| slot.phase == Phase::Starting);
        if !is_starting || live.has_own_network() {
            return false;
        }
        let holder = self.holder(&live.guid);
        let taken = live.ports.iter().find(|(_, host)| matches!(holder.look(*host), Ok(Hold::Foreign)));
        taken.is_some_and(|(_, port)| self.may_move(index, *port, &live.voice))
    }
}

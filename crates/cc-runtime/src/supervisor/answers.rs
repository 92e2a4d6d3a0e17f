//! What a supervisor does for the server.

use super::clients::{Client, View};
use super::protocol::{Ask, Cause, Phase, Tell, Used};
use super::run::Supervisor;
use super::stage::Stage;
use super::usage;
use crate::clock::now_ns;
use std::time::{Duration, Instant};

impl Supervisor {
    fn view(&self) -> View<'_> {
        let ended = matches!(self.stage, Stage::Ended(_));
        View {
            hello: &self.spec.hello,
            sources: &self.sources,
            phase: match self.stage {
                Stage::Input(_) => Phase::Setup,
                Stage::Ended(_) => Phase::Ended,
                _ => Phase::Running,
            },
            ring: &self.ring,
            exit: self.exit.as_ref().filter(|_| ended),
        }
    }

    pub(super) fn tell_all(&mut self, tell: &Tell) {
        self.clients.iter_mut().for_each(|client| client.tell_if_attached(tell));
    }

    pub(super) fn serve_clients(&mut self, ready: &[bool]) {
        let clients = std::mem::take(&mut self.clients);
        for (mut client, is_ready) in clients.into_iter().zip(ready) {
            let asked = if *is_ready { client.read(&self.view()) } else { Some(Vec::new()) };
            let Some(asked) = asked else { continue };
            for ask in asked {
                self.obey(ask, &mut client);
            }
            self.clients.push(client);
        }
    }

    fn obey(&mut self, ask: Ask, client: &mut Client) {
        let is_over = matches!(self.stage, Stage::Killed(_) | Stage::Ended(_));
        match ask {
            Ask::Ack { number } => self.ring.acknowledge(number),
            Ask::Usage => client.tell(&Tell::Usage(self.usage())),
            Ask::Forget => self.is_forgotten |= matches!(self.stage, Stage::Ended(_)),
            Ask::Kill { cause } if !is_over => self.kill_because(cause),
            Ask::Stop { grace_ms } if !is_over => {
                self.end_because(Cause::Stopped, None);
                match self.stage {
                    Stage::Input(_) => self.kill_all(),
                    Stage::Running => self.terminate(Duration::from_millis(grace_ms)),
                    _ => {}
                }
            }
            Ask::Kill { .. } | Ask::Stop { .. } | Ask::Hello { .. } | Ask::Attach { .. } => {}
        }
    }

    fn usage(&mut self) -> Used {
        let now = Instant::now();
        if self.disk.is_stale(now) {
            self.count_disk();
        }
        let (memory_bytes, cpu_ns) = self.container.as_ref().map(usage::processes).unwrap_or_default();
        let (disk_bytes, log_bytes) = (self.disk.used(), self.log_bytes);
        Used { memory_bytes, cpu_ns, disk_bytes, log_bytes, at_ns: now_ns() }
    }

    pub(super) fn write_clients(&mut self) {
        let mut clients = std::mem::take(&mut self.clients);
        let view = self.view();
        for client in &mut clients {
            client.write(&view);
        }
        self.clients = clients;
    }
}

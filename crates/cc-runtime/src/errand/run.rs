//! The life of an errand.

use super::record::{Outcome, StoredErrand, StoredWork};
use super::{Control, task};
use crate::depot::{Depot, Event, Found, Handle, Plan, Work};
use crate::runner::report::{Output, Voice, tags};
use crate::runner::{Shared, Will, ending, instance, new_guid, stored};
use crate::stager;
use crate::supervisor::Cause;
use crate::supervisor::protocol::{Ask, Exit};
use cc_domain::build::CUT_OFF;
use cc_domain::runtime::{Ack, BuildId, BuildOutcome, Owner, Staged, TaskId, TaskOutcome, TaskState};
use std::sync::Arc;
use std::time::Duration;

/// How long an errand waits for memory before it fails.
const PATIENCE: Duration = Duration::from_mins(1);
const CANCELLED: &str = "task was cancelled";
/// How often a build whose container was lost begins again; it harms nobody, while a task may have done half of its work.
const MOST_REPEATED: u32 = 1;
/// As Diego words it.
const LOST: &str = "Unable to determine completion status";

/// Why the run stopped short of an outcome: the server ends, the errand goes on without it.
struct Left;

/// What became of a container; `None` if nobody can say, since its supervisor is gone with it.
type Ended = Option<Outcome>;

pub(super) async fn run(
    shared: Arc<Shared>,
    errand: StoredErrand,
    control: Arc<Control>,
    found: Option<String>,
) {
    let key = errand.key();
    let mut run = Run { voice: voice(&shared, &errand), shared, errand, control };
    if let Err(Left) = run.go(found).await {
        return;
    }
    run.shared.errands.forget(&key);
}

struct Run {
    shared: Arc<Shared>,
    errand: StoredErrand,
    control: Arc<Control>,
    voice: Voice,
}

impl Run {
    async fn go(&mut self, found: Option<String>) -> Result<(), Left> {
        if !self.shared.is_released().await {
            return Err(Left);
        }
        if self.errand.outcome.is_none() {
            // A container that was to be made and is not there never was: it goes only after the outcome is saved.
            let mut ended = match found {
                Some(id) => self.follow(&id).await?,
                None => self.begin().await?,
            };
            while ended.is_none() && self.may_repeat() {
                self.clear_away().await;
                ended = self.begin().await?;
            }
            self.errand.outcome = Some(ended.unwrap_or_else(|| self.lost()));
            self.save();
        }
        self.clean_up().await;
        self.deliver().await
    }

    fn may_repeat(&self) -> bool {
        matches!(self.errand.work, StoredWork::Build(_)) && self.errand.cut_off < MOST_REPEATED
    }

    /// Makes room for another try.
    async fn clear_away(&mut self) {
        self.voice.say(self.source(), Output::Err, "The build was cut off and begins again.");
        self.clean_up().await;
        self.errand.container = None;
        self.errand.cut_off += 1;
        self.save();
    }

    fn lost(&self) -> Outcome {
        match self.errand.work {
            StoredWork::Task(_) => Outcome::failed(LOST),
            StoredWork::Build(_) => {
                self.voice.say(self.source(), Output::Err, "The build was cut off again.");
                Outcome::failed(CUT_OFF)
            }
        }
    }

    fn save(&self) {
        let (kind, id) = self.errand.key();
        if let Err(error) = stored::save(&self.shared.sealer, self.shared.records(kind), &id, &self.errand) {
            tracing::error!(%error, errand = id, "the state of an errand is not saved");
        }
    }

    /// Waits for a place, makes the container and follows it.
    async fn begin(&mut self) -> Result<Ended, Left> {
        let staging = Arc::clone(&self.shared.staging);
        let _place = match self.errand.work {
            StoredWork::Task(_) => None,
            StoredWork::Build(_) => tokio::select! {
                place = staging.acquire_owned() => place.ok(),
                outcome = self.ended_early() => return outcome.map(Some),
            },
        };
        if let Err(outcome) = self.take_memory().await? {
            return Ok(Some(outcome));
        }
        let id = Depot::id_of(&new_guid());
        self.errand.container = Some(id.clone());
        self.save();
        let made = tokio::select! {
            made = self.make(&id) => made,
            outcome = self.ended_early() => return outcome.map(Some),
        };
        match made {
            Ok(handle) => self.watch(&id, handle).await,
            Err(reason) => {
                self.voice.say(self.source(), Output::Err, reason.clone());
                Ok(Some(Outcome::failed(reason)))
            }
        }
    }

    /// Resolves when there is no use in waiting any longer.
    async fn ended_early(&self) -> Result<Outcome, Left> {
        let (mut will, mut cancel) = (self.shared.will.subscribe(), self.control.cancel.subscribe());
        tokio::select! {
            _ = will.wait_for(|will| *will == Will::Leave) => Err(Left),
            () = will_stop(&self.shared) => Err(Left),
            _ = cancel.wait_for(|cancel| *cancel) => Ok(Outcome::failed(CANCELLED)),
        }
    }

    async fn take_memory(&self) -> Result<Result<(), Outcome>, Left> {
        let (most, lacking) = self.shared.resources.most(self.errand.limits.memory_mb, 0);
        if most == 0 {
            self.voice.say(self.source(), Output::Err, format!("{lacking}: {}", self.too_much()));
            return Ok(Err(Outcome::failed(lacking.to_string())));
        }
        let mut room = self.shared.room.subscribe();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let Err(error) = self.shared.resources.take(&self.errand.id, self.errand.limits.memory_mb, &[])
            else {
                return Ok(Ok(()));
            };
            tokio::select! {
                _ = room.changed() => {}
                () = tokio::time::sleep_until(deadline) => return Ok(Err(Outcome::failed(error.to_string()))),
                outcome = self.ended_early() => return outcome.map(Err),
            }
        }
    }

    fn too_much(&self) -> String {
        let (asked, all) = (self.errand.limits.memory_mb, self.shared.resources.memory_mb());
        format!("{asked} MB are asked for, all apps together may have {all} MB")
    }

    async fn make(&self, id: &str) -> Result<Handle, String> {
        let (shared, errand) = (&self.shared, &self.errand);
        let paths = shared.depot.paths(id);
        let (inputs, program, timeout) = match &errand.work {
            StoredWork::Task(task) => {
                let (inputs, program) = task::prepare(shared, task, &paths, &self.voice).await?;
                (inputs, program, None)
            }
            StoredWork::Build(build) => {
                let (inputs, program) = stager::prepare(shared, errand, build, &paths, &self.voice).await?;
                (inputs, program, Some(stager::timeout(build)))
            }
        };
        let plan = Plan {
            memory_mb: errand.limits.memory_mb,
            disk_mb: errand.limits.disk_mb,
            pids: errand.limits.pids,
            fds: errand.limits.fds,
            cpu_weight: errand.limits.cpu_weight,
            log_rate: errand.limits.log_rate,
            rootfs: shared.config.rootfs.get(&errand.stack).cloned(),
            files: errand.files.clone(),
            inputs,
            grace: shared.config.grace,
            timeout,
        };
        let (name, memory_mb) = (errand.id.clone(), errand.limits.memory_mb);
        let work = match &errand.work {
            StoredWork::Task(_) => Work::Task { id: name, memory_mb },
            StoredWork::Build(_) => Work::Build { id: name, memory_mb },
        };
        let seat = shared.depot.seat().map_err(instance::failed)?;
        instance::create(shared, id.to_owned(), seat, work, plan, vec![program], &self.voice).await
    }

    /// Takes over a container of an earlier server.
    async fn follow(&mut self, id: &str) -> Result<Ended, Left> {
        match self.shared.depot.open(id, true, self.voice.on_line()).await {
            Found::Alive(handle) => self.watch(id, handle).await,
            Found::Ended(exit) => Ok(self.conclude(id, &exit).await),
            Found::Lost => Ok(None),
        }
    }

    async fn watch(&mut self, id: &str, mut handle: Handle) -> Result<Ended, Left> {
        let mut will = self.shared.will.subscribe();
        let mut cancel = self.control.cancel.subscribe();
        let mut is_cancelled = false;
        let exit = loop {
            let event = tokio::select! {
                event = handle.events.recv() => event,
                _ = will.wait_for(|will| *will == Will::Leave) => return Err(Left),
                () = will_stop(&self.shared), if !is_cancelled => {
                    is_cancelled = true;
                    self.stop(&handle);
                    continue;
                }
                _ = cancel.wait_for(|cancel| *cancel), if !is_cancelled => {
                    is_cancelled = true;
                    self.stop(&handle);
                    continue;
                }
            };
            match event {
                Some(Event::Running) => self.control.set(TaskState::Running),
                Some(Event::Ended(exit)) => break exit,
                None if is_cancelled => return Ok(Some(Outcome::failed(CANCELLED))),
                None => return Ok(None),
            }
        };
        let ended =
            if is_cancelled { Some(Outcome::failed(CANCELLED)) } else { self.conclude(id, &exit).await };
        handle.remote().ask(Ask::Forget);
        Ok(ended)
    }

    /// Tasks may tidy up, builds have nothing to tidy.
    fn stop(&self, handle: &Handle) {
        let ask = match self.errand.work {
            StoredWork::Task(_) => Ask::Stop {
                grace_ms: u64::try_from(self.shared.config.grace.as_millis()).unwrap_or(u64::MAX),
            },
            StoredWork::Build(_) => Ask::Kill { cause: Cause::Stopped },
        };
        handle.remote().ask(ask);
    }

    fn source(&self) -> &str {
        match &self.errand.work {
            StoredWork::Task(task) => &task.command.log_source,
            StoredWork::Build(_) => stager::SOURCE,
        }
    }

    /// What the end of the container means.
    async fn conclude(&self, id: &str, exit: &Exit) -> Ended {
        if let Some(line) = ending::exit_line(exit, self.shared.config.grace) {
            self.voice.say(&exit.source, Output::Out, line);
        }
        let failure = match &exit.cause {
            Cause::Program if exit.status == Some(0) => None,
            Cause::Timeout => Some(self.exceeded()),
            Cause::Stopped => Some(CANCELLED.to_owned()),
            Cause::Lost => return None,
            Cause::Program | Cause::Memory | Cause::Disk | Cause::Setup(_) => Some(ending::describe(exit)),
        };
        if let Some(failure) = failure {
            return Some(Outcome::failed(failure));
        }
        let outcome = match &self.errand.work {
            StoredWork::Task(_) => Outcome::succeeded(),
            StoredWork::Build(_) => stager::collect(&self.shared, &self.errand, id, &self.voice)
                .await
                .unwrap_or_else(Outcome::failed),
        };
        Some(outcome)
    }

    fn exceeded(&self) -> String {
        let StoredWork::Build(build) = &self.errand.work else { return "timed out".to_owned() };
        let text = format!("staging exceeded {}s", stager::timeout(build).as_secs());
        self.voice.say(stager::SOURCE, Output::Err, text.clone());
        text
    }

    async fn clean_up(&self) {
        let (shared, container, id) =
            (Arc::clone(&self.shared), self.errand.container.clone(), self.errand.id.clone());
        let removed = tokio::task::spawn_blocking(move || {
            if let Some(container) = container {
                shared.depot.remove(&container);
            }
            shared.resources.free(&id);
            shared.tell_room();
        });
        let _ = removed.await;
    }

    /// Reports the outcome until it is taken, then forgets the errand.
    async fn deliver(&mut self) -> Result<(), Left> {
        let Some(outcome) = self.errand.outcome.clone() else { return Ok(()) };
        let (failed, reason) = (outcome.failure.is_some(), outcome.failure.clone().unwrap_or_default());
        self.control.set(TaskState::Completed { failed, reason, result: outcome.result.clone() });
        let mut will = self.shared.will.subscribe();
        let mut pause = Duration::from_millis(500);
        loop {
            if self.report(&outcome).await.is_final() {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_mins(1)),
                _ = will.wait_for(|will| *will != Will::Run) => return Err(Left),
            }
        }
        let (kind, id) = self.errand.key();
        if let Err(error) = stored::erase(self.shared.records(kind), &id) {
            tracing::warn!(%error, errand = id, "the record of a finished errand stays");
        }
        Ok(())
    }

    async fn report(&self, outcome: &Outcome) -> Ack {
        let events = &self.shared.connections.events;
        let at_ns = outcome.at_ns;
        let (_, id) = self.errand.key();
        let failure = outcome.failure.clone();
        let StoredWork::Build(build) = &self.errand.work else {
            let Ok(task) = TaskId::new(id) else { return Ack::Unknown };
            let (failed, reason) = (failure.is_some(), failure.unwrap_or_default());
            return events.task_finished(TaskOutcome { task, failed, reason, at_ns }).await;
        };
        let Ok(id) = BuildId::new(id) else { return Ack::Unknown };
        let staged = Staged {
            result: outcome.result.clone(),
            droplet: outcome.droplet.clone().map(Into::into),
            cache: outcome.cache.clone().map(Into::into),
        };
        let result = failure.map_or(Ok(staged), Err);
        events.build_finished(BuildOutcome { build: id, result, start: build.start_after, at_ns }).await
    }
}

async fn will_stop(shared: &Shared) {
    let _ = shared.will.subscribe().wait_for(|will| *will == Will::Stop).await;
}

fn voice(shared: &Shared, errand: &StoredErrand) -> Voice {
    let all = tags(&Owner::from(&errand.owner), &stored::load_tags(&errand.tags), 0, &errand.id);
    Voice::new(&shared.connections.emit, &errand.owner.app, 0, all)
}

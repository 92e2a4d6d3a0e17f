//! What workers promise.

use crate::world::{State, World, done};
use cc_actions::Fault;
use cc_domain::job::{JobOutcome, MAX_ATTEMPTS};
use cc_domain::store::StoreError;
use cc_jobs::Settings;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep};

/// Counts the runs of a handler, and how many of them came to their end.
#[derive(Clone, Default)]
struct Runs {
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Runs {
    fn begin(&self) -> usize {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }
    fn end(&self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }
    fn counts(&self) -> (usize, usize) {
        (self.begun.load(Ordering::SeqCst), self.ended.load(Ordering::SeqCst))
    }
}

fn settings() -> Settings {
    Settings::new("me")
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_at_once_and_is_recorded() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { done() });
    sleep(Duration::from_secs(3)).await;
    let queued = Instant::now();
    let job = world.queue.push("work");
    assert_eq!(world.queue.ended(job).await, JobOutcome::Done { warnings: Vec::new() });
    assert_eq!(queued.elapsed(), Duration::ZERO);
    workers.drain(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_due_later_runs_when_it_is_due() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { done() });
    let job = world.queue.push_later(3);
    let queued = Instant::now();
    world.queue.ended(job).await;
    let waited = queued.elapsed();
    assert!((Duration::from_secs(3)..Duration::from_millis(3_200)).contains(&waited), "{waited:?}");
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_fails_the_job_with_its_errors() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { Err(Fault::unprocessable("no")) });
    let job = world.queue.push("work");
    let JobOutcome::Failed { errors, .. } = world.queue.ended(job).await else { panic!("not failed") };
    assert_eq!((errors[0].code, errors[0].detail.as_str()), (10_008, "no"));
    assert_eq!(world.queue.attempt(job), 1);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_ours_is_tried_again_until_it_is_given_up() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { Err(Fault::internal("broken")) });
    let job = world.queue.push("work");
    let JobOutcome::Failed { errors, .. } = world.queue.ended(job).await else { panic!("not failed") };
    assert_eq!(errors[0].title, "UnknownError");
    assert_eq!(world.queue.attempt(job), MAX_ATTEMPTS);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_fails_each_time_fails_the_job_at_once() {
    let errors: [fn() -> StoreError; 2] =
        [|| StoreError::Refused("a constraint".into()), || StoreError::Unstorable];
    for error in errors {
        let world = World::new();
        let workers = world.start(settings(), move |_, _| async move { Err(Fault::from(error())) });
        let job = world.queue.push("work");
        assert!(matches!(world.queue.ended(job).await, JobOutcome::Failed { .. }));
        assert_eq!(world.queue.attempt(job), 1);
        workers.drain(Duration::ZERO).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_is_refused_again_and_again_is_given_up_soon() {
    let world = World::new();
    let refused = || Fault::from(StoreError::Database("etwas anderes".into()));
    let workers = world.start(settings(), move |_, _| async move { Err(refused()) });
    let begun = tokio::time::Instant::now();
    let job = world.queue.push("work");
    assert!(matches!(world.queue.ended(job).await, JobOutcome::Failed { .. }));
    assert_eq!(world.queue.attempt(job), 3);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_passes_does_no_harm() {
    let (world, runs) = (World::new(), Runs::default());
    let counted = runs.clone();
    let workers = world.start(settings(), move |_, _| {
        let run = counted.begin();
        async move { if run < 3 { Err(Fault::internal("not yet")) } else { done() } }
    });
    let job = world.queue.push("work");
    assert_eq!(world.queue.ended(job).await, JobOutcome::Done { warnings: Vec::new() });
    assert_eq!(world.queue.attempt(job), 3);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_tried_again_and_harms_nobody_else() {
    let (world, runs) = (World::new(), Runs::default());
    let counted = runs.clone();
    let workers = world.start(settings(), move |_, _| {
        let run = counted.begin();
        async move {
            assert!(run != 1, "the first run panics");
            done()
        }
    });
    let (first, second) = (world.queue.push("work"), world.queue.push("work"));
    world.queue.ended(second).await;
    world.queue.ended(first).await;
    assert_eq!(runs.counts().0, 3);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn an_unknown_operation_is_left_for_newer_replicas_and_given_up_at_last() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { done() });
    let job = world.queue.push("unheard.of");
    let outcome = world.queue.ended(job).await;
    assert!(matches!(outcome, JobOutcome::Failed { .. }));
    assert_eq!(world.queue.attempt(job), MAX_ATTEMPTS);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_long_job_keeps_its_lease() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async {
        sleep(Duration::from_secs(120)).await;
        done()
    });
    let job = world.queue.push("work");
    assert_eq!(world.queue.ended(job).await, JobOutcome::Done { warnings: Vec::new() });
    assert_eq!(world.queue.attempt(job), 1);
    assert!(world.queue.calls("heartbeat") >= 11);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_lease_was_lost_is_dropped_with_its_result() {
    let (world, runs, begun) = (World::new(), Runs::default(), Arc::new(Notify::new()));
    let (counted, tell) = (runs.clone(), begun.clone());
    let workers = world.start(settings(), move |_, _| {
        counted.begin();
        let (counted, tell) = (counted.clone(), tell.clone());
        async move {
            tell.notify_one();
            sleep(Duration::from_secs(25)).await;
            counted.end();
            done()
        }
    });
    let job = world.queue.push("work");
    begun.notified().await;
    world.queue.steal(job);
    sleep(Duration::from_secs(29)).await;
    assert_eq!(runs.counts(), (1, 0), "the run was cut off by the heartbeat");
    assert!(matches!(world.queue.state(job), State::Running { owner, .. } if owner == "thief"));
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_result_that_comes_after_the_lease_is_not_recorded() {
    let (world, begun) = (World::new(), Arc::new(Notify::new()));
    let tell = begun.clone();
    let workers = world.start(settings(), move |_, _| {
        let tell = tell.clone();
        async move {
            tell.notify_one();
            sleep(Duration::from_secs(1)).await;
            done()
        }
    });
    let job = world.queue.push("work");
    begun.notified().await;
    world.queue.steal(job);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(world.queue.calls("end"), 1);
    assert!(matches!(world.queue.state(job), State::Running { owner, .. } if owner == "thief"));
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_worker_held_runs_again() {
    let (world, runs) = (World::new(), Runs::default());
    let counted = runs.clone();
    let job = world.queue.push_running("the lost", 20);
    let workers = world.start(settings(), move |_, _| {
        counted.begin();
        async { done() }
    });
    let started = Instant::now();
    world.queue.ended(job).await;
    assert!((Duration::from_secs(20)..Duration::from_secs(36)).contains(&started.elapsed()));
    assert_eq!((world.queue.attempt(job), runs.counts().0), (2, 1));
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_alone_takes_over_at_once() {
    let world = World::new();
    let job = world.queue.push_running("my former self", 1_000);
    let alone = Settings { is_alone: true, ..settings() };
    let workers = world.start(alone, |_, _| async { done() });
    let started = Instant::now();
    world.queue.ended(job).await;
    assert!(started.elapsed() < Duration::from_secs(1));
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn no_more_jobs_run_at_a_time_than_there_is_room_for() {
    let (world, runs, gate) = (World::new(), Runs::default(), Arc::new(Semaphore::new(0)));
    let (counted, closed) = (runs.clone(), gate.clone());
    let workers = world.start(Settings { concurrency: 2, ..settings() }, move |_, _| {
        counted.begin();
        let closed = closed.clone();
        async move {
            closed.acquire().await.unwrap().forget();
            done()
        }
    });
    let jobs: Vec<_> = (0..5).map(|_| world.queue.push("work")).collect();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(runs.counts().0, 2);
    gate.add_permits(5);
    for job in jobs {
        world.queue.ended(job).await;
    }
    assert_eq!(runs.counts().0, 5);
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn draining_waits_for_what_runs_and_takes_nothing_new() {
    let (world, begun) = (World::new(), Arc::new(Notify::new()));
    let tell = begun.clone();
    let workers = world.start(settings(), move |_, _| {
        let tell = tell.clone();
        async move {
            tell.notify_one();
            sleep(Duration::from_secs(5)).await;
            done()
        }
    });
    let job = world.queue.push("work");
    begun.notified().await;
    let drained = tokio::spawn(workers.drain(Duration::from_secs(30)));
    sleep(Duration::from_secs(1)).await;
    let late = world.queue.push("work");
    drained.await.unwrap();
    assert!(matches!(world.queue.state(job), State::Ended(JobOutcome::Done { .. })));
    assert_eq!(world.queue.state(late), State::Waiting);
}

#[tokio::test(start_paused = true)]
async fn draining_leaves_to_the_lease_what_takes_too_long() {
    let (world, runs, begun) = (World::new(), Runs::default(), Arc::new(Notify::new()));
    let (counted, tell) = (runs.clone(), begun.clone());
    let workers = world.start(settings(), move |_, _| {
        let (counted, tell) = (counted.clone(), tell.clone());
        counted.begin();
        async move {
            tell.notify_one();
            sleep(Duration::from_secs(500)).await;
            counted.end();
            done()
        }
    });
    let job = world.queue.push("work");
    begun.notified().await;
    let stopped = Instant::now();
    workers.drain(Duration::from_secs(7)).await;
    assert_eq!(stopped.elapsed(), Duration::from_secs(7));
    assert!(matches!(world.queue.state(job), State::Running { owner, .. } if owner == "me"));
    sleep(Duration::from_secs(1_000)).await;
    assert_eq!(runs.counts(), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_for_a_moment_costs_nothing_but_time() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { done() });
    sleep(Duration::from_secs(1)).await;
    world.queue.refuse(4);
    let job = world.queue.push("work");
    assert_eq!(world.queue.ended(job).await, JobOutcome::Done { warnings: Vec::new() });
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn one_replica_prunes() {
    let world = World::new();
    let first = world.start(settings(), |_, _| async { done() });
    let second = world.start(Settings::new("you"), |_, _| async { done() });
    sleep(Duration::from_secs(1_800)).await;
    assert_eq!(world.queue.calls("prune"), 1);
    first.drain(Duration::ZERO).await;
    second.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_worker_asks_seldom() {
    let world = World::new();
    let workers = world.start(settings(), |_, _| async { done() });
    sleep(Duration::from_secs(600)).await;
    assert!(world.queue.calls("claim") <= 130, "{}", world.queue.calls("claim"));
    workers.drain(Duration::ZERO).await;
}

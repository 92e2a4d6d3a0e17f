//! The queue: what is queued runs once, what is lost records nothing, and who waits is woken.

use crate::both_engines;
use crate::db::{Db, Engine, guid, now};
use cc_domain::guid::Guid;
use cc_domain::job::ports::JobQueue;
use cc_domain::job::{ClaimedJob, Job, JobError, JobKind, JobOutcome, JobResource, JobState, NewJob};
use cc_domain::store::Store;
use cc_domain::time::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

fn a_job(text: &str, kind: JobKind) -> NewJob {
    NewJob {
        guid: guid(text),
        operation: "app.delete",
        payload: json!({ "app": text }),
        kind,
        resource: None,
        priority: 0,
        run_at: now(0),
        created_at: now(0),
    }
}

fn internal(text: &str) -> NewJob {
    a_job(text, JobKind::Internal { dedup_key: None })
}

fn keyed(text: &str, key: &str) -> NewJob {
    a_job(text, JobKind::Internal { dedup_key: Some(key.to_owned()) })
}

async fn enqueue(db: &Db, jobs: &[NewJob]) {
    let mut tx = db.begin().await.unwrap();
    for job in jobs {
        tx.enqueue(job).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, at: i64) -> Vec<ClaimedJob> {
    db.claim("worker", 10, now(at)).await.unwrap()
}

fn guids(jobs: &[ClaimedJob]) -> Vec<&str> {
    jobs.iter().map(|job| job.guid.as_str()).collect()
}

async fn count(db: &Db) -> String {
    db.sql("SELECT CAST(COUNT(*) AS TEXT) FROM jobs").await[0][0].clone().unwrap()
}

async fn polled(db: &Db, text: &str) -> Option<Job> {
    db.reader().await.unwrap().find_job(&guid(text)).await.unwrap()
}

fn done() -> JobOutcome {
    JobOutcome::Done { warnings: vec!["careful".into()] }
}

both_engines! {
    async fn a_job_is_claimed_with_what_was_queued(db: Db) {
        enqueue(&db, &[internal("a")]).await;
        let jobs = claim(&db, 1).await;
        assert_eq!(guids(&jobs), ["a"]);
        assert_eq!((jobs[0].operation.as_str(), &jobs[0].payload, jobs[0].attempt), ("app.delete", &json!({ "app": "a" }), 1));
        assert_eq!(jobs[0].created_at, now(0));
        assert!(claim(&db, 1).await.is_empty(), "a job that runs is not claimed again");
    }

    async fn jobs_come_by_priority_then_age_and_not_before_their_time(db: Db) {
        let later = NewJob { run_at: now(10), ..internal("later") };
        let urgent = NewJob { priority: -1, run_at: now(3), ..internal("urgent") };
        enqueue(&db, &[later, internal("first"), urgent, internal("second")]).await;
        assert_eq!(db.next_due().await.unwrap(), Some(now(0)));
        assert_eq!(guids(&claim(&db, 5).await), ["urgent", "first", "second"]);
        assert_eq!(db.next_due().await.unwrap(), Some(now(10)));
        assert_eq!(guids(&claim(&db, 10).await), ["later"]);
        assert_eq!(db.next_due().await.unwrap(), None);
    }

    async fn many_workers_get_each_job_once(db: Db) {
        let jobs: Vec<NewJob> = (0..200).map(|i| internal(&format!("job-{i}"))).collect();
        enqueue(&db, &jobs).await;
        let workers: Vec<_> = (0..4).map(|w| {
            let database = db.database.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let batch = database.claim(&format!("w{w}"), 7, now(1)).await.unwrap();
                    if batch.is_empty() {
                        return mine;
                    }
                    mine.extend(batch.into_iter().map(|job| job.guid.to_string()));
                }
            })
        }).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), distinct.len()), (200, 200));
    }

    async fn a_pollable_job_tells_how_it_ended_and_an_internal_one_is_gone(db: Db) {
        let resource = Some(JobResource { collection: "apps".into(), guid: "x".into() });
        let pollable = NewJob { resource: resource.clone(), ..a_job("p", JobKind::Pollable) };
        enqueue(&db, &[pollable, internal("i"), a_job("f", JobKind::Pollable)]).await;
        let waiting = polled(&db, "p").await.unwrap();
        assert_eq!((waiting.state, waiting.resource), (JobState::Processing, resource));
        assert_eq!(polled(&db, "i").await, None, "internal jobs are nobody's business");
        let jobs = claim(&db, 1).await;
        let error = JobError { code: 10008, title: "CF-UnprocessableEntity".into(), detail: "no".into() };
        let failed = JobOutcome::Failed { errors: vec![error.clone()], warnings: vec![] };
        assert!(db.end(&jobs[0], &done(), now(2)).await.unwrap());
        assert!(db.end(&jobs[1], &done(), now(2)).await.unwrap());
        assert!(db.end(&jobs[2], &failed, now(3)).await.unwrap());
        let ended = polled(&db, "p").await.unwrap();
        assert_eq!((ended.state, ended.warnings, ended.updated_at), (JobState::Complete, vec!["careful".to_owned()], now(2)));
        let ended = polled(&db, "f").await.unwrap();
        assert_eq!((ended.state, ended.errors), (JobState::Failed, vec![error]));
        assert_eq!(count(&db).await, "2");
    }

    async fn whoever_lost_the_lease_records_nothing(db: Db) {
        enqueue(&db, &[a_job("a", JobKind::Pollable)]).await;
        let lost = claim(&db, 1).await.remove(0);
        assert_eq!(db.release_expired(now(30), false).await.unwrap(), 0, "the lease still holds");
        assert!(db.heartbeat(&lost, now(20)).await.unwrap());
        assert_eq!(db.release_expired(now(40), false).await.unwrap(), 0, "the heartbeat extended it");
        assert_eq!(db.release_expired(now(50), false).await.unwrap(), 1);
        assert!(!db.heartbeat(&lost, now(51)).await.unwrap());
        assert!(!db.end(&lost, &done(), now(51)).await.unwrap());
        let held = claim(&db, 52).await.remove(0);
        assert_eq!(held.attempt, 2);
        assert!(!db.end(&lost, &done(), now(53)).await.unwrap());
        assert_eq!(polled(&db, "a").await.unwrap().state, JobState::Processing);
        assert!(db.end(&held, &done(), now(54)).await.unwrap());
        assert!(!db.end(&held, &done(), now(55)).await.unwrap(), "an end is recorded once");
    }

    async fn a_process_that_starts_alone_takes_everything_back(db: Db) {
        enqueue(&db, &[internal("a"), keyed("b", "k")]).await;
        assert_eq!(claim(&db, 1).await.len(), 2);
        assert_eq!(db.release_expired(now(2), true).await.unwrap(), 2);
        assert_eq!(claim(&db, 2).await.len(), 2);
    }

    async fn a_run_to_be_repeated_waits_for_its_time(db: Db) {
        enqueue(&db, &[internal("a")]).await;
        let job = claim(&db, 1).await.remove(0);
        assert!(db.end(&job, &JobOutcome::Retry { at: now(9), reason: "x".into() }, now(2)).await.unwrap());
        assert!(claim(&db, 8).await.is_empty());
        assert_eq!(claim(&db, 9).await[0].attempt, 2);
    }

    async fn waiting_elsewhere_is_polling_and_no_failed_attempt(db: Db) {
        enqueue(&db, &[a_job("a", JobKind::Pollable)]).await;
        let job = claim(&db, 1).await.remove(0);
        assert!(db.end(&job, &JobOutcome::Waiting { at: now(9) }, now(2)).await.unwrap());
        assert_eq!(polled(&db, "a").await.unwrap().state, JobState::Polling);
        let again = claim(&db, 9).await.remove(0);
        assert_eq!(again.attempt, 1);
        assert!(!db.end(&job, &done(), now(10)).await.unwrap(), "the claim before is over, though its attempt was the first too");
        assert!(db.end(&again, &done(), now(10)).await.unwrap());
    }

    async fn of_jobs_with_one_key_one_waits(db: Db) {
        enqueue(&db, &[keyed("a", "k"), keyed("b", "k"), keyed("c", "other")]).await;
        assert_eq!(count(&db).await, "2");
        let first = claim(&db, 1).await;
        assert_eq!(guids(&first), ["a", "c"]);
        enqueue(&db, &[keyed("d", "k"), keyed("e", "k")]).await;
        assert_eq!(count(&db).await, "3", "one that runs does not stand for what changed since");
        assert!(claim(&db, 2).await.is_empty(), "but it is not run beside itself");
        assert!(db.end(&first[0], &done(), now(3)).await.unwrap());
        assert_eq!(guids(&claim(&db, 4).await), ["d"]);
    }

    async fn a_failed_run_gives_way_to_one_that_waits(db: Db) {
        enqueue(&db, &[keyed("a", "k")]).await;
        let job = claim(&db, 1).await.remove(0);
        enqueue(&db, &[keyed("b", "k")]).await;
        assert!(db.end(&job, &JobOutcome::Retry { at: now(2), reason: "x".into() }, now(2)).await.unwrap());
        assert_eq!(count(&db).await, "1");
        assert_eq!(guids(&claim(&db, 3).await), ["b"]);
        enqueue(&db, &[keyed("c", "k")]).await;
        assert_eq!(db.release_expired(now(4), true).await.unwrap(), 1);
        assert_eq!(guids(&claim(&db, 5).await), ["c"]);
    }

    async fn jobs_of_a_transaction_that_is_rolled_back_never_were(db: Db) {
        let mut tx = db.begin().await.unwrap();
        tx.enqueue(&internal("a")).await.unwrap();
        tx.rollback().await;
        assert!(claim(&db, 1).await.is_empty());
    }

    async fn old_jobs_are_pruned_oldest_first(db: Db) {
        let jobs: Vec<NewJob> = (0..5).map(|i| a_job(&format!("j{i}"), JobKind::Pollable)).collect();
        enqueue(&db, &jobs).await;
        for (i, job) in claim(&db, 1).await.iter().enumerate().take(4) {
            assert!(db.end(job, &done(), now(10 + i64::try_from(i).unwrap())).await.unwrap());
        }
        assert_eq!(db.prune(now(13), 2).await.unwrap(), 2);
        assert_eq!(db.prune(now(13), 10).await.unwrap(), 1);
        assert_eq!(db.prune(now(13), 10).await.unwrap(), 0);
        assert!(polled(&db, "j3").await.is_some());
        assert!(polled(&db, "j4").await.is_some(), "one that runs is not pruned");
    }

    async fn a_commit_wakes_a_waiting_worker(db: Db) {
        let database = db.database.clone();
        let worker = tokio::spawn(async move {
            loop {
                let jobs = database.claim("w", 1, now(1)).await.unwrap();
                if let Some(job) = jobs.into_iter().next() {
                    return job.guid;
                }
                database.wait_for_work(LONG).await;
            }
        });
        enqueue(&db, &[internal("a")]).await;
        let claimed = tokio::time::timeout(LONG / 2, worker).await.expect("woken, not timed out").unwrap();
        assert_eq!(claimed, guid("a"));
    }

    async fn an_end_wakes_who_holds_a_read(db: Db) {
        enqueue(&db, &[a_job("a", JobKind::Pollable)]).await;
        let job = claim(&db, 1).await.remove(0);
        let database = db.database.clone();
        let reading = tokio::spawn(async move { database.wait_for_end(&guid("a"), LONG).await });
        assert!(db.end(&job, &done(), now(2)).await.unwrap());
        tokio::time::timeout(LONG / 2, reading).await.expect("woken, not timed out").unwrap();
        db.wait_for_end(&guid("a"), LONG).await;
        db.wait_for_end(&guid("unknown"), LONG).await;
    }

    async fn a_held_read_ends_with_its_time(db: Db) {
        enqueue(&db, &[a_job("a", JobKind::Pollable)]).await;
        db.wait_for_end(&guid("a"), Duration::from_millis(20)).await;
        assert_eq!(polled(&db, "a").await.unwrap().state, JobState::Processing);
    }

    async fn a_lease_has_one_owner_until_it_runs_out(db: Db) {
        let acquire = |owner: &'static str, at: i64| {
            let database = db.database.clone();
            async move { database.acquire_lease("clock", owner, now(at), 10).await.unwrap() }
        };
        assert!(acquire("a", 0).await);
        assert!(!acquire("b", 9).await);
        assert!(acquire("a", 9).await, "renewed");
        assert!(!acquire("b", 18).await);
        assert!(acquire("b", 19).await, "run out");
        assert!(!acquire("a", 20).await);
    }

    async fn what_a_clock_far_ahead_wrote_stalls_nothing(db: Db) {
        let ahead = 1_000_000;
        assert!(db.acquire_lease("work", "a", now(ahead), 10).await.unwrap());
        assert!(db.acquire_lease("work", "b", now(0), 10).await.unwrap());
        enqueue(&db, &[a_job("held", JobKind::Pollable)]).await;
        let held = db.claim("worker", 10, now(ahead)).await.unwrap();
        enqueue(&db, &[NewJob { run_at: now(ahead), ..a_job("due later", JobKind::Pollable) }]).await;
        assert!(claim(&db, 1).await.is_empty());
        db.release_expired(now(1), false).await.unwrap();
        let mut again = claim(&db, 1).await;
        again.sort_by_key(|job| job.guid.as_str().to_owned());
        assert_eq!(guids(&again), ["due later", "held"]);
        assert!(!db.end(&held[0], &done(), now(2)).await.unwrap(), "the first run has lost its lease");
        // What was given out by the same clock is left alone.
        assert_eq!(db.release_expired(now(2), false).await.unwrap(), 0);
    }

    async fn of_many_who_want_a_lease_one_gets_it(db: Db) {
        let wanting: Vec<_> = (0..8).map(|i| {
            let database = db.database.clone();
            tokio::spawn(async move { database.acquire_lease("clock", &format!("o{i}"), now(0), 10).await.unwrap() })
        }).collect();
        let mut got = 0;
        for want in wanting {
            got += u32::from(want.await.unwrap());
        }
        assert_eq!(got, 1);
    }
}

/// Another replica's commit is heard over PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_wakes_the_workers_of_other_replicas() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    let replica = db.replica().await;
    // The listener rings once when it is connected.
    replica.wait_for_work(LONG).await;
    let worker = tokio::spawn(async move {
        let from = std::time::Instant::now();
        replica.wait_for_work(LONG).await;
        from.elapsed()
    });
    enqueue(&db, &[internal("a")]).await;
    assert!(worker.await.unwrap() < LONG / 2);
}

/// Another replica's end is seen by a held read.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_on_another_replica_ends_a_held_read() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    enqueue(&db, &[a_job("a", JobKind::Pollable)]).await;
    let replica = db.replica().await;
    let job = replica.claim("other", 1, now(1)).await.unwrap().remove(0);
    let database = db.database.clone();
    let id: Guid<Job> = guid("a");
    let reading = tokio::spawn(async move { database.wait_for_end(&id, LONG).await });
    let at: Timestamp = now(2);
    assert!(replica.end(&job, &done(), at).await.unwrap());
    tokio::time::timeout(LONG / 2, reading).await.expect("seen, not timed out").unwrap();
}

//! Nobody can lock another one out: wrong passwords from the address of somebody who knows the right one.

use cc_tests::{Answer, Client, Server, databases};
use std::thread;
use std::time::Duration;

/// More attempts than this before the right password is in would be a lockout.
const TRIES: usize = 5;

fn attempt(port: u16, user: &str, password: &str) -> Answer {
    let form = format!("grant_type=password&username={user}&password={password}");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", "Basic Y2Y6")];
    Client::anonymous(port).send_as("POST", "/oauth/token", &headers, form.as_bytes(), "localhost")
}

/// As a client that honours `Retry-After`; the statuses on the way.
fn patiently(port: u16, user: &str, password: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..TRIES {
        let answer = attempt(port, user, password);
        statuses.push(answer.status);
        if answer.status != 429 {
            break;
        }
        let seconds: u64 = answer.header("retry-after").and_then(|s| s.parse().ok()).expect("says when");
        assert!((1..=5).contains(&seconds), "{seconds}");
        thread::sleep(Duration::from_secs(seconds));
    }
    statuses
}

#[test]
fn a_crowd_of_wrong_passwords_does_not_lock_the_right_one_out() {
    for database in databases("lockout") {
        let server = Server::start(database);
        let port = server.port();
        for _ in 0..7 {
            assert_eq!(attempt(port, "admin", "wrong").status, 401);
        }
        let crowd: Vec<_> = (0..20).map(|_| thread::spawn(move || attempt(port, "admin", "wrong"))).collect();
        let statuses = patiently(port, "admin", server.password());
        assert_eq!(statuses.last(), Some(&200), "{statuses:?}");
        let answers: Vec<Answer> = crowd.into_iter().map(|t| t.join().expect("no panic")).collect();
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(refused.iter().all(|answer| answer.header("retry-after").is_some()));
        assert!(refused.len() >= 10, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    }
}

#[test]
fn a_flood_of_made_up_names_does_not_lock_out_who_was_there_before() {
    for database in databases("flood") {
        let server = Server::start(database);
        let port = server.port();
        assert_eq!(attempt(port, "admin", server.password()).status, 200);
        let flood: Vec<_> = (0..80)
            .map(|n| thread::spawn(move || attempt(port, &format!("nobody-{n}"), "wrong").status))
            .collect();
        assert_eq!(attempt(port, "admin", server.password()).status, 200);
        for thread in flood {
            let status = thread.join().expect("no panic");
            assert!(status == 401 || status == 429, "{status}");
        }
    }
}

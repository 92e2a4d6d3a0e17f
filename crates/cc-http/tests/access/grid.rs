//! The grid: every operation, every caller, the status of the answer.

use super::callers::{self, Caller};
use super::{World, requests};
use axum::http::Method;
use cc_http::Operation;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tokio::sync::OnceCell;

/// Lines of `unanswered.txt`. To be lowered when one goes, never raised.
const MOST_UNANSWERED: usize = 5;

/// Statuses by operation, in the order of the callers.
pub struct Grid {
    pub rows: BTreeMap<&'static str, Vec<u16>>,
    /// What failed instead of being refused.
    faults: Vec<String>,
}

/// Asked for once, however many tests look at it.
pub async fn grid() -> &'static Grid {
    static GRID: OnceCell<Grid> = OnceCell::const_new();
    GRID.get_or_init(|| async {
        let world = World::seeded().await;
        let operations: Vec<_> = cc_http::operations::all().collect();
        let (first, second) = operations.split_at(operations.len() / 2);
        let (first, second) = tokio::join!(rows(&world, first), rows(&world, second));
        Grid { rows: first.0.into_iter().chain(second.0).collect(), faults: [first.1, second.1].concat() }
    })
    .await
}

/// A refusal changes nothing, so only an answer that did something costs a new copy.
async fn rows(
    world: &World,
    operations: &[&'static Operation],
) -> (Vec<(&'static str, Vec<u16>)>, Vec<String>) {
    let callers = callers::all();
    let mut api = world.api().await;
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for operation in operations {
        let mut row = Vec::new();
        for caller in &callers {
            let place = world.place(caller.is_suspended);
            let answer = requests::ask(&api, &caller.token, operation, place).await;
            if answer.status >= 500 {
                faults.push(format!("{} as {}: {}", operation.id, caller.name, answer.refusal()));
            }
            if answer.status < 300 && operation.method != Method::GET {
                api = world.api().await;
            }
            row.push(answer.status);
        }
        rows.push((operation.id, row));
    }
    (rows, faults)
}

impl Grid {
    fn render(&self, callers: &[Caller]) -> String {
        let mut text = String::new();
        for caller in callers {
            let _ = writeln!(text, "# {:<3} {}", caller.code, caller.name);
        }
        let width = self.rows.keys().map(|id| id.len()).max().unwrap_or_default();
        let heads: Vec<_> = callers.iter().map(|c| format!("{:>3}", c.code)).collect();
        let _ = writeln!(text, "\n{:width$} {}", "", heads.join(" "));
        for (id, statuses) in &self.rows {
            let cells: Vec<_> = statuses.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "{id:width$} {}", cells.join(" "));
        }
        text
    }
}

/// The rows of a grid as it stands in the file.
fn rows_of(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .filter(|line| !line.starts_with(['#', ' ']))
        .filter_map(|line| line.split_once(' '))
        .map(|(id, cells)| (id, cells.trim()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_may_do_what_the_grid_says() {
    let now = grid().await.render(&callers::all());
    if std::env::var_os("CC_UPDATE_GRID").is_some() {
        std::fs::write(super::path("grid.txt"), &now).unwrap();
        return;
    }
    let committed = super::read("grid.txt");
    let (old, new) = (rows_of(&committed), rows_of(&now));
    let mut differences = Vec::new();
    for id in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        if old.get(id) != new.get(id) {
            differences.push(format!(
                "{id}\n  - {}\n  + {}",
                old.get(id).unwrap_or(&"no row"),
                new.get(id).unwrap_or(&"no row")
            ));
        }
    }
    assert!(
        differences.is_empty() && now == committed,
        "tests/access/grid.txt says otherwise; CC_UPDATE_GRID=1 writes it anew:\n{}",
        differences.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_succeeds_for_somebody() {
    let nobody: BTreeSet<_> = grid()
        .await
        .rows
        .iter()
        .filter(|(_, row)| row.iter().all(|s| *s >= 300))
        .map(|(id, _)| *id)
        .collect();
    let unanswered = super::read("unanswered.txt");
    let listed: BTreeSet<_> =
        unanswered.lines().filter_map(|line| line.split_once(' ')).map(|(id, _)| id).collect();
    let missing: Vec<_> = nobody.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&nobody).collect();
    assert!(listed.len() <= MOST_UNANSWERED, "tests/access/unanswered.txt may only shrink");
    assert!(missing.is_empty(), "seed what these need, or correct their requests: {missing:?}");
    assert!(stale.is_empty(), "no longer to be listed in tests/access/unanswered.txt: {stale:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_makes_an_operation_fail() {
    let faults = &grid().await.faults;
    assert!(faults.is_empty(), "{faults:#?}");
}

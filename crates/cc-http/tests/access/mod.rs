//! Who may do what: every operation of the table, asked for by every kind of caller.
//!
//! `grid.txt` has a row for each operation and a column for each caller; `CC_UPDATE_GRID=1` writes it anew, and the difference is to be
//! read like code. `unanswered.txt` names the operations that nobody succeeds with here, each with a reason; it is not written by the
//! switch and may only shrink. Policies are the same for both databases, so one is asked. Start reading at [`grid`].

mod callers;
mod contract;
mod grid;
mod parameters;
mod reads;
mod requests;
mod seed;
mod world;

use world::World;

/// Where a file of this folder is.
fn path(file: &str) -> String {
    format!("{}/tests/access/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap()
}

//! What people and programs read of a replay.

use crate::replay::{Outcome, Replayed, Went};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    pub same: usize,
    pub different: usize,
    /// Could not be asked, though the operation is routed.
    pub skipped: usize,
    /// Stand or fall with an operation that is not routed.
    pub waiting: usize,
}

impl Counts {
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            match outcome.went {
                Went::Same => counts.same += 1,
                Went::Different { .. } => counts.different += 1,
                Went::Skipped { .. } => counts.skipped += 1,
                Went::Waiting { .. } => counts.waiting += 1,
            }
        }
        counts
    }

    fn add(&mut self, other: Self) {
        self.same += other.same;
        self.different += other.different;
        self.skipped += other.skipped;
        self.waiting += other.waiting;
    }

    /// Of what could be asked, in percent.
    pub fn share(self) -> f64 {
        let asked = self.same + self.different + self.skipped;
        if asked == 0 {
            return 100.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of steps")]
        let share = 100.0 * self.same as f64 / asked as f64;
        share
    }
}

/// A row a file and the total.
pub fn table(replayed: &[Replayed]) -> String {
    let mut text = String::new();
    let mut total = Counts::default();
    let _ = writeln!(
        text,
        "{:<36} {:>6} {:>9} {:>7} {:>7} {:>8}",
        "file", "same", "different", "skipped", "waiting", "share"
    );
    let mut row = |name: &str, counts: Counts| {
        let Counts { same, different, skipped, waiting } = counts;
        let share = counts.share();
        let _ = writeln!(text, "{name:<36} {same:>6} {different:>9} {skipped:>7} {waiting:>7} {share:>7.2}%");
    };
    for file in replayed {
        let counts = Counts::of(&file.outcomes);
        total.add(counts);
        row(&file.name, counts);
    }
    row("all", total);
    text
}

/// The differing and skipped steps with what was wanted and got.
pub fn differences(replayed: &[Replayed]) -> String {
    let mut text = String::new();
    for file in replayed {
        for outcome in &file.outcomes {
            let Outcome { step, asked, .. } = outcome;
            match &outcome.went {
                Went::Different { differences } => {
                    let _ = writeln!(text, "\n{} {step}: {asked}", file.name);
                    for difference in differences {
                        let _ = writeln!(text, "  {}", difference.place);
                        let _ = writeln!(text, "    wanted {}", difference.wanted);
                        let _ = writeln!(text, "    got    {}", difference.got);
                    }
                }
                Went::Skipped { symbol } => {
                    let _ =
                        writeln!(text, "\n{} {step}: {asked}\n  skipped: no answer gave {symbol}", file.name);
                }
                Went::Same | Went::Waiting { .. } => {}
            }
        }
    }
    text
}

/// Which statuses the reference gave to each operation in the steps that are the same here, and how often.
pub fn statuses(replayed: &[Replayed]) -> BTreeMap<&str, BTreeMap<u16, usize>> {
    let mut seen: BTreeMap<&str, BTreeMap<u16, usize>> = BTreeMap::new();
    for outcome in replayed.iter().flat_map(|file| &file.outcomes) {
        if let (Some(operation), Some(status), Went::Same) =
            (&outcome.operation, outcome.status, &outcome.went)
        {
            *seen.entry(operation).or_default().entry(status).or_default() += 1;
        }
    }
    seen
}

/// Writes statuses down for `cargo xtask operations`, in the folder that `CC_SEEN` names; nowhere without one.
pub fn note(seen: &BTreeMap<&str, BTreeMap<u16, usize>>) -> std::io::Result<()> {
    let Some(folder) = std::env::var_os("CC_SEEN") else { return Ok(()) };
    let path = Path::new(&folder).join(format!("conformance-{}", std::process::id()));
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let pairs = seen.iter().flat_map(|(operation, statuses)| statuses.keys().map(move |s| (operation, s)));
    let text: String = pairs.map(|(operation, status)| format!("{operation} {status}\n")).collect();
    file.write_all(text.as_bytes())
}

/// The operations that are not routed and were asked.
pub fn waiting(replayed: &[Replayed]) -> BTreeSet<&str> {
    let all = replayed.iter().flat_map(|file| &file.outcomes);
    all.filter_map(|outcome| match &outcome.went {
        Went::Waiting { operation } => Some(operation.as_str()),
        _ => None,
    })
    .collect()
}

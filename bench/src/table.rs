//! What was measured, as a table, and into the document.

use anyhow::Context;
use std::fmt::Write;
use std::path::Path;

/// Between these lines of the document the table stands; the rest of it is written by people.
const BEGIN: &str = "<!-- measured -->";
const END: &str = "<!-- /measured -->";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    AtLeast(f64),
    Below(f64),
    None,
}

impl Goal {
    fn is_met(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::Below(most) => Some(value < most),
            Self::None => None,
        }
    }
}

struct Row {
    what: String,
    ours: String,
    floor: String,
    value: f64,
    unit: &'static str,
    goal: Goal,
}

#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// A ratio of two rates, or of whatever `ours` and `floor` say.
    pub fn ratio(&mut self, what: impl Into<String>, ours: String, floor: String, ratio: f64, goal: Goal) {
        self.push(Row { what: what.into(), ours, floor, value: ratio, unit: "", goal });
    }

    /// A number with nothing to compare.
    pub fn number(&mut self, what: impl Into<String>, value: f64, unit: &'static str, goal: Goal) {
        self.push(Row { what: what.into(), ours: String::new(), floor: String::new(), value, unit, goal });
    }

    fn push(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| what | ours | floor | result | goal | |\n| --- | --- | --- | --- | --- | --- |\n",
        );
        for row in &self.rows {
            let _ = writeln!(text, "{}", line(row));
        }
        text
    }

    pub fn write_into(&self, path: &Path) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let missing = || format!("{} has no {BEGIN} … {END}", path.display());
        let (before, rest) = text.split_once(BEGIN).with_context(missing)?;
        let (_, after) = rest.split_once(END).with_context(missing)?;
        std::fs::write(path, format!("{before}{BEGIN}\n{}{END}{after}", self.markdown()))?;
        Ok(())
    }
}

fn line(row: &Row) -> String {
    let goal = match row.goal {
        Goal::AtLeast(least) => format!("≥ {least}"),
        Goal::Below(most) => format!("< {most}"),
        Goal::None => String::new(),
    };
    let verdict = match row.goal.is_met(row.value) {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    };
    let value = number(row.value);
    format!("| {} | {} | {} | {value} {} | {goal} | {verdict} |", row.what, row.ours, row.floor, row.unit)
}

/// Three digits are all that is true of a measurement.
pub fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_or_missed_in_the_table_and_the_prose_around_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.md");
        std::fs::write(&path, format!("a\n{BEGIN}\nold\n{END}\nb\n")).unwrap();
        let mut table = Table::default();
        table.ratio("one", "1/s".into(), "2/s".into(), 0.5, Goal::AtLeast(0.6));
        table.number("two", 12.3, "ms", Goal::Below(50.0));
        table.write_into(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("a\n") && text.ends_with("\nb\n") && !text.contains("old"));
        assert!(text.contains("| one | 1/s | 2/s | 0.50  | ≥ 0.6 | **missed** |"), "{text}");
        assert!(text.contains("| two |  |  | 12.3 ms | < 50 | met |"), "{text}");
    }
}

//! Whole numbers with bounds, with the reference's words for what is outside.

use super::Fields;
use cc_domain::patch::Patch;

/// The smallest number that is taken, as messages say it.
#[derive(Clone, Copy)]
pub enum Min {
    AtLeast(i128),
    MoreThan(i128),
}

impl Fields {
    /// A number that `checked` takes; of another one it is said that it is below `min`, or else above `max`.
    pub fn number<T>(
        &mut self,
        name: &'static str,
        min: Min,
        max: impl Into<i128>,
        checked: impl FnOnce(i64) -> Option<T>,
    ) -> Patch<T> {
        let number = match self.integer(name) {
            Patch::Absent => return Patch::Absent,
            Patch::Null => return Patch::Null,
            Patch::Value(number) => number,
        };
        if let Some(value) = i64::try_from(number).ok().and_then(checked) {
            return Patch::Value(value);
        }
        let label = self.label(name);
        self.refuse(match min {
            Min::AtLeast(min) if number < min => format!("{label} must be greater than or equal to {min}"),
            Min::MoreThan(min) if number <= min => format!("{label} must be greater than {min}"),
            Min::AtLeast(_) | Min::MoreThan(_) => {
                format!("{label} must be less than or equal to {}", max.into())
            }
        });
        Patch::Absent
    }

    /// A number above 0, of which another check, behind others, says whether it is too large.
    pub fn positive(&mut self, name: &'static str) -> Option<u64> {
        let number = self.integer(name).value()?;
        if number < 1 {
            self.refuse(format!("{} must be greater than 0", self.label(name)));
            return None;
        }
        Some(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

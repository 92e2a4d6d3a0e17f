//! What a droplet starts, by type of process.

use crate::process::process_type::ProcessType;

/// Start commands by process type, in the order in which they were given: processes are created in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessTypes(Vec<(ProcessType, String)>);

impl ProcessTypes {
    pub fn get(&self, kind: &ProcessType) -> Option<&str> {
        self.iter().find(|(known, _)| *known == kind).map(|(_, command)| command)
    }

    pub fn kinds(&self) -> impl Iterator<Item = &ProcessType> {
        self.0.iter().map(|(kind, _)| kind)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&ProcessType, &str)> {
        self.0.iter().map(|(kind, command)| (kind, command.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(ProcessType, String)> for ProcessTypes {
    /// Of a type that comes twice the last command counts, at the place of the first.
    fn from_iter<T: IntoIterator<Item = (ProcessType, String)>>(all: T) -> Self {
        let mut list: Vec<(ProcessType, String)> = Vec::new();
        for (kind, command) in all {
            match list.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => *known = command,
                None => list.push((kind, command)),
            }
        }
        Self(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_keep_their_order_and_the_last_command_counts() {
        let kind = |text: &str| ProcessType::parse(text).unwrap();
        let given = [("web", "a"), ("worker", "b"), ("clock", "c"), ("worker", "d")];
        let all: ProcessTypes =
            given.map(|(name, command)| (kind(name), command.to_owned())).into_iter().collect();
        let shown: Vec<_> = all.iter().map(|(kind, command)| (kind.as_str(), command)).collect();
        assert_eq!(shown, [("web", "a"), ("worker", "d"), ("clock", "c")]);
    }
}

//! The TOML file: what is wrong in it is said with its line, and what may have been meant.

use super::Options;
use crate::problem::Problem;
use clap::Args;
use std::path::Path;

pub fn read(path: &Path) -> Result<Options, Problem> {
    let refuse = |text: String| Problem::Configuration(vec![text]);
    let text = std::fs::read_to_string(path)
        .map_err(|error| refuse(format!("the configuration {} cannot be read: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        // A line is counted by the breaks before it.
        let before = error.span().and_then(|span| text.get(..span.start));
        let line =
            before.map_or_else(String::new, |before| format!(", line {}", before.matches('\n').count() + 1));
        refuse(format!("{}{line}: {}", path.display(), explain(error.message())))
    })
}

/// The parser's words, or for a key that nobody knows the one that is nearest.
fn explain(message: &str) -> String {
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    match unknown {
        Some((name, _)) => match nearest(name, &names()) {
            Some(known) => format!("there is no setting '{name}'; did you mean '{known}'?"),
            None => format!("there is no setting '{name}'; `cc-server up --help` lists them"),
        },
        None => message.trim_end().replace('\n', "; "),
    }
}

/// Every setting that a file may have.
fn names() -> Vec<String> {
    let command = Options::augment_args(clap::Command::new("cc-server"));
    command.get_arguments().map(|a| a.get_id().to_string()).filter(|name| name != "config").collect()
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    let distance = |other: &&String| strsim::damerau_levenshtein(&name, other);
    let best = known.iter().min_by_key(distance)?;
    (distance(&best) <= 1 + best.len() / 4).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cc.toml");
        std::fs::write(&path, text).unwrap();
        let Err(Problem::Configuration(wrong)) = read(&path) else { panic!("{text} is wrong") };
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong[0].strip_prefix(&path.display().to_string()).unwrap().to_owned()
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_line_and_what_may_have_been_meant() {
        assert_eq!(
            said("# a\n\nlisen = \"x\"\n"),
            ", line 3: there is no setting 'lisen'; did you mean 'listen'?"
        );
        assert_eq!(
            said("apps-domain = \"x.y\""),
            ", line 1: there is no setting 'apps-domain'; did you mean 'apps_domain'?"
        );
        assert_eq!(
            said("hold_ms = 1\nelephant = 1\n"),
            ", line 2: there is no setting 'elephant'; `cc-server up --help` lists them"
        );
        let text = said("hold_ms = 1\napps_memory_mb = \"much\"\n");
        assert!(text.starts_with(", line 2: ") && text.contains("much"), "{text}");
        let text = said("hold_ms = 1\nisolation = \"namespace\"\n");
        assert!(text.starts_with(", line 2: ") && text.contains("`namespaces`"), "{text}");
        let text = said("hold_ms = 1\n\nlisten = \n");
        assert!(text.starts_with(", line 3: ") && !text.contains('\n'), "{text}");
    }
}

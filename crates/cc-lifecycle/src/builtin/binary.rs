//! `binary_buildpack`: takes the app as it is. It is never detected; who wants it names it, and brings a
//! start command.

use crate::stage::Release;

/// A command that says what is missing: it only runs if neither the app nor a Procfile has one.
const NO_COMMAND: &str = ">&2 echo 'Error: no start command specified during staging or launch' && exit 1";

pub(super) fn release() -> Release {
    Release(vec![("web".to_owned(), NO_COMMAND.to_owned())])
}

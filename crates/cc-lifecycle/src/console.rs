//! Lines on stdout and stderr. A reader that went away is nobody's error here, so failures to write are
//! dropped.

use std::error::Error;
use std::io::{self, Write};

/// Writes one line to stdout.
pub(crate) fn out(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes one line to stderr.
pub(crate) fn err(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The error and everything below it, joined by `: `.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        below = cause.source();
    }
    text
}

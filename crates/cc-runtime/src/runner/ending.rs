//! Ends of containers, in words.

use crate::supervisor::Cause;
use crate::supervisor::protocol::Exit;
use std::fmt::Write;
use std::time::Duration;

/// For a container that never was.
pub(super) fn setup_failure(text: String) -> Exit {
    Exit {
        cause: Cause::Setup(text),
        source: "CELL".to_owned(),
        status: None,
        out_of_memory: false,
        forced: false,
        at_ns: crate::clock::now_ns(),
    }
}

/// The line that the end of a program leaves in the log.
pub(crate) fn exit_line(exit: &Exit, grace: Duration) -> Option<String> {
    let mut line = format!("Exit status {}", exit.status?);
    if exit.out_of_memory {
        line.push_str(" (out of memory)");
    }
    if exit.forced {
        let _ = write!(line, " (exceeded {}s graceful shutdown interval)", grace.as_secs());
    }
    Some(line)
}

/// Status of what SIGXFSZ ended: a file would have outgrown the quota.
const FILE_TOO_LARGE: i32 = 128 + 25;

/// Why something ended, as events tell it.
pub(crate) fn describe(exit: &Exit) -> String {
    let exited =
        |more: &str| format!("{}: Exited with status {}{more}", exit.source, exit.status.unwrap_or(137));
    match &exit.cause {
        Cause::Setup(text) => text.clone(),
        Cause::Disk => exited(" (disk quota exceeded)"),
        _ if exit.status == Some(FILE_TOO_LARGE) => exited(" (disk quota exceeded)"),
        _ if exit.out_of_memory => exited(" (out of memory)"),
        _ => exited(""),
    }
}

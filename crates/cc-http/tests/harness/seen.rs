//! Which operation was seen with which status, for `cargo xtask operations`.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

/// What stands in the file already, and the file: one a process, in the folder that `CC_SEEN` names.
type Seen = (BTreeSet<(&'static str, u16)>, File);

/// Writes it down, once; nowhere without a folder.
pub fn note(operation: &'static str, status: u16) {
    static SEEN: OnceLock<Option<Mutex<Seen>>> = OnceLock::new();
    let Some(seen) = SEEN.get_or_init(open) else { return };
    let (known, file) = &mut *seen.lock().unwrap();
    if known.insert((operation, status)) {
        writeln!(file, "{operation} {status}").unwrap();
    }
}

fn open() -> Option<Mutex<Seen>> {
    let folder = std::env::var_os("CC_SEEN")?;
    let path = Path::new(&folder).join(format!("http-{}", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    Some(Mutex::new((BTreeSet::new(), file)))
}

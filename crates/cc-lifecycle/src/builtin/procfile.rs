//! `procfile_buildpack`: takes an app as it is if its Procfile says how to start it. The staging itself reads
//! the Procfile.

use crate::stage::procfile_has_a_command;
use std::fs;
use std::path::Path;

pub(super) fn detects(build: &Path) -> bool {
    fs::read_to_string(build.join("Procfile")).is_ok_and(|text| procfile_has_a_command(&text))
}

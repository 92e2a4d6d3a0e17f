//! The programs that run inside a container: `stage` builds a droplet, `launcher` starts what a droplet
//! holds, `static` serves the files of a staticfile droplet.
//!
//! They are one multi-call binary, seen in a container as `/.cf/lifecycle`. All of them are strangers to the
//! server: they get paths and words as arguments, an environment, and answer with files, lines on stdout and
//! stderr, and an exit code. Nothing here is privileged, and everything that reads a user's archive or a
//! buildpack's output treats it as hostile.
//!
//! The engine uses three things of this crate: [`stage::Options`] to spell the command line of a staging,
//! [`result::StagingResult`] to read its outcome, and [`buildpack_dir_name`] to lay buildpacks out. Start
//! reading at [`stage`].
#![forbid(unsafe_code)]

mod builtin;
mod console;
mod launcher;
pub mod result;
pub mod stage;
mod static_server;
pub mod unzip;

use std::ffi::OsString;
use xxhash_rust::xxh64::xxh64;

/// Runs the program named by the first argument with the rest as its own, and gives the exit code for the
/// process.
///
/// On success `launcher` does not return: the process has become the app.
pub fn main(args: &[OsString]) -> i32 {
    let Some((word, rest)) = args.split_first() else {
        console::err("usage: lifecycle stage|launcher|static …");
        return 1;
    };
    match word.to_str() {
        Some("stage") => stage::main(rest),
        Some("launcher") => launcher::main(rest),
        Some("static") => static_server::main(rest),
        _ => {
            console::err(&format!("lifecycle: unknown program '{}'", word.display()));
            1
        }
    }
}

/// The folder name of a buildpack below the buildpacks directory, and of its supply cache: XXH64 of the key,
/// 16 hex digits.
pub fn buildpack_dir_name(key: &str) -> String {
    format!("{:016x}", xxh64(key.as_bytes(), 0))
}

#[cfg(test)]
mod tests {
    use super::buildpack_dir_name;

    #[test]
    fn a_buildpack_folder_is_named_by_the_xxh64_of_its_key() {
        assert_eq!(buildpack_dir_name(""), "ef46db3751d8e999");
        assert_eq!(buildpack_dir_name("abc"), "44bc2cf5ad770999");
        assert_eq!(buildpack_dir_name("builtin:staticfile").len(), 16);
    }
}

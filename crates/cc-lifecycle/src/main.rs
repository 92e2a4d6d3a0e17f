//! The lifecycle programs as a binary of their own: what tests run, and what a container can be given where
//! the server's whole binary would be too large. The server's binary answers to the same words.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsString;
use std::process;

fn main() {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    process::exit(cc_lifecycle::main(&args));
}

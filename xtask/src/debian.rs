//! What the tests need of the machine beside Rust and a C compiler: installed where we may, asked for where not.

use anyhow::{Context, ensure};
use nix::unistd::geteuid;
use std::process::Command;

/// Makes sure of `git`, from which buildpacks of a URL are fetched.
pub fn have_git() -> anyhow::Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join("git").is_file()) {
        return Ok(());
    }
    install("git", "install git")
}

/// Installs a package as root on Debian. `advice` is what to do where that cannot be.
pub fn install(package: &str, advice: &str) -> anyhow::Result<()> {
    let advice = format!("{advice} (Debian: `apt-get install {package}`)");
    ensure!(geteuid().is_root(), "{package} is missing on this machine; {advice}");
    println!("{package}: installing the Debian package");
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends", package]] {
        let status = Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments)
            .status()
            .with_context(|| advice.clone())?;
        ensure!(status.success(), "apt-get {} failed; {advice}", arguments.join(" "));
    }
    Ok(())
}

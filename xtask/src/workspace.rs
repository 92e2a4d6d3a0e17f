//! The workspace on disk: its root, its sources, its packages, and cargo in it.

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Virtual memory of one process of a build, in KiB: a type error in query code can make the compiler take all there is.
const BUILD_MEMORY: u32 = 14_000_000;

pub struct Workspace {
    pub root: PathBuf,
}

/// A Rust source.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    /// The lines before the test module that are not wholly comment, counted from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let code = self.text.get(..end).unwrap_or_default();
        code.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(at, line)| (at + 1, line))
    }

    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }
}

#[derive(Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
    pub target_directory: PathBuf,
}

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `None` is a normal one; else `dev` or `build`.
    pub kind: Option<String>,
}

impl Workspace {
    pub fn find() -> anyhow::Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask stands in the workspace")?.to_owned();
        Ok(Self { root })
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub fn read(&self, relative: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.path(relative)).with_context(|| format!("{relative} cannot be read"))
    }

    /// Every Rust source of every member, by path.
    pub fn sources(&self) -> anyhow::Result<Vec<Source>> {
        let mut sources = Vec::new();
        for folder in ["bench", "crates", "tests", "xtask"] {
            self.collect(&self.path(folder), &mut sources)?;
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(sources)
    }

    fn collect(&self, folder: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "target" {
                    self.collect(&path, sources)?;
                }
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("{} is no text", path.display()))?;
                let relative = path.strip_prefix(&self.root)?.to_string_lossy().replace('\\', "/");
                sources.push(Source { path: relative, text });
            }
        }
        Ok(())
    }

    pub fn metadata(&self) -> anyhow::Result<Metadata> {
        let output = self
            .cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .stderr(Stdio::inherit())
            .output()?;
        ensure!(output.status.success(), "cargo metadata failed");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Cargo in the root, without what the cargo that started us said about xtask.
    pub fn cargo(&self) -> Command {
        self.clean(Command::new(cargo()))
    }

    /// As [`Workspace::cargo`], and no process of it may take more memory than a build needs.
    pub fn bounded_cargo(&self) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {BUILD_MEMORY}; exec \"$@\""), "sh"]).arg(cargo());
        self.clean(command)
    }

    fn clean(&self, mut command: Command) -> Command {
        for (name, _) in std::env::vars_os() {
            let is_ours = name
                .to_str()
                .is_some_and(|n| n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_"));
            if is_ours {
                command.env_remove(&name);
            }
        }
        command.current_dir(&self.root);
        command
    }
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Fails with every finding, and with what to do about them.
pub fn judge(check: &str, findings: &[String], advice: &str) -> anyhow::Result<()> {
    if findings.is_empty() {
        println!("{check}: good");
        return Ok(());
    }
    bail!("{check}: {} found\n  {}\n{advice}", findings.len(), findings.join("\n  "))
}

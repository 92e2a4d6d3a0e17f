//! A staging in a temporary folder: an app, buildpacks, and what came of it.

use cc_lifecycle::buildpack_dir_name;
use cc_lifecycle::result::StagingResult;
use cc_lifecycle::stage::{Options, Requested};
use flate2::read::GzDecoder;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tar::Archive;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub const LIFECYCLE: &str = env!("CARGO_BIN_EXE_cc-lifecycle");

pub struct Staging {
    pub dir: TempDir,
    zip: ZipWriter<File>,
    requested: Vec<Requested>,
    skip_detect: bool,
    cache_in: Option<PathBuf>,
}

/// A staging of an empty app without buildpacks.
pub fn a_staging() -> Staging {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("work")).unwrap();
    let zip = ZipWriter::new(File::create(dir.path().join("package.zip")).unwrap());
    Staging { dir, zip, requested: Vec::new(), skip_detect: false, cache_in: None }
}

impl Staging {
    pub fn file(self, name: &str, text: &str) -> Self {
        self.file_of_mode(name, text, 0o644)
    }

    pub fn bytes(mut self, name: &str, bytes: &[u8]) -> Self {
        self.zip.start_file(name, SimpleFileOptions::default()).unwrap();
        self.zip.write_all(bytes).unwrap();
        self
    }

    pub fn file_of_mode(mut self, name: &str, text: &str, mode: u32) -> Self {
        self.zip.start_file(name, SimpleFileOptions::default().unix_permissions(mode)).unwrap();
        self.zip.write_all(text.as_bytes()).unwrap();
        self
    }

    pub fn link(mut self, name: &str, target: &str) -> Self {
        self.zip.add_symlink(name, target, SimpleFileOptions::default()).unwrap();
        self
    }

    /// Asks for a buildpack whose folder holds these scripts, each run by bash.
    pub fn buildpack(self, key: &str, scripts: &[(&str, &str)]) -> Self {
        let folder = self.dir.path().join("buildpacks").join(buildpack_dir_name(key));
        for (name, script) in scripts {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/bash\nset -e\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        self.key(key)
    }

    /// Asks for a buildpack that is there already, or is not there at all.
    pub fn key(mut self, key: &str) -> Self {
        self.requested.push(Requested { key: key.to_owned(), name: None });
        self
    }

    /// All buildpacks that were asked for are to be used.
    pub fn without_detection(mut self) -> Self {
        self.skip_detect = true;
        self
    }

    pub fn with_cache(mut self, cache: PathBuf) -> Self {
        self.cache_in = Some(cache);
        self
    }

    pub fn run(self) -> Staged {
        self.zip.finish().unwrap();
        let at = |name: &str| self.dir.path().join(name);
        let options = Options {
            package: at("package.zip"),
            buildpacks_dir: at("buildpacks"),
            buildpacks: self.requested,
            skip_detect: self.skip_detect,
            cache_in: self.cache_in,
            work: at("work"),
            droplet: at("droplet.tgz"),
            cache_out: at("output-cache.tgz"),
            result: at("result.json"),
        };
        let output = Command::new(LIFECYCLE)
            .arg("stage")
            .args(options.to_args())
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("CF_STACK", "cflinuxfs4")
            .current_dir(self.dir.path())
            .output()
            .unwrap();
        Staged { output, dir: self.dir }
    }
}

pub struct Staged {
    output: Output,
    pub dir: TempDir,
}

impl Staged {
    pub fn exit_code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    pub fn has_droplet(&self) -> bool {
        self.dir.path().join("droplet.tgz").exists()
    }

    pub fn result(&self) -> StagingResult {
        serde_json::from_slice(&fs::read(self.dir.path().join("result.json")).unwrap()).unwrap()
    }

    pub fn command(&self, process_type: &str) -> Option<String> {
        self.result().process_types.get(process_type).cloned()
    }

    pub fn cache(&self) -> PathBuf {
        self.dir.path().join("output-cache.tgz")
    }

    pub fn expect_success(self) -> Self {
        assert_eq!(self.exit_code(), 0, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }

    /// The droplet as a container has it.
    pub fn home(&self) -> PathBuf {
        let home = self.dir.path().join("home");
        if !home.exists() {
            fs::create_dir(&home).unwrap();
            unpack(&self.dir.path().join("droplet.tgz"), &home);
        }
        home
    }

    pub fn in_droplet(&self, path: &str) -> String {
        fs::read_to_string(self.home().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Starts the droplet's own command, as the runner does.
    pub fn launch(&self) -> Command {
        let mut command = launcher(&self.home());
        command.args(["", "{}"]);
        command
    }
}

/// A launcher in a container's home.
pub fn launcher(home: &Path) -> Command {
    let mut command = Command::new(LIFECYCLE);
    command.args(["launcher", "--home"]).arg(home).env_clear();
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("CF_LIFECYCLE", LIFECYCLE);
    command
}

pub fn unpack(tgz: &Path, into: &Path) {
    Archive::new(GzDecoder::new(File::open(tgz).unwrap())).unpack(into).unwrap();
}

/// The names in a gzipped tar, as they are written.
pub fn names(tgz: &Path) -> Vec<String> {
    let mut archive = Archive::new(GzDecoder::new(File::open(tgz).unwrap()));
    let entries = archive.entries().unwrap();
    entries.map(|entry| String::from_utf8(entry.unwrap().path_bytes().into_owned()).unwrap()).collect()
}

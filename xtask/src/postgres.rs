//! A private PostgreSQL for the tests: its own folder, its own port, nothing kept, nothing left running.

use crate::debian;
use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Starting takes a second; a machine under load may need longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Another process may take the port between our look and the server's.
const ATTEMPTS: u32 = 5;

/// A running server. Dropped, it is stopped and its folder goes.
pub struct Postgres {
    child: Child,
    port: u16,
    folder: TempDir,
}

/// Whom the server runs as: itself, or another since it refuses root.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Finds the programs (and installs the Debian package if it must and may), makes a cluster, starts it, waits until it answers.
    pub fn start() -> anyhow::Result<Self> {
        let programs = find_or_install()?;
        let user = if geteuid().is_root() { Some(unprivileged()?) } else { None };
        let folder = tempfile::Builder::new().prefix("cc-postgres-").tempdir()?;
        if let Some(user) = user {
            chown(folder.path(), Some(user.uid), Some(user.gid))?;
        }
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700))?;
        initialize(&programs, folder.path(), user)?;
        for _ in 0..ATTEMPTS {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let mut child = spawn(&programs, folder.path(), port, user)?;
            if answers(&programs, &mut child, port)? {
                return Ok(Self { child, port, folder });
            }
        }
        bail!("PostgreSQL does not start:\n{}", log(folder.path()))
    }

    /// What `CC_TEST_POSTGRES` is to be: a superuser's database, in which tests make their own.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is a fast shutdown: clients are cut off, children and shared memory are cleared away.
        if kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT).is_err() {
            let _ = self.child.kill();
        }
        if let Err(error) = self.child.wait() {
            eprintln!("PostgreSQL in {} may still run: {error}", self.folder.path().display());
        }
    }
}

/// `cargo xtask postgres`: a server until the terminal says stop.
pub fn hold() -> anyhow::Result<()> {
    let mut server = Postgres::start()?;
    println!("export CC_TEST_POSTGRES={}", server.url());
    println!("Ctrl-C stops the server.");
    server.child.wait()?;
    Ok(())
}

fn find_or_install() -> anyhow::Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    do_not_make_a_cluster()?;
    debian::install("postgresql", "install PostgreSQL, or name a server in CC_TEST_POSTGRES")?;
    find().context("the package postgresql brought no initdb; name a server in CC_TEST_POSTGRES")
}

/// The package would make and start a cluster of its own, which nobody here needs.
fn do_not_make_a_cluster() -> anyhow::Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let file = Path::new("/etc/postgresql-common/createcluster.conf");
    if !file.exists() {
        std::fs::create_dir_all("/etc/postgresql-common")?;
        std::fs::write(file, "create_main_cluster = false\n")?;
    }
    Ok(())
}

/// The folder of `initdb` and `postgres`: what `pg_config` says, Debian's folders (newest first), the search path.
fn find() -> Option<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    folders.extend(versions.into_iter().map(|(_, folder)| folder));
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.into_iter().find(|folder| ["initdb", "postgres"].iter().all(|p| folder.join(p).is_file()))
}

fn initialize(programs: &Path, folder: &Path, user: Option<User>) -> anyhow::Result<()> {
    let mut command = as_user(programs.join("initdb"), user);
    command
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--pgdata",
        ])
        .arg(folder.join("data"))
        .current_dir(folder);
    // From PostgreSQL 15: an order that is not that of bytes, so that a column whose order depends on the server is found.
    let help =
        Command::new(programs.join("initdb")).arg("--help").output().context("initdb cannot be started")?;
    if String::from_utf8_lossy(&help.stdout).contains("--icu-locale") {
        command.args(["--locale-provider=icu", "--icu-locale=en"]);
    }
    let output = command.output().context("initdb cannot be started")?;
    ensure!(output.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn spawn(programs: &Path, folder: &Path, port: u16, user: Option<User>) -> anyhow::Result<Child> {
    let log = File::create(folder.join("log"))?;
    // With setpriv the server stops even if we are killed.
    let mut command = as_user("setpriv", user);
    command
        .args(["--pdeathsig", "INT"])
        .arg(programs.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .arg("-p")
        .arg(port.to_string());
    let settings = [
        "listen_addresses=127.0.0.1",
        "max_connections=200",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_wal_size=4GB",
        "timezone=UTC",
    ];
    for setting in settings {
        command.args(["-c", setting]);
    }
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("setpriv (Debian package util-linux) cannot be started")
}

/// Whether the server came up; `false` if it ended instead.
fn answers(programs: &Path, child: &mut Child, port: u16) -> anyhow::Result<bool> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if child.try_wait()?.is_some() {
            return Ok(false);
        }
        let ready = Command::new(programs.join("pg_isready"))
            .args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()])
            .status()
            .context("pg_isready cannot be started")?;
        // Another server on the port would answer too, but then ours has ended.
        if ready.success() && child.try_wait()?.is_none() {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn as_user(program: impl AsRef<std::ffi::OsStr>, user: Option<User>) -> Command {
    let mut command = Command::new(program);
    if let Some(user) = user {
        // Setting the user of a child drops its supplementary groups too.
        command.gid(user.gid).uid(user.uid);
    }
    command
}

/// `postgres` if there is such a user, else `nobody`.
fn unprivileged() -> anyhow::Result<User> {
    let users = std::fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| find_user(&users, name))
        .context("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

fn find_user(users: &str, name: &str) -> Option<User> {
    let mut fields = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let uid = fields.nth(1)?.parse().ok()?;
    Some(User { uid, gid: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8::/:\npostgres:x:101:104::/:\n";
        let user = find_user(users, "postgres").unwrap();
        assert_eq!((user.uid, user.gid), (101, 104));
        assert!(find_user(users, "nobody").is_none());
    }
}

//! A server under test.

use crate::client::Client;
use crate::database::Database;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::process::{Resource, Rlimit, prlimit};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown, lchown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A `cc-server up` on its own data folder and port. Dropped, it takes its apps with it.
pub struct Server {
    folder: tempfile::TempDir,
    database: Database,
    port: u16,
    child: Option<Child>,
    environment: Vec<(String, String)>,
    user: Option<u32>,
    /// Where it listens.
    address: Ipv4Addr,
}

/// For servers that are not root; only root can start one.
pub const PLAIN_USER: Option<u32> = Some(65_534);
const PASSWORD: &str = "a-test-password";
/// Starting takes milliseconds; a machine under load may need longer.
const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    pub fn start(database: Database) -> Self {
        Self::start_with(database, &[])
    }

    /// With further settings as environment variables.
    pub fn start_with(database: Database, environment: &[(&str, &str)]) -> Self {
        Self::start_as(database, None, environment)
    }

    /// As another user than that of the test, if the test may.
    pub fn start_as(database: Database, user: Option<u32>, environment: &[(&str, &str)]) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST, database, user, environment)
    }

    /// As one that others than this machine reach too.
    pub fn start_for_all(database: Database, environment: &[(&str, &str)]) -> Self {
        Self::start_at(Ipv4Addr::UNSPECIFIED, database, None, environment)
    }

    fn start_at(
        address: Ipv4Addr,
        database: Database,
        user: Option<u32>,
        environment: &[(&str, &str)],
    ) -> Self {
        let user = user.filter(|_| rustix::process::geteuid().is_root());
        let port = free_port();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        chown(folder.path(), user, user).expect("root gives folders away");
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut server = Self { folder, database, port, child: None, environment, user, address };
        server.start_again();
        server
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(binary());
        command
            .arg(word)
            .env("CC_DATA_DIR", self.data_dir())
            .env("CC_LISTEN", format!("{}:{}", self.address, self.port))
            .env("CC_ADMIN_PASSWORD", PASSWORD)
            .env("CC_HOLD_MS", "500")
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        if let Some(url) = self.database.url() {
            command.env("CC_DATABASE", url);
        }
        command
    }

    /// A setting of the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the server on what an earlier one left.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "the server runs already");
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("the log can be written");
        let output = log.try_clone().expect("a descriptor can be copied");
        let child = self
            .command("up")
            .stdout(output)
            .stderr(log)
            .spawn()
            .expect("the server's binary can be started");
        self.child = Some(child);
        let begun = Instant::now();
        let client = Client::anonymous(self.port);
        while client.try_get("/readyz").is_none_or(|a| a.status != 200) {
            let exited = self.child.as_mut().and_then(|c| c.try_wait().ok().flatten());
            assert!(exited.is_none(), "the server exited with {exited:?}:\n{}", self.log());
            assert!(begun.elapsed() < PATIENCE, "the server is not ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts another server on a copy of the data folder as it is now.
    pub fn copy(&self) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        chown(folder.path(), self.user, self.user).expect("root gives folders away");
        copy_tree(&self.data_dir(), &folder.path().join("data")).expect("the data folder can be copied");
        let (database, environment) = (self.database.clone(), self.environment.clone());
        let (user, address) = (self.user, self.address);
        let mut server = Self { folder, database, port, child: None, environment, user, address };
        server.start_again();
        server
    }

    /// `cc-server down`, after the server has stopped.
    pub fn down(&self) {
        let ended = self.command("down").stdout(Stdio::null()).status().expect("the binary can be started");
        assert!(ended.success(), "{ended}");
    }

    /// `kill -9`, as a crash.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM, and waits for the end; the exit must be clean.
    pub fn stop(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).expect("the server runs");
        let status = child.wait().expect("the server can be waited for");
        assert!(status.success(), "the server stopped with {status}:\n{}", self.log());
    }

    /// From now on the server may have no more than this many bytes of data; more, and it dies.
    pub fn limit_memory(&self, bytes: u64) {
        let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
        prlimit(Some(self.pid()), Resource::Data, limit).expect("the limit of a child can be set");
    }

    /// The most bytes of memory that the server ever had.
    pub fn peak_memory(&self) -> u64 {
        let pid = self.child.as_ref().expect("the server runs").id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the server runs");
        let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.and_then(|kb| kb.trim().parse::<u64>().ok()).expect("Linux tells the peak") << 10
    }

    fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(self.child.as_ref().expect("the server runs"))
    }

    /// What the server wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The password of `admin`.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A client that is logged in as admin.
    pub fn admin(&self) -> Client {
        Client::login(self.port, "admin", PASSWORD)
    }

    pub fn anonymous(&self) -> Client {
        Client::anonymous(self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = self.command("down").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if std::thread::panicking() {
            eprintln!("--- log of the server\n{}", self.log());
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("loopback has a free port").port()
}

/// With owners and modes; sockets are left out.
fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    let known = std::fs::symlink_metadata(from)?;
    if known.is_symlink() {
        return symlink(std::fs::read_link(from)?, to);
    }
    if known.is_dir() {
        std::fs::create_dir(to)?;
        for entry in std::fs::read_dir(from)? {
            let name = entry?.file_name();
            copy_tree(&from.join(&name), &to.join(&name))?;
        }
    } else if known.is_file() {
        std::fs::copy(from, to)?;
    } else {
        return Ok(());
    }
    lchown(to, Some(known.uid()), Some(known.gid()))?;
    std::fs::set_permissions(to, known.permissions())
}

/// The server's binary: that of `CC_SERVER_BINARY`, or the one of this workspace, built if need be.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("CC_SERVER_BINARY") {
            return path.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo).args(["build", "--quiet", "--package", "cc-server"]).status();
        assert!(built.is_ok_and(|s| s.success()), "the server cannot be built");
        // …/target/debug/deps/system-0123 stands two folders below the binary.
        let test = std::env::current_exe().expect("a test knows its own path");
        let path = test.ancestors().nth(2).expect("tests stand in target/<profile>/deps").join("cc-server");
        assert!(path.is_file(), "no server at {}", path.display());
        path
    })
}

//! The processes that are measured: the server as users start it, and the floor.

use crate::Options;
use crate::api::Api;
use crate::database::Database;
use crate::floor;
use anyhow::{Context, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "a-bench-password";
const PATIENCE: Duration = Duration::from_secs(60);

/// A `cc-server up` on a data folder. Dropped, it takes its apps with it.
pub struct Server {
    binary: PathBuf,
    database: Database,
    data: PathBuf,
    pub port: u16,
    child: Option<Child>,
}

impl Server {
    pub fn new(options: &Options, database: &Database, folder: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let binary = options.binary.clone();
        Ok(Self { binary, database: database.clone(), data: folder.join("data"), port, child: None })
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg(word)
            .env("CC_DATA_DIR", &self.data)
            .env("CC_DATABASE", self.database.url())
            .env("CC_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("CC_ADMIN_PASSWORD", PASSWORD)
            .env("CC_PORT_80", "false")
            // Nginx has to reach the instance too.
            .env("CC_NETWORK", "shared")
            .stdin(Stdio::null());
        command
    }

    /// Starts it, and gives how long it took until it answered the first request.
    pub fn start(&mut self) -> anyhow::Result<Duration> {
        let log = File::options().create(true).append(true).open(self.data.with_extension("log"))?;
        let output = log.try_clone()?;
        let begun = Instant::now();
        let mut child = self.command("up").stdout(output).stderr(log).spawn()?;
        while !answers(self.port) {
            ensure!(
                child.try_wait()?.is_none(),
                "the server ended; see {}",
                self.data.with_extension("log").display()
            );
            ensure!(begun.elapsed() < PATIENCE, "the server does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        let taken = begun.elapsed();
        self.child = Some(child);
        Ok(taken)
    }

    /// SIGTERM, and waits; apps run on.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM)?;
        child.wait()?;
        Ok(())
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    pub async fn admin(&self) -> anyhow::Result<Api> {
        Api::login(self.port, "admin", PASSWORD).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop();
        let _ = self.command("down").stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Whether anything answers `GET /` with a 200.
fn answers(port: u16) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let asked = stream.write_all(
        format!("GET / HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n").as_bytes(),
    );
    let mut head = [0; 12];
    asked.is_ok() && stream.read_exact(&mut head).is_ok() && head.ends_with(b"200")
}

/// A running floor.
pub struct Floor {
    child: Child,
    pub port: u16,
}

impl Floor {
    pub fn start(database: &Database) -> anyhow::Result<Self> {
        let (name, place) = database.place();
        let mut child = Command::new(std::env::current_exe()?)
            .args([floor::WORD, name, &place])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().context("the output is a pipe")?;
        BufReader::new(output).read_line(&mut line)?;
        let port = line.trim().parse().context("the floor says its port first")?;
        Ok(Self { child, port })
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

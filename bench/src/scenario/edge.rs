//! The edge beside nginx, before the same app instance.

use super::push::Pushed;
use crate::Options;
use crate::load::Ask;
use crate::rounds::compare;
use crate::server::Server;
use crate::table::{Goal, Table, number};
use anyhow::{Context, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A router has many connections; with few, all that is measured is how fast one thread wakes another.
const CONNECTIONS: u64 = 64;

pub async fn run(
    options: &Options,
    server: &Server,
    pushed: &Pushed,
    table: &mut Table,
) -> anyhow::Result<()> {
    if !is_installed() && !install() {
        println!("PASSED OVER: the edge beside nginx; nginx is not installed and cannot be");
        return Ok(());
    }
    let stats = server.admin().await?.get(&format!("/v3/processes/{}/stats", pushed.app)).await?;
    let port = stats.pointer("/resources/0/instance_ports/0/external").and_then(serde_json::Value::as_u64);
    let port = port.with_context(|| format!("the instance has no port: {stats}"))?;
    let folder = tempfile::tempdir()?;
    let nginx = Nginx::start(folder.path(), port)?;
    let ask = |port| Ask { host: pushed.host.clone(), connections: CONNECTIONS, ..Ask::get(port, "/", None) };
    let compared = compare(options, &ask(server.port), &ask(nginx.port)).await?;
    let shown = |s: &crate::load::Sample| {
        format!("{}/s, p50 {} ms, p99 {} ms", number(s.per_second), number(s.p50_ms), number(s.p99_ms))
    };
    table.ratio(
        "edge, beside nginx as floor",
        shown(&compared.ours),
        shown(&compared.floor),
        compared.ratio,
        Goal::AtLeast(0.8),
    );
    Ok(())
}

fn is_installed() -> bool {
    Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// As root, from the distribution.
fn install() -> bool {
    println!("nginx: installing the Debian package");
    let installed = Command::new("apt-get")
        .args(["install", "--yes", "--no-install-recommends", "nginx-light"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        // The package would start a server of its own.
        .env("RUNLEVEL", "1")
        .stdout(Stdio::null())
        .status();
    installed.is_ok_and(|status| status.success()) && is_installed()
}

struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    fn start(folder: &Path, backend: u64) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let place = folder.display();
        let config = format!(
            "daemon off; worker_processes auto; pid {place}/pid; error_log {place}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n\
               access_log {place}/access.log;\n\
               client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;\n\
               uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;\n\
               keepalive_requests 1000000;\n\
               upstream app {{ server 127.0.0.1:{backend}; keepalive 64; keepalive_requests 1000000; }}\n\
               server {{ listen 127.0.0.1:{port}; location / {{\n\
                 proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host;\n\
                 proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
               }} }}\n\
             }}\n"
        );
        let path = folder.join("nginx.conf");
        std::fs::write(&path, config)?;
        let child = Command::new("nginx").arg("-c").arg(&path).stdin(Stdio::null()).spawn()?;
        let nginx = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(begun.elapsed() < Duration::from_secs(10), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM lets the master end its workers.
        let _ = kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

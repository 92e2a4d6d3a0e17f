//! Connections to an app in a network of its own, from the server's side.

use super::gateway::ingress::{ANSWER, SOCKET, request};
use crate::sys;
use async_trait::async_trait;
use cc_domain::traffic::{Dial, Way};
use std::fs::File;
use std::io;
use std::net::TcpStream as StdStream;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::{TcpStream, UnixStream};

/// How one instance is reached, by whoever wants to.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub host: String,
    pub way: Way,
}

impl Reach {
    /// Connects to a port: of the host, or of the container where that has a network of its own.
    pub async fn dial(&self, port: u16) -> io::Result<TcpStream> {
        match &self.way {
            Way::Host => TcpStream::connect((&*self.host, port)).await,
            Way::Through(dial) => {
                let stream = StdStream::from(dial.dial(port).await?);
                TcpStream::from_std(stream)
            }
        }
    }

    /// Whether its ports are those of the host, which others may want too.
    pub fn shares_ports(&self) -> bool {
        matches!(self.way, Way::Host)
    }
}

/// Asks the gateway of the container in this folder.
pub(crate) struct Through {
    pub folder: PathBuf,
    pub hello: String,
}

/// The hello is a secret.
impl std::fmt::Debug for Through {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Through").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[async_trait]
impl Dial for Through {
    async fn dial(&self, port: u16) -> io::Result<OwnedFd> {
        // The path of a socket has at most 107 bytes; through the folder's descriptor it is short.
        let folder = File::open(&self.folder)?;
        let mut stream =
            UnixStream::connect(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())).await?;
        stream.write_all(&request(&self.hello, port)).await?;
        let mut answer = [0; ANSWER];
        let receive = || Ok(sys::receive(stream.as_fd(), &mut answer)?);
        let (length, mut descriptors) = stream.async_io(Interest::READABLE, receive).await?;
        match (length, i32::from_le_bytes(answer), descriptors.pop()) {
            (ANSWER, 0, Some(connected)) => Ok(connected),
            (ANSWER, errno, None) if errno != 0 => Err(io::Error::from_raw_os_error(errno)),
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

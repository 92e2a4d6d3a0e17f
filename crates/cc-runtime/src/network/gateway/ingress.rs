//! Connections into the namespace, for those who know the container's hello.

use crate::container::send;
use crate::sys;
use nix::errno::Errno;
use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream as StdStream};
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::io::AsyncReadExt;
use tokio::io::unix::AsyncFd;
use tokio::net::{TcpSocket, UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_local;

/// In the container's folder.
pub(crate) const SOCKET: &str = "net.sock";
/// Bytes of an answer: a number of an error, or zero and a connected socket beside it.
pub(crate) const ANSWER: usize = 4;
/// Digits of a hello.
const HELLO: usize = 64;
/// Whoever has not asked by then asks no more.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest wait for an app to take a connection.
const CONNECT: Duration = Duration::from_secs(30);

/// Sockets that are asked for before one has come.
const AT_A_TIME: usize = 64;

/// Hello and port.
pub(crate) fn request(hello: &str, port: u16) -> Vec<u8> {
    [hello.as_bytes(), &port.to_be_bytes()].concat()
}

/// Serves until the first process of the container is gone.
pub(super) async fn serve(
    listener: UnixListener,
    inside: AsyncFd<OwnedFd>,
    owner: u32,
    hello: String,
    container: Ipv4Addr,
) {
    let (sockets, wanted) = mpsc::channel(AT_A_TIME);
    let hello: Rc<str> = hello.into();
    let accept = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // As when there are no descriptors left: others end, and give theirs back.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let is_ours = stream.peer_cred().is_ok_and(|peer| peer.uid() == owner);
            if is_ours {
                let (hello, sockets) = (Rc::clone(&hello), sockets.clone());
                spawn_local(async move { drop(answer(stream, &hello, container, sockets).await) });
            }
        }
    };
    tokio::select! {
        () = accept => {}
        () = fetch(inside, wanted) => {}
    }
}

type Wanted = oneshot::Sender<OwnedFd>;

async fn answer(
    mut stream: UnixStream,
    hello: &str,
    container: Ipv4Addr,
    sockets: mpsc::Sender<Wanted>,
) -> io::Result<()> {
    let mut said = [0; HELLO];
    let read = async {
        stream.read_exact(&mut said).await?;
        stream.read_u16().await
    };
    let port = tokio::time::timeout(PATIENCE, read).await??;
    if !bool::from(said.as_slice().ct_eq(hello.as_bytes())) {
        return Ok(());
    }
    let connected = tokio::time::timeout(CONNECT, connect((container, port).into(), sockets)).await;
    let connected = connected.unwrap_or(Err(io::ErrorKind::TimedOut.into()));
    stream.writable().await?;
    match connected {
        Ok(connected) => send(stream.as_fd(), &[0; ANSWER], &[connected])?,
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(Errno::ETIMEDOUT as i32);
            send::<OwnedFd>(stream.as_fd(), &errno.to_le_bytes(), &[])?;
        }
    }
    Ok(())
}

async fn connect(to: SocketAddr, sockets: mpsc::Sender<Wanted>) -> io::Result<StdStream> {
    let (give, take) = oneshot::channel();
    let gone = || io::Error::from_raw_os_error(Errno::ECONNREFUSED as i32);
    sockets.send(give).await.map_err(|_| gone())?;
    let socket = StdStream::from(take.await.map_err(|_| gone())?);
    let stream = TcpSocket::from_std_stream(socket).connect(to).await?;
    stream.into_std()
}

/// Has the first process make sockets, in the order of the requests. Ends with it.
async fn fetch(inside: AsyncFd<OwnedFd>, mut wanted: mpsc::Receiver<Wanted>) {
    let mut waiting: VecDeque<Wanted> = VecDeque::new();
    loop {
        tokio::select! {
            Some(next) = wanted.recv(), if waiting.len() < AT_A_TIME => {
                if send::<OwnedFd>(inside.get_ref().as_fd(), &[1], &[]).is_ok() {
                    waiting.push_back(next);
                }
            }
            ready = inside.readable() => {
                let Ok(mut ready) = ready else { return };
                let mut byte = [0];
                match sys::receive(inside.get_ref().as_fd(), &mut byte) {
                    Ok((0, _)) => return,
                    Ok((_, mut made)) => {
                        if let (Some(next), Some(made)) = (waiting.pop_front(), made.pop()) {
                            let _ = next.send(made);
                        }
                    }
                    Err(Errno::EAGAIN) => ready.clear_ready(),
                    Err(Errno::EINTR) => {}
                    Err(_) => return,
                }
            }
        }
    }
}

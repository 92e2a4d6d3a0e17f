//! A connection to a supervisor.

use crate::network::dial::Reach;
use crate::supervisor::SOCKET;
use crate::supervisor::protocol::{self, Ask, Exit, Frame, Line, Phase, Tell, Used, VERSION};
use crate::supervisor::{Cause, State};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};

/// Takes a line and the log source it comes from. Must not block.
pub(crate) type OnLine = Arc<dyn Fn(&Line, &str) + Send + Sync>;

/// What becomes of a container.
#[derive(Debug)]
pub(crate) enum Event {
    /// Its commands were started.
    Running,
    /// Its last line is delivered. Also sent if the supervisor itself is lost.
    Ended(Exit),
}

enum Order {
    Ask(Ask),
    Usage(oneshot::Sender<Used>),
}

/// Dropping it ends the connection, not the container.
pub(crate) struct Handle {
    orders: mpsc::UnboundedSender<Order>,
    pub events: mpsc::UnboundedReceiver<Event>,
    /// How its ports are reached.
    pub reach: Reach,
}

/// The part of a handle that several may have.
#[derive(Clone)]
pub(crate) struct Remote(mpsc::UnboundedSender<Order>);

impl Remote {
    pub fn ask(&self, ask: Ask) {
        let _ = self.0.send(Order::Ask(ask));
    }

    /// None: it does not answer within a second.
    pub async fn usage(&self) -> Option<Used> {
        let (answer, used) = oneshot::channel();
        self.0.send(Order::Usage(answer)).ok()?;
        tokio::time::timeout(Duration::from_secs(1), used).await.ok()?.ok()
    }
}

impl Handle {
    pub(super) async fn connect(
        folder: PathBuf,
        hello: String,
        reach: Reach,
        replay: bool,
        on_line: OnLine,
    ) -> io::Result<Self> {
        let connection = Connection::open(&folder, &hello, replay).await?;
        let (orders, taken) = mpsc::unbounded_channel();
        let (happened, events) = mpsc::unbounded_channel();
        let link = Link { folder, hello, on_line, events: happened, seen: 0 };
        tokio::spawn(link.run(connection, taken));
        Ok(Self { orders, events, reach })
    }

    pub fn remote(&self) -> Remote {
        Remote(self.orders.clone())
    }
}

struct Connection {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    sources: Vec<String>,
    phase: Phase,
}

impl Connection {
    async fn open(folder: &Path, hello: &str, replay: bool) -> io::Result<Self> {
        // The path of a socket has at most 107 bytes; through the folder's descriptor it is short.
        let folder = File::open(folder)?;
        let stream = UnixStream::connect(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())).await?;
        let (mut reader, mut writer) = stream.into_split();
        let greeting = Ask::Hello { version: VERSION, hello: hello.to_owned() };
        writer.write_all(&protocol::message(&greeting)).await?;
        writer.write_all(&protocol::message(&Ask::Attach { replay })).await?;
        match receive(&mut reader).await? {
            Frame::Message(Tell::Welcome { sources, phase }) => Ok(Self { reader, writer, sources, phase }),
            _ => Err(io::Error::other("no welcome")),
        }
    }
}

async fn receive(reader: &mut OwnedReadHalf) -> io::Result<Frame<Tell>> {
    let mut head = [0; 4];
    reader.read_exact(&mut head).await?;
    let mut body = vec![0; protocol::length(head).map_err(io::Error::other)?];
    reader.read_exact(&mut body).await?;
    protocol::decode(&body).map_err(io::Error::other)
}

struct Link {
    folder: PathBuf,
    hello: String,
    on_line: OnLine,
    events: mpsc::UnboundedSender<Event>,
    /// Number of the last line taken.
    seen: u64,
}

impl Link {
    async fn run(mut self, mut connection: Connection, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            match self.serve(connection, &mut orders).await {
                Served::Over => return,
                Served::Lost => {}
            }
            match self.reconnect().await {
                Some(again) => connection = again,
                None => return,
            }
        }
    }

    async fn reconnect(&mut self) -> Option<Connection> {
        for pause in [10, 100, 500] {
            if let Ok(connection) = Connection::open(&self.folder, &self.hello, false).await {
                return Some(connection);
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let exit = State::read(&self.folder).and_then(|state| state.exit).unwrap_or(Exit {
            cause: Cause::Lost,
            source: String::new(),
            status: None,
            out_of_memory: false,
            forced: false,
            at_ns: crate::clock::now_ns(),
        });
        let _ = self.events.send(Event::Ended(exit));
        None
    }

    async fn serve(&mut self, connection: Connection, orders: &mut mpsc::UnboundedReceiver<Order>) -> Served {
        let Connection { reader, mut writer, sources, phase } = connection;
        let (frames_in, mut frames) = mpsc::channel(64);
        // Reading is not cancel-safe, so it has a task of its own.
        let reading = tokio::spawn(read_all(reader, frames_in));
        let mut waiting: Vec<oneshot::Sender<Used>> = Vec::new();
        let mut acknowledged = self.seen;
        let mut tick = tokio::time::interval(Duration::from_millis(200));
        if phase != Phase::Setup {
            let _ = self.events.send(Event::Running);
        }
        let served = loop {
            let ask = tokio::select! {
                frame = frames.recv() => match frame {
                    None => break Served::Lost,
                    Some(Frame::Line(line)) => {
                        self.take(&line, &sources);
                        continue;
                    }
                    Some(Frame::Message(Tell::Usage(used))) => {
                        for answer in waiting.drain(..) {
                            let _ = answer.send(used);
                        }
                        continue;
                    }
                    Some(Frame::Message(Tell::Phase(Phase::Running))) => {
                        let _ = self.events.send(Event::Running);
                        continue;
                    }
                    Some(Frame::Message(Tell::Ended(exit))) => {
                        let _ = self.events.send(Event::Ended(exit));
                        Ask::Ack { number: self.seen }
                    }
                    Some(Frame::Message(_)) => continue,
                },
                order = orders.recv() => match order {
                    None => break Served::Over,
                    Some(Order::Ask(ask)) => ask,
                    Some(Order::Usage(answer)) => {
                        waiting.push(answer);
                        Ask::Usage
                    }
                },
                _ = tick.tick(), if acknowledged < self.seen => {
                    acknowledged = self.seen;
                    Ask::Ack { number: self.seen }
                }
            };
            let is_last = ask == Ask::Forget;
            if writer.write_all(&protocol::message(&ask)).await.is_err() {
                break if is_last { Served::Over } else { Served::Lost };
            }
            if is_last {
                break Served::Over;
            }
        };
        reading.abort();
        served
    }

    fn take(&mut self, line: &Line, sources: &[String]) {
        if line.number > self.seen {
            self.seen = line.number;
            let source = usize::try_from(line.slot).ok().and_then(|slot| sources.get(slot));
            (self.on_line)(line, source.map_or("CELL", String::as_str));
        }
    }
}

enum Served {
    /// Nobody wants to know more.
    Over,
    /// The other side is gone.
    Lost,
}

async fn read_all(mut reader: OwnedReadHalf, frames: mpsc::Sender<Frame<Tell>>) {
    while let Ok(frame) = receive(&mut reader).await {
        if frames.send(frame).await.is_err() {
            return;
        }
    }
}

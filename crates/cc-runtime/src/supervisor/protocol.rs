//! What a supervisor and the server say to each other over the socket in the container's folder.
//!
//! A frame is its length (4 bytes, little endian), a kind (1 byte) and the rest. Kind `J` is JSON; kind `L` is a line
//! of output: number and time (8 bytes each), slot of the program (4), stream (1), text.

use serde::{Deserialize, Serialize};

/// Both sides understand this version and the one before.
pub(crate) const VERSION: u32 = 1;
/// Longest frame either side accepts.
pub(crate) const LONGEST: usize = 256 * 1024;

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Must come first; anything else ends the connection.
    Hello {
        version: u32,
        hello: String,
    },
    /// Send lines as they come, from the oldest kept one, or from the first not acknowledged one.
    Attach {
        replay: bool,
    },
    /// All lines up to this number are safe.
    Ack {
        number: u64,
    },
    /// SIGTERM, then SIGKILL after the grace.
    Stop {
        grace_ms: u64,
    },
    /// SIGKILL; the exit is reported with this cause.
    Kill {
        cause: Cause,
    },
    Usage,
    /// The exit is recorded: the supervisor may go.
    Forget,
}

/// From the supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Tell {
    /// Answer to a right hello: log sources by slot, and how far the container is.
    Welcome {
        sources: Vec<String>,
        phase: Phase,
    },
    Phase(Phase),
    Usage(Used),
    /// After the last line.
    Ended(Exit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Being made and filled.
    Setup,
    /// Its commands were started.
    Running,
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cause {
    /// A command ended by itself.
    Program,
    /// The server asked for it.
    Stopped,
    /// The container could not be made or filled: the step and why.
    Setup(String),
    Timeout,
    Memory,
    Disk,
    /// The supervisor itself is gone; known by the server only.
    Lost,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exit {
    pub cause: Cause,
    /// Log source of the command that ended first.
    pub source: String,
    /// Its status; 128 and the signal's number if it was a signal. None: no command ended.
    pub status: Option<i32>,
    /// The kernel killed for memory.
    pub out_of_memory: bool,
    /// It took the SIGKILL after the grace.
    pub forced: bool,
    pub at_ns: i64,
}

/// Totals since the start of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Used {
    pub memory_bytes: u64,
    pub cpu_ns: u64,
    pub disk_bytes: u64,
    pub log_bytes: u64,
    pub at_ns: i64,
}

/// A line of output, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub number: u64,
    pub at_ns: i64,
    pub slot: u32,
    pub is_error: bool,
    pub text: Vec<u8>,
}

/// A frame taken apart.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame<T> {
    Message(T),
    Line(Line),
}

#[derive(Debug, thiserror::Error)]
#[error("not a frame of this protocol")]
pub(crate) struct BadFrame;

fn frame(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = 1 + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut bytes = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    bytes.push(kind);
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

pub(crate) fn message<T: Serialize>(value: &T) -> Vec<u8> {
    frame(b'J', &[&serde_json::to_vec(value).unwrap_or_default()])
}

impl Line {
    pub fn encode(&self) -> Vec<u8> {
        let head = [self.number.to_le_bytes(), self.at_ns.to_le_bytes()].concat();
        frame(b'L', &[&head, &self.slot.to_le_bytes(), &[u8::from(self.is_error)], &self.text])
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk::<8>()?;
        let (at_ns, rest) = rest.split_first_chunk::<8>()?;
        let (slot, rest) = rest.split_first_chunk::<4>()?;
        let (is_error, text) = rest.split_first()?;
        Some(Self {
            number: u64::from_le_bytes(*number),
            at_ns: i64::from_le_bytes(*at_ns),
            slot: u32::from_le_bytes(*slot),
            is_error: *is_error != 0,
            text: text.to_vec(),
        })
    }
}

/// Length of the frame that starts with these four bytes; an error if no frame is that long.
pub(crate) fn length(head: [u8; 4]) -> Result<usize, BadFrame> {
    let length = usize::try_from(u32::from_le_bytes(head)).map_err(|_| BadFrame)?;
    if (1..=LONGEST).contains(&length) { Ok(length) } else { Err(BadFrame) }
}

/// A frame without its length.
pub(crate) fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<Frame<T>, BadFrame> {
    match bytes.split_first() {
        Some((b'J', rest)) => serde_json::from_slice(rest).map(Frame::Message).map_err(|_| BadFrame),
        Some((b'L', rest)) => Line::decode(rest).map(Frame::Line).ok_or(BadFrame),
        _ => Err(BadFrame),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, Frame, Line, Tell, decode, length, message};

    #[test]
    fn frames_survive_the_socket() {
        let ask = Ask::Hello { version: 1, hello: "ab".into() };
        let bytes = message(&ask);
        let (head, rest) = bytes.split_first_chunk::<4>().unwrap();
        assert_eq!(length(*head).unwrap(), rest.len());
        assert_eq!(decode::<Ask>(rest).unwrap(), Frame::Message(ask));
        let line = Line { number: 9, at_ns: -1, slot: 2, is_error: true, text: vec![0, 255, 10] };
        assert_eq!(decode::<Tell>(line.encode().get(4..).unwrap()).unwrap(), Frame::Line(line));
    }

    #[test]
    fn hostile_frames_are_refused() {
        assert!(length([0; 4]).is_err());
        assert!(length([255; 4]).is_err());
        for bytes in [&b""[..], b"X", b"J{", b"L123"] {
            assert!(decode::<Tell>(bytes).is_err());
        }
    }
}

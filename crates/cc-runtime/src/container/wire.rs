//! Messages between the supervisor and the first process of its container, one a SEQPACKET datagram.

use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use std::io::IoSlice;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

/// From the supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// What was asked for is done.
    Go,
    /// Start the program of this slot on the three descriptors sent along.
    Spawn(u32),
    /// Send a signal to the program of this slot.
    Signal(u32, i32),
    /// Send SIGKILL to everything and end.
    KillAll,
}

/// To the supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The id maps of the sender's user namespace are to be written.
    NeedMaps,
    /// Host pid of the first process.
    InitPid(i32),
    /// The network is made; its two ends are sent along.
    Network,
    /// Set up; programs may be spawned.
    Ready,
    /// The set-up failed: step, cause.
    Failed(String, String),
    /// A program ended: status, or the negative number of the signal.
    Exited(u32, i32),
}

/// Enough for every message.
pub(crate) const LONGEST: usize = 4096;

/// Sends one message with descriptors.
pub(crate) fn send<T: AsRawFd>(to: BorrowedFd<'_>, bytes: &[u8], descriptors: &[T]) -> nix::Result<()> {
    let raw: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    let control = if raw.is_empty() { &rights[..0] } else { &rights[..] };
    sendmsg::<()>(to.as_raw_fd(), &[IoSlice::new(bytes)], control, MsgFlags::MSG_NOSIGNAL, None).map(drop)
}

fn numbers(op: u8, first: i32, second: i32) -> Vec<u8> {
    let mut bytes = vec![op];
    bytes.extend(first.to_le_bytes());
    bytes.extend(second.to_le_bytes());
    bytes
}

fn read_numbers(bytes: &[u8]) -> Option<(i32, i32)> {
    let number = |at: usize| Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(1)?, number(5)?))
}

fn slot_of(number: i32) -> Option<u32> {
    u32::try_from(number).ok()
}

impl Request {
    fn encode(self) -> Vec<u8> {
        match self {
            Self::Go => numbers(1, 0, 0),
            Self::Spawn(slot) => numbers(2, slot.cast_signed(), 0),
            Self::Signal(slot, signal) => numbers(3, slot.cast_signed(), signal),
            Self::KillAll => numbers(4, 0, 0),
        }
    }

    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (first, second) = read_numbers(bytes)?;
        match bytes.first()? {
            1 => Some(Self::Go),
            2 => Some(Self::Spawn(slot_of(first)?)),
            3 => Some(Self::Signal(slot_of(first)?, second)),
            4 => Some(Self::KillAll),
            _ => None,
        }
    }

    pub fn send(self, socket: BorrowedFd<'_>, descriptors: &[OwnedFd]) -> nix::Result<()> {
        send(socket, &self.encode(), descriptors)
    }
}

impl Reply {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::NeedMaps => numbers(10, 0, 0),
            Self::InitPid(pid) => numbers(11, *pid, 0),
            Self::Ready => numbers(12, 0, 0),
            Self::Network => numbers(15, 0, 0),
            Self::Exited(slot, status) => numbers(14, slot.cast_signed(), *status),
            Self::Failed(step, cause) => {
                let mut bytes = numbers(13, 0, 0);
                bytes.extend(step.bytes().take(LONGEST / 4));
                bytes.push(0);
                bytes.extend(cause.bytes().take(LONGEST / 4));
                bytes
            }
        }
    }

    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (first, second) = read_numbers(bytes)?;
        match bytes.first()? {
            10 => Some(Self::NeedMaps),
            11 => Some(Self::InitPid(first)),
            12 => Some(Self::Ready),
            13 => {
                let text = String::from_utf8_lossy(bytes.get(9..)?).into_owned();
                let (step, cause) = text.split_once('\0')?;
                Some(Self::Failed(step.to_owned(), cause.to_owned()))
            }
            14 => Some(Self::Exited(slot_of(first)?, second)),
            15 => Some(Self::Network),
            _ => None,
        }
    }

    pub fn send(&self, socket: &impl AsFd) -> nix::Result<()> {
        send::<OwnedFd>(socket.as_fd(), &self.encode(), &[])
    }

    pub fn send_with(&self, socket: &impl AsFd, descriptors: &[OwnedFd]) -> nix::Result<()> {
        send(socket.as_fd(), &self.encode(), descriptors)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, Request};

    #[test]
    fn every_message_survives_the_wire() {
        for request in [Request::Go, Request::Spawn(7), Request::Signal(3, 15), Request::KillAll] {
            assert_eq!(Request::decode(&request.encode()), Some(request));
        }
        let failed = Reply::Failed("mount /proc".into(), "EPERM".into());
        for reply in
            [Reply::NeedMaps, Reply::InitPid(77), Reply::Ready, Reply::Network, failed, Reply::Exited(1, -9)]
        {
            assert_eq!(Reply::decode(&reply.encode()), Some(reply));
        }
    }

    #[test]
    fn a_short_or_unknown_message_is_none() {
        assert_eq!(Request::decode(&[]), None);
        assert_eq!(Reply::decode(&[99; 9]), None);
        assert_eq!(Request::decode(&[2, 255, 255, 255, 255, 0, 0, 0, 0]), None);
    }
}

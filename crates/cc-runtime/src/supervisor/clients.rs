//! Connections of the server. None of them can hold the supervisor up: what a client does not read stays in the ring.

use super::lines::Ring;
use super::protocol::{self, Ask, Exit, Frame, Phase, Tell, VERSION};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use subtle::ConstantTimeEq;

/// More than this unsent, and no further lines are added.
const ENOUGH: usize = 128 * 1024;

pub(super) struct Client {
    stream: UnixStream,
    received: Vec<u8>,
    unsent: Vec<u8>,
    is_welcome: bool,
    /// Next line to send; None: not attached.
    next: Option<u64>,
    has_the_end: bool,
}

/// What a client is shown.
pub(super) struct View<'a> {
    pub hello: &'a str,
    pub sources: &'a [String],
    pub phase: Phase,
    pub ring: &'a Ring,
    pub exit: Option<&'a Exit>,
}

impl Client {
    /// None: not one of ours.
    pub fn accept(stream: UnixStream) -> Option<Self> {
        let peer = getsockopt(&stream, PeerCredentials).ok()?;
        stream.set_nonblocking(true).ok()?;
        let ours = peer.uid() == nix::unistd::geteuid().as_raw();
        ours.then(|| Self {
            stream,
            received: Vec::new(),
            unsent: Vec::new(),
            is_welcome: false,
            next: None,
            has_the_end: false,
        })
    }

    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    pub fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Reads what came, to the last word of a client that has gone. None: the connection is over.
    pub fn read(&mut self, view: &View<'_>) -> Option<Vec<Ask>> {
        let mut buffer = [0; 4096];
        let mut asked = Vec::new();
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return (!asked.is_empty()).then_some(asked),
                Ok(length) => self.received.extend_from_slice(buffer.get(..length)?),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Some(asked),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return (!asked.is_empty()).then_some(asked),
            }
            while let Some((head, rest)) = self.received.split_first_chunk::<4>() {
                let length = protocol::length(*head).ok()?;
                let Some(body) = rest.get(..length) else { break };
                let Ok(Frame::Message(ask)) = protocol::decode::<Ask>(body) else { return None };
                self.received.drain(..4 + length);
                self.take(ask, view, &mut asked)?;
            }
        }
    }

    /// Answers what concerns the connection itself and passes the rest on. None: close it.
    fn take(&mut self, ask: Ask, view: &View<'_>, rest: &mut Vec<Ask>) -> Option<()> {
        match ask {
            Ask::Hello { version, hello } => {
                let right: bool = hello.as_bytes().ct_eq(view.hello.as_bytes()).into();
                if !right || version.abs_diff(VERSION) > 1 {
                    return None;
                }
                self.is_welcome = true;
                self.tell(&Tell::Welcome { sources: view.sources.to_vec(), phase: view.phase });
            }
            _ if !self.is_welcome => return None,
            Ask::Attach { replay } => {
                self.next = Some(if replay { 0 } else { view.ring.first_unacknowledged() });
            }
            other => rest.push(other),
        }
        Some(())
    }

    pub fn tell(&mut self, tell: &Tell) {
        self.unsent.extend(protocol::message(tell));
    }

    pub fn tell_if_attached(&mut self, tell: &Tell) {
        if self.next.is_some() {
            self.tell(tell);
        }
    }

    /// Sends as much as it takes. Whoever takes nothing any more may have asked for something before, so reading finds the end.
    pub fn write(&mut self, view: &View<'_>) {
        loop {
            self.fill(view);
            if self.unsent.is_empty() {
                return;
            }
            match self.stream.write(&self.unsent) {
                Ok(length) if length > 0 => drop(self.unsent.drain(..length)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    self.unsent.clear();
                    self.next = None;
                    return;
                }
            }
        }
    }

    fn fill(&mut self, view: &View<'_>) {
        let Some(mut next) = self.next else { return };
        while self.unsent.len() < ENOUGH {
            let Some(line) = view.ring.at(next) else { break };
            self.unsent.extend(line.encode());
            next = line.number + 1;
        }
        self.next = Some(next);
        if let (Some(exit), false, None) = (view.exit, self.has_the_end, view.ring.at(next)) {
            self.has_the_end = true;
            self.tell(&Tell::Ended(exit.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: Ask = Ask::Stop { grace_ms: 7 };

    /// A client of the supervisor, and the server's end of it, which has said hello and asked to stop.
    fn asked(ring: &Ring, does_listen: bool) -> (Client, UnixStream) {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut client = Client::accept(ours).unwrap();
        let hello = Ask::Hello { version: VERSION, hello: "word".to_owned() };
        theirs.write_all(&protocol::message(&hello)).unwrap();
        if does_listen {
            theirs.write_all(&protocol::message(&Ask::Attach { replay: true })).unwrap();
            assert_eq!(client.read(&view(ring)), Some(Vec::new()));
        }
        theirs.write_all(&protocol::message(&STOP)).unwrap();
        (client, theirs)
    }

    fn view(ring: &Ring) -> View<'_> {
        View { hello: "word", sources: &[], phase: Phase::Running, ring, exit: None }
    }

    #[test]
    fn what_was_asked_right_before_the_end_is_heard() {
        let ring = Ring::default();
        let (mut client, theirs) = asked(&ring, false);
        drop(theirs);
        assert_eq!(client.read(&view(&ring)), Some(vec![STOP]));
        assert_eq!(client.read(&view(&ring)), None);
    }

    #[test]
    fn lines_that_nobody_takes_any_more_do_not_end_what_was_asked() {
        let mut ring = Ring::default();
        ring.push(0, false, b"a line".to_vec(), 1);
        let (mut client, theirs) = asked(&ring, true);
        drop(theirs);
        client.write(&view(&ring));
        assert!(!client.has_unsent());
        assert_eq!(client.read(&view(&ring)), Some(vec![STOP]));
        assert_eq!(client.read(&view(&ring)), None);
    }
}

//! A connection of an app, to be read and written like any other.

use super::stack::Stack;
use smoltcp::iface::SocketHandle;
use smoltcp::socket::tcp::{RecvError, State};
use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

pub(super) struct Stream {
    handle: SocketHandle,
    stack: Rc<RefCell<Stack>>,
    /// Whoever turns the stack looks again.
    wake: Rc<Notify>,
    is_closed: bool,
}

impl Stream {
    pub fn new(handle: SocketHandle, stack: Rc<RefCell<Stack>>, wake: Rc<Notify>) -> Self {
        Self { handle, stack, wake, is_closed: false }
    }

    /// Ends it in a way that the app sees as a failure.
    pub fn abort(self) {
        self.stack.borrow_mut().socket(self.handle).abort();
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut stack = self.stack.borrow_mut();
        let socket = stack.socket(self.handle);
        if matches!(socket.state(), State::SynReceived) || (socket.may_recv() && !socket.can_recv()) {
            socket.register_recv_waker(context.waker());
            return Poll::Pending;
        }
        let taken = socket.recv(|bytes| {
            let length = bytes.len().min(buffer.remaining());
            buffer.put_slice(bytes.get(..length).unwrap_or_default());
            (length, ())
        });
        match taken {
            Ok(()) => {
                // There is room in the window again.
                self.wake.notify_one();
                Poll::Ready(Ok(()))
            }
            Err(RecvError::Finished) => Poll::Ready(Ok(())),
            Err(RecvError::InvalidState) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut stack = self.stack.borrow_mut();
        let socket = stack.socket(self.handle);
        if matches!(socket.state(), State::SynReceived) || (socket.may_send() && !socket.can_send()) {
            socket.register_send_waker(context.waker());
            return Poll::Pending;
        }
        match socket.send_slice(bytes) {
            Ok(length) => {
                self.wake.notify_one();
                Poll::Ready(Ok(length))
            }
            Err(_) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_closed = true;
        self.stack.borrow_mut().socket(self.handle).close();
        self.wake.notify_one();
        Poll::Ready(Ok(()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut stack = self.stack.borrow_mut();
        if !self.is_closed {
            stack.socket(self.handle).abort();
        }
        stack.leave(self.handle);
        self.wake.notify_one();
    }
}

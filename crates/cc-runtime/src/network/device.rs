//! The inside of a network namespace: made by the first process of a container before it loses its rights.

use super::Subnet;
use crate::container::{SetupError, Step, send};
use crate::sys::network;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket, socketpair};
use std::os::fd::{AsFd, OwnedFd};

/// Largest packet between app and gateway. No wire limits it, and big ones cost less.
pub(crate) const MTU: u16 = 16_000;
const NAME: &str = "eth0";

/// What the outside gets of a namespace.
pub(crate) struct Ends {
    /// Packets of the device.
    pub tun: OwnedFd,
    /// Gives a fresh TCP socket of the namespace for each message.
    pub sockets: OwnedFd,
}

/// Raises loopback and makes the device. Also gives the end of [`Ends::sockets`] that stays inside.
pub(crate) fn set_up(subnet: Subnet) -> Result<(Ends, OwnedFd), SetupError> {
    network::raise_loopback().step("loopback")?;
    let tun = network::make_tun(NAME).step("/dev/net/tun")?;
    network::route_through(NAME, subnet.container(), subnet.gateway(), MTU).step("network device")?;
    let (sockets, inside) =
        socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC).step("socket")?;
    Ok((Ends { tun, sockets }, inside))
}

/// Answers one request for a socket. A socket stays in the namespace that it was made in, whoever holds it.
pub(crate) fn give_socket(inside: &OwnedFd) -> nix::Result<()> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    match socket(AddressFamily::Inet, SockType::Stream, flags, None) {
        Ok(made) => send(inside.as_fd(), &[1], &[made]),
        Err(_) => send::<OwnedFd>(inside.as_fd(), &[0], &[]),
    }
}

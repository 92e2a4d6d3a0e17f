//! Sockets as the kernel tells them over netlink (`sock_diag(7)`).

use super::Listener;
use nix::libc;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, setsockopt, socket,
    sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, OwnedFd};

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const REQUEST_AND_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
/// Of a message of netlink.
const HEAD: usize = 16;
/// Of a socket, before its attributes.
const SOCKET: usize = 72;
const ATTRIBUTE_ONLY_V6: u16 = 11;
const LISTEN: u8 = 10;
const BOUND_INACTIVE: u8 = 13;

pub(super) fn find(port: Option<u16>) -> io::Result<Vec<Listener>> {
    let netlink = socket(
        AddressFamily::Netlink,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkSockDiag,
    )?;
    // A kernel that does not answer must not hold anybody up.
    setsockopt(&netlink, sockopt::ReceiveTimeout, &TimeVal::seconds(2))?;
    let mut found = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        dump(&netlink, u8::try_from(family).map_err(io::Error::other)?, port, &mut found)?;
    }
    Ok(found)
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`.
fn request(family: u8, port: Option<u16>) -> Vec<u8> {
    let length: u32 = 72;
    let states = (1_u32 << LISTEN) | (1 << BOUND_INACTIVE);
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend(REQUEST_AND_DUMP.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend([family, 6, 0, 0]);
    bytes.extend(states.to_ne_bytes());
    bytes.extend(port.unwrap_or(0).to_be_bytes());
    bytes.resize(72, 0);
    bytes
}

fn dump(netlink: &OwnedFd, family: u8, port: Option<u16>, found: &mut Vec<Listener>) -> io::Result<()> {
    let descriptor = netlink.as_raw_fd();
    sendto(descriptor, &request(family, port), &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = recv(descriptor, &mut buffer, MsgFlags::empty())?;
        let mut rest = buffer.get(..length).unwrap_or_default();
        while let Some(message) = take(&mut rest) {
            match number16(message, 4) {
                Some(DONE) => return Ok(()),
                Some(ERROR) => {
                    let errno = number32(message, HEAD).map_or(0, u32::cast_signed);
                    return Err(io::Error::from_raw_os_error(errno.saturating_neg()));
                }
                Some(SOCK_DIAG_BY_FAMILY) => {
                    let socket = message.get(HEAD..).and_then(read);
                    found.extend(socket.filter(|socket| port.is_none_or(|port| port == socket.port)));
                }
                _ => {}
            }
        }
    }
}

/// The next message of these bytes.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number32(rest, 0)?).ok().filter(|length| *length >= HEAD)?;
    let message = rest.get(..length)?;
    *rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some(message)
}

/// `struct inet_diag_msg` and its attributes.
fn read(bytes: &[u8]) -> Option<Listener> {
    let address = match i32::from(*bytes.first()?) {
        libc::AF_INET => IpAddr::V4(Ipv4Addr::from(*bytes.get(8..)?.first_chunk::<4>()?)),
        libc::AF_INET6 => IpAddr::V6(Ipv6Addr::from(*bytes.get(8..)?.first_chunk::<16>()?)),
        _ => return None,
    };
    let mut only_v6 = false;
    let mut rest = bytes.get(SOCKET..)?;
    while let (Some(length), Some(kind)) = (number16(rest, 0), number16(rest, 2)) {
        let length = usize::from(length).max(4);
        if kind == ATTRIBUTE_ONLY_V6 {
            only_v6 = rest.get(4).is_some_and(|value| *value != 0);
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(Listener {
        port: u16::from_be_bytes(*bytes.get(4..)?.first_chunk()?),
        address,
        only_v6,
        is_listening: *bytes.get(1)? == LISTEN,
        inode: number32(bytes, 68)?.into(),
    })
}

fn number16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn number32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::{read, take};
    use proptest::prelude::{Just, ProptestConfig, any, prop_oneof, proptest};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_bytes_are_too_strange(head in prop_oneof![Just(2_u8), Just(10)], rest: Vec<u8>, more in any::<[u8; 72]>()) {
            let bytes = [&[head][..], &more, &rest].concat();
            let _ = read(&bytes);
            let mut rest = bytes.as_slice();
            while take(&mut rest).is_some() {}
        }
    }
}

//! Datagrams of an app: a socket of the host for each pair of ends, for as long as something passes.

use super::egress::{Guard, Target};
use super::names;
use super::stack::Pair;
use crate::network::policy::Transport;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{IPV4_HEADER_LEN, IpProtocol, Ipv4Packet, Ipv4Repr, UDP_HEADER_LEN, UdpPacket, UdpRepr};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};
use std::rc::Rc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::spawn_local;

/// Pairs of one container at a time; what is sent by others is lost.
const MOST: usize = 1024;
/// Datagrams that wait for their socket.
const WAITING: usize = 64;
const IDLE: Duration = Duration::from_mins(1);
/// Largest datagram from outside that fits into a packet to the app.
const LONGEST: usize = crate::network::device::MTU as usize - IPV4_HEADER_LEN - UDP_HEADER_LEN;

pub(super) struct Datagrams {
    guard: Rc<Guard>,
    /// Packets for the app.
    replies: mpsc::Sender<Vec<u8>>,
    flows: HashMap<Pair, mpsc::Sender<Vec<u8>>>,
}

impl Datagrams {
    pub fn new(guard: Rc<Guard>, replies: mpsc::Sender<Vec<u8>>) -> Self {
        Self { guard, replies, flows: HashMap::new() }
    }

    /// Sends what is in a packet of the app to where it may go.
    pub fn take(&mut self, ip: &Ipv4Packet<&[u8]>) {
        let Ok(udp) = UdpPacket::new_checked(ip.payload()) else { return };
        let from = SocketAddrV4::new(ip.src_addr(), udp.src_port());
        let to = SocketAddrV4::new(ip.dst_addr(), udp.dst_port());
        let bytes = udp.payload().to_vec();
        let sent = match self.flows.get(&(from, to)) {
            Some(flow) => flow.try_send(bytes),
            None => Err(mpsc::error::TrySendError::Closed(bytes)),
        };
        let Err(mpsc::error::TrySendError::Closed(bytes)) = sent else { return };
        self.flows.retain(|_, flow| !flow.is_closed());
        if self.flows.len() >= MOST {
            return;
        }
        let Some(target) = self.guard.target(Transport::Udp, to) else { return };
        let (flow, waiting) = mpsc::channel(WAITING);
        let _ = flow.try_send(bytes);
        self.flows.insert((from, to), flow);
        let replies = self.replies.clone();
        spawn_local(async move { drop(carry((from, to), target, waiting, replies).await) });
    }
}

async fn carry(
    (from, to): Pair,
    target: Target,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    replies: mpsc::Sender<Vec<u8>>,
) -> io::Result<()> {
    let mut servers = match target {
        Target::At(to) => vec![to],
        Target::Names(servers) => servers,
    };
    let Some(first) = servers.first().copied() else { return Ok(()) };
    // One socket asks them all.
    servers.retain(|server| server.is_ipv4() == first.is_ipv4());
    let any: SocketAddr =
        if first.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(any).await?;
    let (mut tries, mut unanswered) = (HashMap::new(), 0_u32);
    let mut buffer = vec![0; LONGEST];
    loop {
        tokio::select! {
            bytes = waiting.recv() => {
                let Some(bytes) = bytes else { return Ok(()) };
                let Some(server) = choose(&servers, &bytes, &mut tries) else { return Ok(()) };
                // An unreachable destination is silence, as on any network.
                let _ = socket.send_to(&bytes, server).await;
                unanswered += 1;
            }
            received = socket.recv_from(&mut buffer) => {
                let Ok((length, sender)) = received else { continue };
                if servers.contains(&sender) {
                    let packet = packet(to, from, buffer.get(..length).unwrap_or_default());
                    // A full queue loses it.
                    let _ = replies.try_send(packet);
                    unanswered = unanswered.saturating_sub(1);
                }
                // Each lookup comes from a port of its own and has no more to say.
                if to.port() == names::PORT && unanswered == 0 {
                    return Ok(());
                }
            }
            () = tokio::time::sleep(IDLE) => return Ok(()),
        }
    }
}

/// The first one; for a query that is repeated the next one.
fn choose(servers: &[SocketAddr], query: &[u8], tries: &mut HashMap<[u8; 2], usize>) -> Option<SocketAddr> {
    if servers.len() == 1 {
        return servers.first().copied();
    }
    let id = query.first_chunk::<2>()?;
    let tried = tries.entry(*id).or_default();
    let server = servers.get(tried.checked_rem(servers.len())?).copied();
    *tried += 1;
    server
}

fn packet(from: SocketAddrV4, to: SocketAddrV4, bytes: &[u8]) -> Vec<u8> {
    let udp = UdpRepr { src_port: from.port(), dst_port: to.port() };
    let ip = Ipv4Repr {
        src_addr: *from.ip(),
        dst_addr: *to.ip(),
        next_header: IpProtocol::Udp,
        payload_len: UDP_HEADER_LEN + bytes.len(),
        hop_limit: 64,
    };
    let sums = ChecksumCapabilities::default();
    let mut packet = vec![0; IPV4_HEADER_LEN + ip.payload_len];
    let mut outer = Ipv4Packet::new_unchecked(packet.as_mut_slice());
    ip.emit(&mut outer, &sums);
    let mut inner = UdpPacket::new_unchecked(outer.payload_mut());
    let (source, target) = ((*from.ip()).into(), (*to.ip()).into());
    udp.emit(&mut inner, &source, &target, bytes.len(), |room| room.copy_from_slice(bytes), &sums);
    packet
}

#[cfg(test)]
mod tests {
    use super::{choose, packet};
    use smoltcp::wire::{Ipv4Packet, UdpPacket};
    use std::collections::HashMap;

    #[test]
    fn a_reply_is_a_packet_with_right_sums() {
        let bytes = packet("1.2.3.4:53".parse().unwrap(), "10.255.0.2:4000".parse().unwrap(), b"hello");
        let ip = Ipv4Packet::new_checked(bytes.as_slice()).unwrap();
        assert!(ip.verify_checksum());
        let udp = UdpPacket::new_checked(ip.payload()).unwrap();
        assert!(udp.verify_checksum(&ip.src_addr().into(), &ip.dst_addr().into()));
        assert_eq!((udp.src_port(), udp.dst_port(), udp.payload()), (53, 4000, &b"hello"[..]));
    }

    #[test]
    fn a_query_goes_to_the_first_server_and_repeated_to_the_next() {
        let servers = ["1.1.1.1:53", "2.2.2.2:53"].map(|server| server.parse().unwrap());
        let mut tries = HashMap::new();
        let mut ask = |query: &[u8]| choose(&servers, query, &mut tries);
        assert_eq!(ask(b"ab"), Some(servers[0]));
        assert_eq!(ask(b"cd"), Some(servers[0]));
        assert_eq!(ask(b"ab"), Some(servers[1]));
        assert_eq!(ask(b"ab"), Some(servers[0]));
        assert_eq!(ask(b""), None);
    }
}

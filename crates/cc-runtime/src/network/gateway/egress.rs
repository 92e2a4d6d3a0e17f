//! What an app sends out: its packets are read here, and its connections made on the host where the policy allows them.

use super::datagrams::Datagrams;
use super::names;
use super::stack::{Pair, Stack};
use super::stream::Stream;
use crate::network::Plan;
use crate::network::device::MTU;
use crate::network::policy::{Policy, Transport};
use nix::sys::socket::{setsockopt, sockopt::KeepAlive};
use nix::unistd::{read, write};
use smoltcp::wire::{IpProtocol, Ipv4Packet, TcpPacket};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::spawn_local;

/// Connections of one container at a time; more are refused.
const MOST_CONNECTIONS: usize = 1024;
/// Packets that are read before what they ask for is done.
const BATCH: usize = 64;
const CONNECT: Duration = Duration::from_secs(30);

/// What became of a wish for a connection: its first packet, and the host's side if there is one.
struct Dialled {
    pair: Pair,
    first: Vec<u8>,
    stream: Option<TcpStream>,
}

struct Egress {
    guard: Rc<Guard>,
    stack: Rc<RefCell<Stack>>,
    wake: Rc<Notify>,
    datagrams: Datagrams,
    dialling: BTreeSet<Pair>,
    dialled: mpsc::UnboundedSender<Dialled>,
    /// Counts the connections.
    tickets: Rc<()>,
}

/// Decides about destinations.
pub(super) struct Guard {
    gateway: Ipv4Addr,
    policy: Policy,
    /// Empty: those of the host.
    name_servers: Vec<SocketAddr>,
}

/// Where something is really sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    At(SocketAddr),
    /// The host's name servers.
    Names(Vec<SocketAddr>),
}

impl Guard {
    /// None: it is not allowed.
    pub fn target(&self, transport: Transport, to: SocketAddrV4) -> Option<Target> {
        if (*to.ip(), to.port()) == (self.gateway, names::PORT) {
            let chosen = &self.name_servers;
            return Some(Target::Names(if chosen.is_empty() { names::servers() } else { chosen.clone() }));
        }
        self.policy.allows(transport, to, &own_addresses()).then_some(Target::At(to.into()))
    }
}

impl Guard {
    /// A host may answer for addresses that no device of it has; who connects to himself sees it.
    fn is_as_meant(&self, stream: &TcpStream) -> bool {
        let (Ok(IpAddr::V4(own)), Ok(SocketAddr::V4(peer))) =
            (stream.local_addr().map(|own| own.ip()), stream.peer_addr())
        else {
            return true;
        };
        own != *peer.ip() || self.policy.allows(Transport::Tcp, peer, &[own.into()])
    }
}

fn own_addresses() -> Vec<IpAddr> {
    let all = nix::ifaddrs::getifaddrs().into_iter().flatten();
    all.filter_map(|one| Some(IpAddr::V4(one.address?.as_sockaddr_in()?.ip()))).collect()
}

/// Serves until the device is gone.
pub(super) async fn serve(tun: AsyncFd<OwnedFd>, plan: Plan) -> io::Result<()> {
    let (dialled, mut answers) = mpsc::unbounded_channel();
    let (replies, mut packets) = mpsc::channel(256);
    let guard = Rc::new(Guard {
        gateway: plan.subnet.gateway(),
        policy: plan.policy,
        name_servers: plan.name_servers,
    });
    let mut egress = Egress {
        stack: Rc::new(RefCell::new(Stack::new(guard.gateway, MTU))),
        wake: Rc::new(Notify::new()),
        datagrams: Datagrams::new(Rc::clone(&guard), replies),
        guard,
        dialling: BTreeSet::new(),
        dialled,
        tickets: Rc::new(()),
    };
    let mut buffer = vec![0; usize::from(MTU)];
    loop {
        egress.stack.borrow_mut().turn();
        let pause = egress.stack.borrow_mut().pause().unwrap_or(Duration::from_hours(1));
        let has_unsent = !egress.stack.borrow_mut().unsent().is_empty();
        let wake = Rc::clone(&egress.wake);
        tokio::select! {
            ready = tun.writable(), if has_unsent => {
                let (mut ready, mut stack) = (ready?, egress.stack.borrow_mut());
                while let Some(packet) = stack.unsent().pop_front() {
                    match ready.try_io(|tun| Ok(write(tun, &packet)?)) {
                        Ok(sent) => drop(sent?),
                        Err(_full) => {
                            stack.unsent().push_front(packet);
                            break;
                        }
                    }
                }
            }
            ready = tun.readable() => {
                let mut ready = ready?;
                for _ in 0..BATCH {
                    match ready.try_io(|tun| Ok(read(tun, &mut buffer)?)) {
                        Ok(length) => egress.take(buffer.get(..length?).unwrap_or_default()),
                        Err(_empty) => break,
                    }
                }
            }
            Some(dialled) = answers.recv() => egress.admit(dialled),
            Some(packet) = packets.recv() => egress.stack.borrow_mut().unsent().push_back(packet),
            () = wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl Egress {
    /// Anything but whole packets of TCP and UDP over IPv4 is dropped.
    fn take(&mut self, packet: &[u8]) {
        let Ok(ip) = Ipv4Packet::new_checked(packet) else { return };
        if ip.more_frags() || ip.frag_offset() != 0 {
            return;
        }
        match ip.next_header() {
            IpProtocol::Tcp => {
                let Ok(tcp) = TcpPacket::new_checked(ip.payload()) else { return };
                let from = SocketAddrV4::new(ip.src_addr(), tcp.src_port());
                let to = SocketAddrV4::new(ip.dst_addr(), tcp.dst_port());
                if tcp.syn() && !tcp.ack() {
                    self.dial((from, to), packet.to_vec());
                } else {
                    self.stack.borrow_mut().receive(packet.to_vec());
                }
            }
            IpProtocol::Udp => self.datagrams.take(&ip),
            _ => {}
        }
    }

    /// Connects on the host first: whether the app's connection is taken is what comes of that.
    fn dial(&mut self, pair: Pair, first: Vec<u8>) {
        let leaving = self.stack.borrow().leaving();
        let connections = Rc::strong_count(&self.tickets) + self.dialling.len() + leaving;
        if self.stack.borrow_mut().knows(pair) {
            return self.stack.borrow_mut().receive(first);
        }
        // Repeated while it is still dialled.
        if !self.dialling.insert(pair) {
            return;
        }
        let (_, to) = pair;
        let target = self.guard.target(Transport::Tcp, to).filter(|_| connections <= MOST_CONNECTIONS);
        let Some(target) = target else {
            return self.admit(Dialled { pair, first, stream: None });
        };
        let (dialled, guard) = (self.dialled.clone(), Rc::clone(&self.guard));
        spawn_local(async move {
            let is_ours = matches!(target, Target::Names(_));
            let stream = tokio::time::timeout(CONNECT, connect(target)).await.ok().and_then(Result::ok);
            let stream = stream.filter(|stream| is_ours || guard.is_as_meant(stream));
            let _ = dialled.send(Dialled { pair, first, stream });
        });
    }

    fn admit(&mut self, Dialled { pair, first, stream }: Dialled) {
        self.dialling.remove(&pair);
        let Some(mut host) = stream else {
            // Nobody waits for it: the stack answers that.
            return self.stack.borrow_mut().receive(first);
        };
        let Some(handle) = self.stack.borrow_mut().admit(first, pair.1) else { return };
        let mut app = Stream::new(handle, Rc::clone(&self.stack), Rc::clone(&self.wake));
        let ticket = Rc::clone(&self.tickets);
        spawn_local(async move {
            if tokio::io::copy_bidirectional(&mut app, &mut host).await.is_err() {
                app.abort();
            }
            drop(ticket);
        });
    }
}

async fn connect(target: Target) -> io::Result<TcpStream> {
    let stream = match target {
        Target::At(to) => TcpStream::connect(to).await?,
        Target::Names(servers) => TcpStream::connect(servers.as_slice()).await?,
    };
    stream.set_nodelay(true)?;
    // An app may wait for hours; a host that is gone is noticed all the same.
    setsockopt(&stream, KeepAlive, &true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::{Guard, Target};
    use crate::network::policy::{Policy, Transport};
    use std::net::SocketAddrV4;

    #[test]
    fn queries_to_the_gateway_go_to_the_hosts_name_servers_and_nothing_else_does() {
        let gateway = "10.255.0.1".parse().unwrap();
        let guard =
            Guard { gateway, policy: Policy::of_default_groups(Vec::new()), name_servers: Vec::new() };
        let target = |to: &str| guard.target(Transport::Udp, to.parse().unwrap());
        assert!(matches!(target("10.255.0.1:53"), Some(Target::Names(servers)) if !servers.is_empty()));
        assert_eq!(target("10.255.0.1:80"), None);
        assert_eq!(target("10.255.0.5:53"), None);
        assert_eq!(target("127.0.0.1:53"), None);
        assert_eq!(target("1.1.1.1:53"), Some(Target::At("1.1.1.1:53".parse().unwrap())));
    }

    #[test]
    fn this_hosts_addresses_are_found_and_closed() {
        let policy = Policy::of_default_groups(Vec::new());
        let guard = Guard { gateway: "10.255.0.1".parse().unwrap(), policy, name_servers: Vec::new() };
        let own = super::own_addresses();
        assert!(own.contains(&"127.0.0.1".parse().unwrap()));
        for ip in own {
            let std::net::IpAddr::V4(ip) = ip else { continue };
            assert_eq!(guard.target(Transport::Tcp, SocketAddrV4::new(ip, 443)), None, "{ip}");
        }
    }
}

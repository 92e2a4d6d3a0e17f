//! TCP towards an app: packets of the device in and out, a socket for each of its connections.

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp::{Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpCidr, IpListenEndpoint};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// For each direction of a connection.
const BUFFER: usize = 64 * 1024;
/// How long a connection that the host's side is done with may take to end.
const LINGER: smoltcp::time::Duration = smoltcp::time::Duration::from_secs(300);

/// A connection by its two ends: the app's, and the one it asked for.
pub(super) type Pair = (SocketAddrV4, SocketAddrV4);

pub(super) struct Stack {
    interface: Interface,
    sockets: SocketSet<'static>,
    queue: Queue,
    /// Those that nobody reads or writes any more, and when they go.
    leaving: Vec<(SocketHandle, Instant)>,
}

impl Stack {
    pub fn new(gateway: Ipv4Addr, mtu: u16) -> Self {
        let mut queue = Queue { received: VecDeque::new(), unsent: VecDeque::new(), mtu: usize::from(mtu) };
        let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut queue, Instant::now());
        interface.update_ip_addrs(|addresses| {
            let _ = addresses.push(IpCidr::new(gateway.into(), 30));
        });
        // Together: every address is taken for its own.
        interface.set_any_ip(true);
        let _ = interface.routes_mut().add_default_ipv4_route(gateway);
        Self { interface, sockets: SocketSet::new(Vec::new()), queue, leaving: Vec::new() }
    }

    /// Takes a packet of TCP from the app.
    pub fn receive(&mut self, packet: Vec<u8>) {
        self.queue.received.push_back(packet);
    }

    /// Takes the first packet of a connection that may be. Without this one it is refused.
    pub fn admit(&mut self, packet: Vec<u8>, to: SocketAddrV4) -> Option<SocketHandle> {
        self.turn();
        let buffer = || SocketBuffer::new(vec![0; BUFFER]);
        let mut socket = Socket::new(buffer(), buffer());
        socket.set_nagle_enabled(false);
        let endpoint = IpListenEndpoint { addr: Some((*to.ip()).into()), port: to.port() };
        socket.listen(endpoint).ok()?;
        let handle = self.sockets.add(socket);
        self.receive(packet);
        self.turn();
        let is_taken = self.socket(handle).state() != State::Listen;
        if !is_taken {
            self.sockets.remove(handle);
        }
        is_taken.then_some(handle)
    }

    /// Whether there is such a connection already.
    pub fn knows(&self, (from, to): Pair) -> bool {
        let is_it = |socket: &Socket<'_>| {
            socket.remote_endpoint() == Some(from.into()) && socket.local_endpoint() == Some(to.into())
        };
        self.sockets.iter().any(|(_, smoltcp::socket::Socket::Tcp(socket))| is_it(socket))
    }

    pub fn socket(&mut self, handle: SocketHandle) -> &mut Socket<'static> {
        self.sockets.get_mut(handle)
    }

    /// Nobody uses it any more: it ends by itself if it was closed, at once if not.
    pub fn leave(&mut self, handle: SocketHandle) {
        self.leaving.push((handle, Instant::now() + LINGER));
    }

    /// How many nobody uses any more and that are not over.
    pub fn leaving(&self) -> usize {
        self.leaving.len()
    }

    /// Deals with what came and what is due; packets for the app are in [`Stack::unsent`] then.
    pub fn turn(&mut self) {
        let now = Instant::now();
        self.interface.poll(now, &mut self.queue, &mut self.sockets);
        let sockets = &mut self.sockets;
        self.leaving.retain(|(handle, until)| {
            let socket = sockets.get_mut::<Socket<'_>>(*handle);
            if *until <= now {
                socket.abort();
            }
            let is_over = matches!(socket.state(), State::Closed | State::TimeWait) && *until > now;
            if is_over {
                sockets.remove(*handle);
            }
            !is_over
        });
        // The last word of those that were aborted.
        for (_, until) in self.leaving.iter_mut().filter(|(_, until)| *until <= now) {
            *until = now + LINGER;
        }
    }

    pub fn unsent(&mut self) -> &mut VecDeque<Vec<u8>> {
        &mut self.queue.unsent
    }

    /// Until something is due; None: nothing ever.
    pub fn pause(&mut self) -> Option<Duration> {
        self.interface.poll_delay(Instant::now(), &self.sockets).map(Into::into)
    }
}

/// The device as the stack sees it.
struct Queue {
    received: VecDeque<Vec<u8>>,
    unsent: VecDeque<Vec<u8>>,
    mtu: usize,
}

struct Received(Vec<u8>);
struct Unsent<'a>(&'a mut VecDeque<Vec<u8>>);

impl Device for Queue {
    type RxToken<'a> = Received;
    type TxToken<'a> = Unsent<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Received, Unsent<'_>)> {
        Some((Received(self.received.pop_front()?), Unsent(&mut self.unsent)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Unsent<'_>> {
        Some(Unsent(&mut self.unsent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = self.mtu;
        capabilities
    }
}

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, take: F) -> R {
        take(&self.0)
    }
}

impl TxToken for Unsent<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let mut packet = vec![0; length];
        let result = fill(&mut packet);
        self.0.push_back(packet);
        result
    }
}

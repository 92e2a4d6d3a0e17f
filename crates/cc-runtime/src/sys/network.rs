//! Devices of the network namespace that the calling process is in.

use nix::errno::Errno;
use nix::libc;
use std::fs::File;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use tokio::io::unix::AsyncFd;

/// Lets loopback carry packets: in a fresh namespace it is down.
pub fn raise_loopback() -> nix::Result<()> {
    raise(&control()?, "lo")
}

/// Makes a device of this name whose packets are read from and written to the descriptor, each as bare IP. It goes with the descriptor.
pub fn make_tun(name: &str) -> nix::Result<OwnedFd> {
    let tun = File::options()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC)
        .open("/dev/net/tun")
        .map_err(|error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))?;
    let mut request = request(name);
    request.ifr_ifru.ifru_flags = i16::try_from(libc::IFF_TUN | libc::IFF_NO_PI).unwrap_or_default();
    // SAFETY: the call takes a pointer to a request, which outlives it.
    Errno::result(unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETIFF as libc::Ioctl, &raw mut request) })?;
    Ok(tun.into())
}

/// Gives a device its address in a network of four, raises it, and sends everything that is not local through it.
pub fn route_through(name: &str, own: Ipv4Addr, gateway: Ipv4Addr, mtu: u16) -> nix::Result<()> {
    let control = control()?;
    let mut asked = request(name);
    asked.ifr_ifru.ifru_addr = address(own);
    set(&control, libc::SIOCSIFADDR, &mut asked)?;
    asked.ifr_ifru.ifru_netmask = address(Ipv4Addr::new(255, 255, 255, 252));
    set(&control, libc::SIOCSIFNETMASK, &mut asked)?;
    asked.ifr_ifru.ifru_mtu = i32::from(mtu);
    set(&control, libc::SIOCSIFMTU, &mut asked)?;
    raise(&control, name)?;
    // SAFETY: all of it are numbers and pointers, for which zero is valid.
    let mut route: libc::rtentry = unsafe { std::mem::zeroed() };
    route.rt_dst = address(Ipv4Addr::UNSPECIFIED);
    route.rt_genmask = address(Ipv4Addr::UNSPECIFIED);
    route.rt_gateway = address(gateway);
    route.rt_flags = libc::RTF_UP | libc::RTF_GATEWAY;
    // SAFETY: the call takes a pointer to a route, which outlives it.
    let added = unsafe { libc::ioctl(control.as_raw_fd(), libc::SIOCADDRT as libc::Ioctl, &raw mut route) };
    Errno::result(added).map(drop)
}

/// Takes over a descriptor that the program was started with.
pub fn inherited(number: i32) -> nix::Result<OwnedFd> {
    nix::fcntl::fcntl(
        // SAFETY: borrowed for one call, which answers EBADF if there is no such descriptor.
        unsafe { std::os::fd::BorrowedFd::borrow_raw(number) },
        nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::FD_CLOEXEC),
    )?;
    // SAFETY: it is open, and whoever started the program gave it to this caller alone.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Tells when this descriptor can be read or written.
pub fn watched(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: it is owned, and so stays open and the same until it is dropped.
    Ok(unsafe { AsyncFd::register(descriptor) }?)
}

fn control() -> nix::Result<OwnedFd> {
    use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
    socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
}

fn request(name: &str) -> libc::ifreq {
    // SAFETY: all of it are numbers, of which zero is valid.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    // The last byte stays zero.
    let room = request.ifr_name.len() - 1;
    for (to, from) in request.ifr_name.iter_mut().take(room).zip(name.bytes()) {
        *to = from.cast_signed();
    }
    request
}

fn raise(control: &OwnedFd, name: &str) -> nix::Result<()> {
    let mut asked = request(name);
    asked.ifr_ifru.ifru_flags = i16::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or_default();
    set(control, libc::SIOCSIFFLAGS, &mut asked)
}

fn set(control: &OwnedFd, what: libc::c_ulong, asked: &mut libc::ifreq) -> nix::Result<()> {
    // SAFETY: the call takes a pointer to a request, which outlives it.
    let done = unsafe { libc::ioctl(control.as_raw_fd(), what as libc::Ioctl, &raw mut *asked) };
    Errno::result(done).map(drop)
}

fn address(ip: Ipv4Addr) -> libc::sockaddr {
    let inet = libc::sockaddr_in {
        sin_family: u16::try_from(libc::AF_INET).unwrap_or_default(),
        sin_port: 0,
        sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(ip.octets()) },
        sin_zero: [0; 8],
    };
    // SAFETY: both have 16 bytes, and any bytes are a valid address of the general kind.
    unsafe { std::mem::transmute(inet) }
}

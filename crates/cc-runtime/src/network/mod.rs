//! The network of containers: the host's, or one of their own behind a gateway.
//!
//! With a gateway a container has a network namespace with loopback and one device. What an app sends through the device is read by a
//! small process beside its supervisor ([`gateway`]), which speaks TCP with it and connects on the host to what [`policy`] allows.
//! Whoever wants to reach the app asks that process for a connection made inside the namespace ([`dial`]).

pub(crate) mod device;
pub(crate) mod dial;
pub(crate) mod gateway;
pub(crate) mod policy;

use policy::Policy;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// What the operator asks for; `Gateway` fails the start if it cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// A gateway where the host allows it, else shared.
    #[default]
    Auto,
    /// Every container has a network of its own.
    Gateway,
    /// All containers use the host's network, each with host ports of its own.
    Shared,
}

/// Four addresses for a container and its gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subnet {
    first: Ipv4Addr,
}

/// Network of all containers, 10.255.0.0/18: four addresses for each place of [`SLOTS`](crate::isolation::SLOTS) and the probe's.
const BASE: u32 = 0x0aff_0000;
const PREFIX: u32 = 18;

impl Subnet {
    /// Of the container with this place.
    pub fn of_slot(slot: u16) -> Self {
        Self { first: Ipv4Addr::from_bits(BASE + u32::from(slot) * 4) }
    }

    /// Address of the gateway, which answers queries for names as well.
    pub fn gateway(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.first.to_bits() + 1)
    }

    /// Address of the container.
    pub fn container(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.first.to_bits() + 2)
    }

    /// Whether this is the address of some container or gateway.
    pub fn contains(ip: Ipv4Addr) -> bool {
        ip.to_bits() >> (32 - PREFIX) == BASE >> (32 - PREFIX)
    }
}

/// What a supervisor must know to give its container a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub subnet: Subnet,
    pub policy: Policy,
    /// Empty: those that the host asks, as it says at the moment.
    pub name_servers: Vec<SocketAddr>,
}

#[cfg(test)]
mod tests {
    use super::Subnet;
    use crate::isolation::SLOTS;

    #[test]
    fn every_place_has_addresses_of_its_own_within_the_network() {
        let all: std::collections::BTreeSet<_> =
            (0..=SLOTS).map(Subnet::of_slot).flat_map(|net| [net.gateway(), net.container()]).collect();
        assert_eq!(all.len(), 2 * (usize::from(SLOTS) + 1));
        assert!(all.into_iter().all(Subnet::contains));
        assert!(!Subnet::contains([10, 255, 64, 0].into()) && !Subnet::contains([10, 254, 255, 255].into()));
    }
}

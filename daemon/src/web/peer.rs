//! Who asks: the address at the other end, or the one that a proxy we trust says that it speaks for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::Config;

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Whether an address is a proxy's that the operator trusts.
pub(super) fn is_trusted(config: &Config, address: IpAddr) -> bool {
    let address = address.to_canonical();
    config.trusted_proxies.iter().any(|network| network.contains(&address))
}

/// One customer has a whole network of IPv6 addresses.
pub(super) fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address => address,
    }
}

/// The address that a request comes from. Each proxy adds the one before it to the header, so that the last that is none of ours
/// is the nearest that can be believed.
pub(super) fn origin(config: &Config, peer: Option<&Peer>, headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer?.0.ip().to_canonical();
    if !is_trusted(config, peer) {
        return Some(peer);
    }
    let told: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let told = told.iter().flat_map(|list| list.split(','));
    let told: Vec<Option<IpAddr>> = told.map(|address| address.trim().parse().ok()).collect();
    let nearest = told.into_iter().rev().find(|address| !address.is_some_and(|address| is_trusted(config, address)));
    // What cannot be read is the proxy's word for somebody: all of them are one.
    Some(nearest.flatten().map_or(peer, |address| address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_as_far_as_it_can_know() {
        let text = "trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]";
        let config = crate::config::parse(text, &[]).expect("a valid config").config;
        let origin = |peer: &str, told: &[&str]| {
            let mut headers = HeaderMap::new();
            for told in told {
                headers.append("x-forwarded-for", told.parse().expect("a header"));
            }
            let peer = Peer(SocketAddr::new(peer.parse().expect("an address"), 1));
            origin(&config, Some(&peer), &headers).expect("there is a peer").to_string()
        };
        assert_eq!(origin("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(origin("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(origin("::ffff:127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            origin("127.0.0.1", &["203.0.113.9, 198.51.100.7", "10.1.2.3"]),
            "198.51.100.7",
            "the first is a claim"
        );
        assert_eq!(origin("10.1.1.1", &[]), "10.1.1.1");
        assert_eq!(origin("10.1.1.1", &["nonsense"]), "10.1.1.1");
    }
}

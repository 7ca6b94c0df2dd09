//! Where messages may go: to public addresses, whatever a name resolves to.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// The longest address, in bytes.
const URL_MAX: usize = 2_048;

/// What targets are refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Targets {
    /// For tests and demonstrations: also `http`, and addresses of this machine and of private networks.
    pub(crate) private: bool,
}

impl Targets {
    /// An address as it may be called; `None` when it may not.
    pub(crate) fn url(self, url: &str) -> Option<Url> {
        if url.len() > URL_MAX || !url.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let url = Url::parse(url).ok()?;
        let scheme = url.scheme() == "https" || (self.private && url.scheme() == "http");
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
        // A name is looked at when it is resolved.
        let literal = host.parse::<IpAddr>().is_ok_and(|address| !self.admit(address));
        (scheme && plain && !literal).then_some(url)
    }

    fn admit(self, address: IpAddr) -> bool {
        self.private || is_public(address)
    }
}

impl Resolve for Targets {
    /// One address of a name that is not public spoils the name: it could be meant to be the one that is taken.
    fn resolve(&self, name: Name) -> Resolving {
        let targets = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|address| targets.admit(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(io::Error::new(io::ErrorKind::PermissionDenied, "the name is of no public address")
                    .into())
            }
        })
    }
}

/// Whether an address is of the public internet (the IANA registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 31, 196)
            | (192, 52, 193)
            | (192, 88, 99)
            | (192, 168, _)
            | (192, 175, 48)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, ..] = address.segments();
    match (a, b) {
        // Translated from IPv4 (RFC 6052): it goes where the address inside goes.
        (0x0064, 0xff9b) if c == 0 => {
            let [.., high, low] = address.segments();
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Protocol assignments, documentation, 6to4, and documentation again.
        (0x2001, 0x0000..=0x01ff | 0x0db8) | (0x2002, _) | (0x3fff, 0x0000..=0x0fff) => false,
        // Only these are given out for the public internet.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for (address, expected) in [
            ("93.184.215.14", true),
            ("1.1.1.1", true),
            ("172.32.0.1", true),
            ("100.128.0.1", true),
            ("192.0.1.1", true),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.0.0.8", false),
            ("192.168.1.1", false),
            ("198.19.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:2800:21f::1", true),
            ("64:ff9b::5db8:d70e", true),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::a00:1", false),
            ("64:ff9b:1::1", false),
            ("::", false),
            ("::1", false),
            ("::ffff:93.184.215.14", false),
            ("::ffff:10.0.0.1", false),
            ("fe80::1", false),
            ("fc00::1", false),
            ("fd12::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("2002:7f00:1::1", false),
            ("3fff::1", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(is_public(address), expected, "{address}");
        }
    }

    #[test]
    fn an_address_is_https_and_has_no_private_host() {
        let strict = Targets { private: false };
        for (url, expected) in [
            ("https://shop.example/hooks?x=1", true),
            ("https://shop.example:8443/", true),
            ("https://93.184.215.14/", true),
            ("http://shop.example/", false),
            ("ftp://shop.example/", false),
            ("https://mei:secret@shop.example/", false),
            ("https://shop.example/#part", false),
            ("https://127.0.0.1/", false),
            ("https://2130706433/", false),
            ("https://0x7f.1/", false),
            ("https://[::1]/", false),
            ("https://[fe80::1]/", false),
            ("https://169.254.169.254/latest", false),
            ("https:///", false),
            ("shop.example", false),
            ("https://shop example/", false),
            (&format!("https://shop.example/{}", "x".repeat(URL_MAX)), false),
        ] {
            assert_eq!(strict.url(url).is_some(), expected, "{url}");
        }
        assert!(Targets { private: true }.url("http://127.0.0.1:9/").is_some());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_resolved() {
        let resolve = |private| {
            let name: Name = "localhost".parse().expect("a name");
            Targets { private }.resolve(name)
        };
        assert!(resolve(false).await.is_err());
        assert!(resolve(true).await.is_ok());
    }
}

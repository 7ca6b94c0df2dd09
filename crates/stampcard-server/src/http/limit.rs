//! Requests that are too many.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use stampcard_model::{ProgramId, api::ProblemCode};

use super::error::Failure;
use crate::App;

const FORWARDED: &str = "x-forwarded-for";

/// Lets through an address that has not asked too often. Where no socket is, as in a test, nobody is counted.
pub(super) async fn address(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if let Some(network) = asker(&app, &request).and_then(network) {
        admitted(app.parts().limiters.address.admit(network, app.now()))?;
    }
    Ok(next.run(request).await)
}

/// Counts a request with a publishable key.
pub(super) fn key(app: &App, key: &str) -> Result<(), Failure> {
    admitted(app.parts().limiters.key.admit(key, app.now()))
}

/// Counts a request of a member.
pub(super) fn member(app: &App, program: &ProgramId, reference: &str) -> Result<(), Failure> {
    admitted(app.parts().limiters.member.admit((program, reference), app.now()))
}

fn admitted(admitted: Result<(), u32>) -> Result<(), Failure> {
    admitted.map_err(|seconds| Failure::from(ProblemCode::RateLimited).after(seconds))
}

/// The address that asks: the one that a proxy says, which it put behind what it was told itself, or the peer's.
fn asker(app: &App, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if !app.parts().behind_proxy {
        return peer;
    }
    let told = request.headers().get_all(FORWARDED).iter().next_back().and_then(|told| told.to_str().ok());
    let last = told.and_then(|told| told.rsplit(',').next());
    last.and_then(|address| address.trim().parse().ok()).or(peer)
}

/// What counts as one asker; none for this machine itself.
fn network(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(IpAddr::V4(address)),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_and_this_machine_not_at_all() {
        for (address, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::")),
            ("127.0.0.1", None),
            ("127.8.9.1", None),
            ("::1", None),
            ("::ffff:127.0.0.1", None),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            let expected: Option<IpAddr> = expected.map(|network| network.parse().expect("an address"));
            assert_eq!(network(address), expected, "{address}");
        }
    }
}

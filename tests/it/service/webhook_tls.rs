//! Webhooks over TLS: whom the server believes, and what it sends then.

use std::{io, sync::Arc};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post, serve::Listener};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use serde_json::{Value, json};
use stampcard_server::{App, StartError};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    ground::{Ground, Place, settings},
    receiver::{add, round, show, verify},
};

type Calls = mpsc::UnboundedReceiver<(HeaderMap, Bytes)>;

/// A listener that speaks TLS.
struct Secured {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.expect("somebody comes");
            // Who does not believe the certificate hangs up.
            if let Ok(stream) = self.tls.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// An authority of a company's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate")
}

/// A merchant's server on `localhost`, for which the authority vouches.
async fn receiver(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> (String, Calls) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        )
        .expect("they fit");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = tcp.local_addr().expect("an address").port();
    let (told, calls) = mpsc::unbounded_channel();
    let take = |State(told): State<mpsc::UnboundedSender<_>>, headers: HeaderMap, body: Bytes| async move {
        told.send((headers, body)).expect("the test listens");
    };
    let router = Router::new().route("/hooks", post(take)).with_state(told);
    let secured = Secured { tcp, tls: TlsAcceptor::from(Arc::new(config)) };
    tokio::spawn(async move { axum::serve(secured, router).await });
    (format!("https://localhost:{port}/hooks"), calls)
}

/// A server that believes an authority, if there is one.
fn ground(place: &Place, authority: Option<&str>) -> Ground {
    let file = place.folder().join("authorities.pem");
    if let Some(authority) = authority {
        std::fs::write(&file, authority).expect("it is written");
    }
    Ground::with(|settings| {
        settings.limits.webhooks.private_targets = true;
        settings.limits.webhooks.timeout_ms = 5_000;
        settings.webhooks.authorities = authority.map(|_| file);
    })
}

#[tokio::test]
async fn an_address_is_told_over_tls_when_an_authority_of_the_settings_vouches_for_it() {
    let (place, ours) = (Place::new(), authority());
    let ground = ground(&place, Some(&ours.pem()));
    let (url, mut calls) = receiver(&ours, "localhost").await;
    let (_, secret) = add(&ground, &url, json!(["member.enrolled"])).await;
    let mei = ground.member("mei", 0).await;
    assert_eq!(round(&ground).await, (1, 0));
    let message: Value = verify(&secret, &calls.try_recv().expect("it came"));
    assert_eq!((&message["type"], &message["data"]["member_id"]), (&json!("member.enrolled"), &mei["id"]));
}

#[tokio::test]
async fn nothing_is_sent_to_whom_nobody_vouches_for() {
    let place = Place::new();
    let (ours, other) = (authority(), authority());
    for (believed, vouching, name) in [
        (None, &ours, "localhost"),
        (Some(ours.pem()), &other, "localhost"),
        (Some(ours.pem()), &ours, "elsewhere.example"),
    ] {
        let ground = ground(&place, believed.as_deref());
        let (url, mut calls) = receiver(vouching, name).await;
        let (id, _) = add(&ground, &url, json!(["member.enrolled"])).await;
        ground.member("mei", 0).await;
        assert_eq!(round(&ground).await, (0, 1), "{name}");
        assert!(calls.try_recv().is_err());
        let shown = show(&ground, &id).await;
        assert_eq!((shown.get("last_status"), &shown["waiting"]), (None, &json!(1)));
    }
}

#[tokio::test]
async fn a_file_without_authorities_is_refused_at_the_start() {
    for (text, why) in [(None, "os error 2"), (Some(""), "no certificate"), (Some("words"), "no certificate")]
    {
        let place = Place::new();
        let file = place.folder().join("authorities.pem");
        if let Some(text) = text {
            std::fs::write(&file, text).expect("it is written");
        }
        let mut settings = settings(place.folder());
        settings.webhooks.authorities = Some(file);
        let Err(StartError::Settings(said)) = App::open(settings) else { panic!("it opens with {text:?}") };
        assert!(said.contains("authorities.pem") && said.contains(why), "{said}");
    }
}

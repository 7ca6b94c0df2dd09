//! The native transport over real TCP, with the reference backend and with servers that mean no good.

use std::{
    future::pending,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Bytes,
    http::{StatusCode, header},
    routing::get,
};
use stampcard_client::{
    Backend, Error, Guest, Method, Native, NativeTransport, PageRequest, Request, Response, Transport,
    TransportError, Unreachable,
};
use stampcard_model::{IdempotencyKey, Points, RewardId, api::NewRedemption};
use tokio::net::TcpListener;

use crate::{
    client_backend::{listen, tcp_client, token},
    http_server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_redeems_over_tcp_from_a_task_of_any_thread() {
    let server = Server::open();
    server.enroll_with("mei", 150).await;
    let address = listen(server.router.clone()).await;
    let client = tcp_client(address, token(&server, "mei"));
    let done = tokio::spawn(async move {
        let me = client.me().await?;
        let key = IdempotencyKey::new("over-the-wire").unwrap();
        let price = Points::new(100).unwrap();
        let wish = NewRedemption { reward_id: RewardId::new("tote-bag").unwrap(), price, money_minor: 0 };
        let redemption = client.redeem(&key, &wish).await?;
        let vouchers = client.vouchers(&PageRequest::default()).await?;
        Ok::<_, Error>((me.balance.available.get(), redemption, vouchers.items))
    });
    let (available, redemption, vouchers) = done.await.unwrap().unwrap();
    assert_eq!((available, redemption.balance_after.get()), (150, 50));
    assert_eq!(Some(vouchers), redemption.voucher.map(|voucher| vec![voucher]));
}

#[tokio::test]
async fn a_wrong_publishable_key_is_a_mistake_of_the_integration() {
    let server = Server::open();
    let endpoint = format!("http://{}", listen(server.router.clone()).await);
    let client = Native::new(&endpoint, "pk_test_other", NativeTransport::new().unwrap(), Guest).unwrap();
    let error = client.program().await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("unauthorized", false));
    assert!(matches!(error, Error::Rejected { status: 401, .. }));
}

#[tokio::test]
async fn nobody_listening_is_offline() {
    // The port is free again when the listener is dropped, and nobody takes it before the test is over.
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let error = tcp_client(address, Guest).program().await.unwrap_err();
    assert_eq!(error, Error::Unreachable(Unreachable::Offline));
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_does_not_end_is_given_up_in_time() {
    let answered =
        [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"];
    for said in answered {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            // An answer before the request would be none.
            while stream.try_read(&mut [0; 4_096]).is_err() {
                stream.readable().await.unwrap();
            }
            stream.try_write(said).unwrap();
            pending::<()>().await;
        });
        assert_eq!(send(address, "/", 300).await, Err(TransportError::Timeout), "{said:?}");
    }
}

#[tokio::test]
async fn a_page_of_html_and_a_flood_of_json_are_no_bodies() {
    let flood = |bytes: usize| {
        let body = Bytes::from(vec![b' '; bytes]);
        get(async move || ([(header::CONTENT_TYPE, "application/json")], body))
    };
    let router = Router::new()
        .route("/html", get(|| async { ([(header::CONTENT_TYPE, "text/html")], "{}") }))
        .route("/unnamed", get(|| async { Bytes::from_static(b"{}") }))
        .route("/large", flood(4 << 20))
        .route("/flood", flood((4 << 20) + 1))
        .route(
            "/problem",
            get(|| async {
                let headers = [
                    (header::CONTENT_TYPE, "application/problem+json; charset=utf-8"),
                    (header::RETRY_AFTER, "2"),
                ];
                (StatusCode::SERVICE_UNAVAILABLE, headers, "{}")
            }),
        );
    let address = listen(router).await;
    for (path, bytes) in [("/html", None), ("/unnamed", None), ("/large", Some(4 << 20)), ("/flood", None)] {
        let Response { status, body, .. } = send(address, path, 10_000).await.unwrap();
        assert_eq!((status, body.map(|body| body.len())), (200, bytes), "{path}");
    }
    let expected = Response { status: 503, retry_after_ms: Some(2_000), body: Some(b"{}".to_vec()) };
    assert_eq!(send(address, "/problem", 10_000).await, Ok(expected));
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_elsewhere() {
    let visits = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&visits);
    let elsewhere = listen(Router::new().fallback(async move || {
        counter.fetch_add(1, Ordering::SeqCst);
        StatusCode::OK
    }));
    let there = format!("http://{}/v1/me", elsewhere.await);
    let redirect = async move || (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, there)]);
    let server = Server::open();
    let client = tcp_client(listen(Router::new().fallback(redirect)).await, token(&server, "mei"));
    assert_eq!(client.me().await, Err(Error::Rejected { status: 307, code: None }));
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

async fn send(address: SocketAddr, path: &str, timeout_ms: u32) -> Result<Response<Vec<u8>>, TransportError> {
    let request = Request {
        method: Method::Get,
        url: format!("http://{address}{path}"),
        headers: Vec::new(),
        body: None,
        timeout_ms,
        revalidate: false,
    };
    NativeTransport::new().unwrap().send(&request).await
}

//! Starting, starting again, and not being able to start.

use std::net::TcpListener;

use stampcard_demo::{Demo, Fault, Options};

use crate::visitor::{Place, options, order, www};

#[tokio::test]
async fn what_happened_is_still_there_after_a_restart() {
    let Place { demo, folder } = Place::new().await;
    let place = Place { demo, folder };
    let mut mira = place.visitor("mira").await;
    mira.post("/shop/checkout", order("1", &[("WARE-CUPS", 1)])).await;
    let balance = mira.balance().await;
    let (key, cookie) = (place.demo.publishable_key().to_owned(), mira.cookie.clone());
    let Place { demo, folder } = place;
    end(demo).await;

    let demo = Demo::start(&options(folder.path())).await.expect("the demo starts again");
    let place = Place { demo, folder };
    assert_eq!(place.demo.publishable_key(), key);
    let mut mira = place.visitor("guest").await;
    mira.cookie = cookie;
    assert_eq!(mira.balance().await, balance);
    let Place { demo, folder } = place;
    end(demo).await;

    let fresh = Options { fresh: true, ..options(folder.path()) };
    let demo = Demo::start(&fresh).await.expect("the demo starts over");
    let place = Place { demo, folder };
    assert_ne!(place.demo.publishable_key(), key);
    assert!(place.visitor("mira").await.balance().await < balance);
}

#[tokio::test]
async fn an_order_that_was_not_booked_is_booked_at_the_next_start() {
    let place = Place::new().await;
    let mut mira = place.visitor("mira").await;
    let before = mira.balance().await;
    place.demo.app().shutdown().await.expect("the ledger closes");
    mira.post("/shop/checkout", order("1", &[("WARE-CUPS", 1)])).await;
    let Place { demo, folder } = place;
    drop((demo, mira));

    let demo = Demo::start(&options(folder.path())).await.expect("the demo starts again");
    let place = Place { demo, folder };
    assert_eq!(place.visitor("mira").await.balance().await, before + 38);
}

#[tokio::test]
async fn a_history_that_was_cut_short_is_made_anew() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).expect("the folder takes a folder");
    std::fs::write(data.join("ledger.db"), "not a database").expect("the folder takes a file");
    let demo = Demo::start(&options(folder.path())).await.expect("the demo starts");
    let place = Place { demo, folder };
    assert!(place.visitor("amara").await.balance().await > 0);
}

#[tokio::test]
async fn what_keeps_the_demo_from_starting_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let good = options(folder.path());
    check(&Options { sdk: folder.path().join("nowhere"), ..good.clone() }, "cargo xtask build").await;
    check(&Options { www: folder.path().join("nowhere"), ..good.clone() }, "index.html").await;
    // A folder below a file cannot be made by anybody, not even by root.
    let below_a_file = www().join("index.html").join("data");
    check(&Options { data: below_a_file, ..good.clone() }, "--data").await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("a listener has an address").port();
    check(&Options { port, ..good.clone() }, &format!("port {port}")).await;

    let _running = Demo::start(&good).await.expect("the demo starts");
    check(&good, "Another demo").await;
}

async fn check(options: &Options, expected: &str) {
    let fault = match Demo::start(options).await {
        Ok(_) => panic!("the demo starts where it should not: {expected}"),
        Err(fault) => fault,
    };
    let sentence = fault.to_string();
    assert!(sentence.contains(expected) && sentence.ends_with(['.', 'd']), "{sentence}");
    assert!(!matches!(fault, Fault::Seed(_)), "{sentence}");
}

/// Ends a demo as an interrupt does.
async fn end(demo: Demo) {
    demo.serve(std::future::ready(())).await.expect("the demo ends in order");
}

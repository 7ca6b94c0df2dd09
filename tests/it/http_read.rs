//! Reads: pages, cursors, and answers that a browser may keep.

use axum::{body::Body, http::header};
use serde_json::Value;

use crate::http_server::{PAGE_KEY, Server, get};

#[tokio::test]
async fn pages_give_every_entry_once_newest_first() {
    let server = Server::open();
    server.enroll("ada").await;
    for order in 0..25 {
        server.book("ada", &format!("order-{order}"), 1).await.ok();
        server.let_pass(0, 1);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/me/entries?limit=7".to_owned();
    let mut pages = 0;
    loop {
        let page = server.get("ada", &path).await.ok();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["seq"].as_u64().unwrap()));
        pages += 1;
        // What comes in between changes nothing of what is older.
        server.book("ada", &format!("between-{pages}"), 1).await.ok();
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/me/entries?limit=7&cursor={next}");
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
    assert_eq!(pages, 4);
    assert_eq!(server.get("ada", "/v1/me/entries").await.ok()["items"].as_array().unwrap().len(), 20);
    let all = server.get("ada", "/v1/me/entries?limit=100").await.ok();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (29, &Value::Null));
}

#[tokio::test]
async fn the_catalogue_and_vouchers_have_pages_too() {
    let server = Server::open();
    server.enroll_with("ada", 300).await;
    let mut codes = Vec::new();
    for round in 0..3 {
        let voucher = server.redeem("ada", &format!("voucher-{round}"), "tote-bag", 100).await.ok();
        codes.insert(0, voucher["voucher"]["code"].clone());
    }
    let first = server.get("ada", "/v1/me/vouchers?limit=2").await.ok();
    let cursor = first["next"].as_str().unwrap();
    let second = server.get("ada", &format!("/v1/me/vouchers?limit=2&cursor={cursor}")).await.ok();
    let items =
        [first["items"].as_array().unwrap().clone(), second["items"].as_array().unwrap().clone()].concat();
    assert_eq!(items.iter().map(|voucher| voucher["code"].clone()).collect::<Vec<_>>(), codes);

    for (path, id) in [("/v1/rewards", "/id"), ("/v1/me/rewards", "/reward/id")] {
        let read = async |rest: String| {
            let request = get(&format!("{path}?limit=3{rest}"))
                .header("stampcard-key", PAGE_KEY)
                .header(header::AUTHORIZATION, server.bearer("ada"));
            server.send(request.body(Body::empty()).unwrap()).await.ok()
        };
        let first = read(String::new()).await;
        let second = read(format!("&cursor={}", first["next"].as_str().unwrap())).await;
        let ids: Vec<String> = [&first, &second]
            .iter()
            .flat_map(|page| page["items"].as_array().unwrap())
            .map(|item| item.pointer(id).unwrap().as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, ["tote-bag", "print", "tasting", "mug"], "{path}");
        assert_eq!(second["next"], Value::Null);
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let server = Server::open();
    for member in ["ada", "bea"] {
        server.enroll_with(member, 300).await;
        for round in 0..2 {
            server.redeem(member, &format!("round-number-{round}"), "tote-bag", 100).await.ok();
        }
    }
    let page = server.get("ada", "/v1/me/entries?limit=1").await.ok();
    let cursor = page["next"].as_str().unwrap().to_owned();
    assert_eq!(server.get("ada", &format!("/v1/me/entries?cursor={cursor}")).await.status, 200);
    let mut tampered = cursor.clone();
    tampered.replace_range(9..10, if &cursor[9..10] == "A" { "B" } else { "A" });
    for (member, path) in [
        ("bea", format!("/v1/me/entries?cursor={cursor}")),
        ("ada", format!("/v1/me/vouchers?cursor={cursor}")),
        ("ada", format!("/v1/me/rewards?cursor={cursor}")),
        ("ada", format!("/v1/me/entries?cursor={tampered}")),
        ("ada", format!("/v1/me/entries?cursor={cursor}A")),
        ("ada", format!("/v1/me/entries?cursor={}", &cursor[..cursor.len() - 1])),
        ("ada", "/v1/me/entries?cursor=".to_owned()),
        ("ada", "/v1/me/entries?cursor=AAAAAAAAAAE".to_owned()),
        ("ada", "/v1/me/entries?cursor=%00%ff".to_owned()),
    ] {
        let refused = server.get(member, &path).await;
        assert_eq!(refused.problem(), (400, "cursor_invalid".to_owned()), "{member} {path}");
    }
}

#[tokio::test]
async fn limits_are_1_to_100() {
    let server = Server::open();
    server.enroll("ada").await;
    for limit in ["0", "101", "-1", "1.5", "many", "", "99999999999999999999", "1&limit=2"] {
        let refused = server.get("ada", &format!("/v1/me/entries?limit={limit}")).await;
        assert_eq!(refused.problem(), (400, "bad_request".to_owned()), "{limit}");
    }
    assert_eq!(server.get("ada", "/v1/me/entries?limit=100&unknown=1").await.status, 200);
}

#[tokio::test]
async fn an_answer_at_hand_is_not_sent_again_until_it_changes() {
    let server = Server::open();
    server.enroll_with("ada", 10).await;
    let with = async |path: &str, known: &str| {
        let request = get(path)
            .header(header::AUTHORIZATION, server.bearer("ada"))
            .header("stampcard-key", PAGE_KEY)
            .header(header::IF_NONE_MATCH, known);
        server.send(request.body(Body::empty()).unwrap()).await
    };
    let keeps = [
        ("/v1/me", "private, no-cache"),
        ("/v1/me/entries", "private, no-cache"),
        ("/v1/me/rewards", "private, no-cache"),
        ("/v1/program", "public, max-age=60"),
        ("/v1/rewards", "public, max-age=60"),
    ];
    for (path, keep) in keeps {
        let fresh = with(path, "\"something-else\"").await;
        assert_eq!((fresh.status, fresh.header("cache-control")), (200, Some(keep)), "{path}");
        let varies = |name: &str| fresh.headers.get_all("vary").iter().any(|vary| vary == name);
        assert!(varies("accept-language") && varies("origin"), "{path}");
        // A cache that many share must not answer one program's page with another program.
        assert_eq!(varies("stampcard-key"), keep.starts_with("public"), "{path}");
        let tag = fresh.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"a\", {tag}"), "*".to_owned()] {
            let kept = with(path, &known).await;
            assert_eq!((kept.status, kept.bytes.len()), (304, 0), "{path} {known}");
            assert_eq!(kept.header("etag"), Some(tag.as_str()));
            assert_eq!(kept.header("cache-control"), Some(keep));
        }
    }
    let tag = server.get("ada", "/v1/me").await.header("etag").unwrap().to_owned();
    server.book("ada", "2", 1).await.ok();
    let changed = with("/v1/me", &tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn problems_are_kept_by_nobody() {
    let server = Server::open();
    let refused = server.get("nobody", "/v1/me").await;
    assert_eq!(refused.problem().0, 404);
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(refused.header("etag"), None);
}

//! A demo of its own, and somebody who visits it.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, header},
};
use serde_json::{Value, json};
use stampcard_demo::{Demo, Options};
use tempfile::TempDir;
use tower::ServiceExt;

/// A demo with a data folder of its own.
pub(crate) struct Place {
    pub(crate) demo: Demo,
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let demo = Demo::start(&options(folder.path())).await.expect("the demo starts");
        Self { demo, folder }
    }

    pub(crate) async fn visitor(&self, who: &str) -> Visitor {
        let origin = self.demo.shop_origin().to_owned();
        let mut visitor = Visitor {
            shop: self.demo.shop_router(),
            api: self.demo.app().router(),
            origin,
            cookie: String::new(),
        };
        let (status, _) = visitor.post("/shop/session", json!({ "member": who })).await;
        assert_eq!(status, StatusCode::OK);
        visitor
    }
}

/// Options for a demo in `folder`, with free ports.
pub(crate) fn options(folder: &Path) -> Options {
    let sdk = folder.join("sdk");
    std::fs::create_dir_all(&sdk).expect("the folder takes a folder");
    std::fs::write(sdk.join("stampcard.js"), "").expect("the folder takes a file");
    for (file, name) in
        [("custom-elements.json", "custom-elements.json"), ("types/stampcard.d.ts", "stampcard.d.ts")]
    {
        std::fs::copy(npm().join(file), sdk.join(name)).expect("the folder takes a file");
    }
    Options { port: 0, data: folder.join("data"), www: www(), sdk, fresh: false, token_life_s: 300 }
}

pub(crate) fn www() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www")
}

/// Where the widget's files come from that are not built.
pub(crate) fn npm() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../stampcard-widget/npm")
}

/// Somebody with a browser, which keeps the cookie and says where requests come from.
pub(crate) struct Visitor {
    shop: Router,
    api: Router,
    pub(crate) origin: String,
    pub(crate) cookie: String,
}

impl Visitor {
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        let response = self.send(Method::GET, path, &[], Body::empty()).await;
        read(response).await
    }

    /// A page's markup.
    pub(crate) async fn page(&self, path: &str, language: &str) -> (StatusCode, String) {
        let headers = [("accept-language", language.to_owned())];
        let response = self.send(Method::GET, path, &headers, Body::empty()).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("the page can be read");
        (status, String::from_utf8(bytes.to_vec()).expect("a page is text"))
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        let headers = [("origin", self.origin.clone()), ("content-type", "application/json".to_owned())];
        let response = self.send(Method::POST, path, &headers, Body::from(body.to_string())).await;
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie is text");
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        read(response).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Body,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(body).expect("the request has a shape");
        self.shop.clone().oneshot(request).await.expect("a router always answers")
    }

    /// Asks the loyalty API as the visitor's page does.
    pub(crate) async fn ask_api(&self, path: &str) -> Value {
        self.api(Method::GET, path, None).await
    }

    /// Redeems a reward as the visitor's page does, and answers with the voucher's code.
    pub(crate) async fn redeem(&self, reward: &str, price: u64) -> String {
        let body = json!({ "reward_id": reward, "price": price });
        let redemption = self.api(Method::POST, "/v1/me/redemptions", Some(body)).await;
        redemption["voucher"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no voucher: {redemption}"))
            .to_owned()
    }

    async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (_, token) = self.get("/shop/token").await;
        let token = token["token"].as_str().expect("the visitor is a member");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, &self.origin)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                "idempotency-key",
                format!("test-{path}-{body:?}").replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
            )
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
            .expect("the request has a shape");
        let response = self.api.clone().oneshot(request).await.expect("a router always answers");
        read(response).await.1
    }

    /// What the visitor can spend.
    pub(crate) async fn balance(&self) -> u64 {
        self.ask_api("/v1/me").await["balance"]["available"].as_u64().expect("a balance is a number")
    }
}

/// A checkout under `key`.
pub(crate) fn order(key: &str, lines: &[(&str, u32)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    json!({ "key": format!("test-key-{key}"), "lines": lines })
}

/// The same with a voucher.
pub(crate) fn with_voucher(mut order: Value, code: &str) -> Value {
    order["voucher"] = json!(code);
    order
}

async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("the answer can be read");
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

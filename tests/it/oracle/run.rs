//! Runs scripts on the real server and beside the model, and makes those that show a difference short.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt;
use jsonwebtoken::Header;
use serde_json::{Value, json};
use stampcard_model::{EarnRule, EarnRuleKind, Timestamp};
use stampcard_server::{
    App, Seams, Settings,
    settings::{
        Limits, MemberTokens, ProgramSettings, ProgramSource, Rates, Secret, SecretKeyHash, SecretSource,
    },
    sweep::sweep,
};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{
    model::{Answer, Model},
    previewing::Previewed,
    script::{Act, Script, Step},
};
use crate::http_server::{SECRET, post, token};

/// A server with a program for each of some scripts, and a clock that scripts set.
pub struct Server {
    app: App,
    router: Router,
    now: Arc<AtomicI64>,
    folder: TempDir,
    /// Each order that was booked as it was previewed, as JSON: what was told for it, the order, and the preview.
    previews: RefCell<Vec<String>>,
}

/// What the server said: status and body, without what is different each time.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    status: u16,
    body: Value,
}

impl Server {
    /// Fails when some program is none that a server takes. All scripts are about the same velocity.
    pub fn open(scripts: &[Script]) -> Result<Self, String> {
        let folder = folder();
        let now = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&now);
        let clock = Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst)));
        let programs = scripts.iter().enumerate().map(|(index, script)| {
            let versions = [Some(&script.program), script.next.as_ref()].into_iter().flatten();
            let versions = versions.enumerate().map(|(version, document)| {
                let mut document = document.clone();
                document["id"] = json!(name(index));
                let file = folder.path().join(format!("{}-{version}.json", name(index)));
                fs::write(&file, document.to_string()).map_err(|error| error.to_string())?;
                Ok(file)
            });
            Ok(ProgramSettings {
                program: ProgramSource::Files(versions.collect::<Result<_, String>>()?),
                publishable_keys: Vec::new(),
                secret_keys: vec![SecretKeyHash::of(&merchant_key(index))],
                member_tokens: MemberTokens {
                    secret: Some(SecretSource::Value(Secret::new(SECRET))),
                    ..MemberTokens::default()
                },
            })
        });
        let programs = programs.collect::<Result<_, String>>()?;
        let limits = Limits { rates: Rates::UNLIMITED, velocity: scripts[0].velocity, ..Limits::default() };
        let settings =
            Settings { database: folder.path().join("ledger.db"), limits, programs, ..Settings::default() };
        let app = App::open_with(settings, Seams { clock, ..Seams::default() });
        let app = app.map_err(|error| error.to_string())?;
        Ok(Self { router: app.router(), app, now, folder, previews: RefCell::default() })
    }

    async fn send(&self, request: Request<Body>) -> Said {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("request_id");
        }
        Said { status, body }
    }

    /// Every invariant that the server knows; the previews that came true.
    pub async fn close(self) -> Result<Vec<String>, String> {
        self.app.shutdown().await.map_err(|error| error.to_string())?;
        let report = stampcard_server::verify(&self.folder.path().join("ledger.db"));
        let report = report.map_err(|error| error.to_string())?;
        let held = report.holds().then(|| self.previews.take());
        held.ok_or_else(|| format!("the ledger does not hold\n{report}"))
    }
}

/// In memory, where there is such a place.
fn folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap()
}

fn name(index: usize) -> String {
    format!("p{index}")
}

fn merchant_key(index: usize) -> String {
    format!("sk_oracle_{index}")
}

/// A script on its way.
pub(super) struct Run<'a> {
    pub(super) server: &'a Server,
    pub(super) index: usize,
    pub(super) model: Model,
    said: BTreeMap<usize, Said>,
    /// The redemption and the code of the voucher that a step brought.
    pub(super) redemptions: BTreeMap<usize, (String, Option<String>)>,
    pub(super) steps: BTreeMap<usize, &'a Step>,
}

/// Runs a script, whose program is the server's `index`-th; the first difference, if there is one.
pub async fn run(server: &Server, index: usize, script: &Script) -> Result<(), String> {
    let steps = script.steps.iter().map(|step| (step.number, step)).collect();
    let model = Model::new(script);
    let mut run = Run { server, index, model, said: BTreeMap::new(), redemptions: BTreeMap::new(), steps };
    server.now.store(script.begins, Ordering::SeqCst);
    for member in 0..script.members {
        let enroll = json!({"reference": run.member(member)});
        let said =
            server.send(post("/v1/members", &run.merchant(), &format!("enroll-{member}"), &enroll)).await;
        if said.status != 201 {
            return Err(format!("nobody enrolls: {said:?}"));
        }
    }
    for step in &script.steps {
        server.now.store(step.at, Ordering::SeqCst);
        run.step(step).await.map_err(|difference| format!("at step {}: {difference}", step.number))?;
    }
    for member in 0..script.members {
        run.look_back(member).await.map_err(|difference| format!("in the end: {difference}"))?;
    }
    Ok(())
}

impl Run<'_> {
    pub(super) fn member(&self, member: usize) -> String {
        format!("member-{member}-of-{}", self.index)
    }

    pub(super) fn merchant(&self) -> String {
        format!("Bearer {}", merchant_key(self.index))
    }

    pub(super) fn bearer(&self, member: usize) -> String {
        let now = self.server.now.load(Ordering::SeqCst) / 1_000;
        let claims =
            json!({"sub": self.member(member), "aud": name(self.index), "iat": now, "exp": now + 300});
        format!("Bearer {}", token(&Header::default(), &claims, SECRET))
    }

    async fn get(&self, member: usize, path: &str) -> Value {
        let request = Request::get(path).header("authorization", self.bearer(member)).body(Body::empty());
        self.server.send(request.unwrap()).await.body
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        let expected = self.model.carry_out(step);
        match (&step.act, expected) {
            (Act::Again { step: of }, _) => self.again(*of).await?,
            (Act::Reuse { step: of }, _) => self.reuse(*of).await?,
            (Act::Sweep, _) => {
                let swept = sweep(&self.server.app, self.server.app.now()).await;
                swept.map_err(|error| format!("it does not sweep: {error}"))?;
            }
            (Act::Look, _) => self.look(step).await?,
            (_, Some(expected)) => {
                let previewed = self.previewed(step).await;
                let code = self.code(step).await;
                let said = self.server.send(self.request(step, code.as_deref())).await;
                compare(&expected, &said)?;
                if let Some(previewed) = previewed.filter(|_| said.status == 201) {
                    self.server.previews.borrow_mut().push(previewed.came_true(&said.body)?);
                }
                let of = match step.act {
                    Act::Redeem { .. } => Some(step.number),
                    Act::Review { redemption, .. } => Some(redemption),
                    _ => None,
                };
                if let Some(of) = of.filter(|_| said.status < 300) {
                    let text = |pointer: &str| said.body.pointer(pointer)?.as_str().map(str::to_owned);
                    self.redemptions.insert(of, (text("/id").unwrap(), text("/voucher/code")));
                }
                match step.act {
                    // With the member the answers are forgotten that name them.
                    Act::Erase => self.said.clear(),
                    // Nothing is kept for who is no member.
                    _ if said.body["code"] == "member_not_found" => {}
                    _ => drop(self.said.insert(step.number, said)),
                }
            }
            (act, None) => panic!("{act} is answered"),
        }
        for member in 0..self.model.present.len() {
            let me = self.get(member, "/v1/me").await;
            equal(&format!("what member {member} sees"), &self.model.seen(member, step.at), &seen(&me))?;
        }
        match step.act {
            Act::Redeem { .. } | Act::Cancel { .. } | Act::Use { .. } | Act::Review { .. } => {
                self.vouchers(step).await
            }
            Act::Look => {
                self.friends(step).await?;
                self.vouchers(step).await
            }
            Act::Order(_) | Act::Refund { .. } | Act::Follow { .. } => self.friends(step).await,
            _ => Ok(()),
        }
    }

    /// What a page says of an order right before it is booked; none for anything else.
    async fn previewed(&self, step: &Step) -> Option<Previewed> {
        let Act::Order(order) = &step.act else { return None };
        let earning = self.get(step.member, "/v1/me/earning").await;
        Some(Previewed::of(earning, json!(order)))
    }

    /// What who invites the member does it with; a code of nobody's when they have none.
    async fn code(&self, step: &Step) -> Option<String> {
        let Act::Follow { advocate } = step.act else { return None };
        let referral = self.get(advocate, "/v1/me/referral").await;
        Some(
            referral["code"]
                .as_str()
                .filter(|_| referral["friends"].is_array())
                .unwrap_or("NOBODY22")
                .to_owned(),
        )
    }

    /// The same request has the answer of the first time.
    async fn again(&self, step: usize) -> Result<(), String> {
        let (Some(step), Some(before)) = (self.steps.get(&step), self.said.get(&step)) else { return Ok(()) };
        let said = self.server.send(self.request(step, self.code(step).await.as_deref())).await;
        equal(
            "the answer to the same request",
            &json!([before.status, before.body]),
            &json!([said.status, said.body]),
        )
    }

    async fn reuse(&self, step: usize) -> Result<(), String> {
        let Some(step) = self.steps.get(&step).filter(|step| self.said.contains_key(&step.number)) else {
            return Ok(());
        };
        let act = match step.act.clone() {
            Act::Order(order) => {
                Act::Order(stampcard_model::Order { shipping_minor: order.shipping_minor + 1, ..order })
            }
            Act::Redeem { reward, price, money } => Act::Redeem { reward, price: price + 1, money },
            act => act,
        };
        let said = self.server.send(self.request(&Step { act, ..(*step).clone() }, None)).await;
        equal("the answer to another request", &json!("idempotency_key_reused"), &said.body["code"])
    }

    /// Each reward's price and what stands in its way.
    async fn look(&self, step: &Step) -> Result<(), String> {
        let Some(who) = self.model.present[step.member] else { return Ok(()) };
        let expected = self.model.catalogue(who, step.at);
        let rewards = self.get(step.member, "/v1/me/rewards").await;
        let said = rewards["items"].as_array().into_iter().flatten().map(|mine| {
            json!([mine["reward"]["id"], mine["reward"]["price"], mine["missing"], mine["refusal"]])
        });
        equal("the catalogue", &expected, &said.collect())
    }

    /// What became of whom each member invited.
    async fn friends(&self, step: &Step) -> Result<(), String> {
        let invites = |rule: &EarnRule| matches!(rule.earn, EarnRuleKind::Referral { .. });
        if !self.model.program.earn_rules.iter().any(invites) {
            return Ok(());
        }
        for (person, life) in self.model.present.iter().enumerate() {
            let Some(life) = life else { continue };
            let referral = self.get(person, "/v1/me/referral").await;
            let said = referral["friends"].as_array().into_iter().flatten();
            let said = said.map(|friend| json!([friend["state"], friend["points"]])).collect();
            equal(&format!("the friends of {person} after {}", step.act), &self.model.friends(*life), &said)?;
        }
        Ok(())
    }

    async fn vouchers(&self, step: &Step) -> Result<(), String> {
        let Some(who) = self.model.present[step.member] else { return Ok(()) };
        let expected: Vec<Value> = self
            .model
            .vouchers(who, step.at)
            .iter()
            .rev()
            .map(|(step, state)| json!([self.redemptions.get(step).map(|(_, code)| code), state]))
            .collect();
        let vouchers = self.get(step.member, "/v1/me/vouchers?limit=100").await;
        let said = vouchers["items"].as_array().into_iter().flatten();
        let said: Vec<Value> = said.map(|voucher| json!([voucher["code"], voucher["state"]])).collect();
        equal("the vouchers", &json!(expected), &json!(said))
    }

    /// The history of a member adds up to what they have.
    async fn look_back(&mut self, member: usize) -> Result<(), String> {
        let now = self.server.app.now();
        self.model.live_until(now.as_millis());
        self.model.give(now.as_millis());
        sweep(&self.server.app, now).await.map_err(|error| format!("it does not sweep: {error}"))?;
        let entries = self.get(member, "/v1/me/entries?limit=100").await;
        let entries = entries["items"].as_array().cloned().unwrap_or_default();
        let sum = |field: &str| entries.iter().filter_map(|entry| entry[field].as_i64()).sum::<i64>();
        let Some(life) = self.model.present[member] else { return Ok(()) };
        let model = &self.model.members[life];
        let expected = json!({"available": model.available(), "pending": model.pending()});
        let said = json!({"available": sum("delta"), "pending": sum("pending_delta")});
        equal("the sum of the history", &expected, &said)
    }
}

fn compare(expected: &Answer, said: &Said) -> Result<(), String> {
    let places = match expected {
        Ok(places) if said.status < 300 => places,
        Ok(_) => return Err(format!("it was refused with {}", said.body["code"])),
        Err(refusal) => {
            let told = if said.status < 300 { &said.body } else { &said.body["code"] };
            return equal("the refusal", &json!(refusal.code()), told);
        }
    };
    let mut body = said.body.clone();
    if let Some(accruals) = body["accruals"].as_array().cloned() {
        let mut by_rule: BTreeMap<String, u64> = BTreeMap::new();
        for accrual in accruals {
            let rule = accrual["rule_id"].as_str().unwrap().to_owned();
            *by_rule.entry(rule).or_default() += accrual["points"].as_u64().unwrap();
        }
        by_rule.retain(|_, points| *points > 0);
        body["accruals"] = json!(by_rule);
    }
    for (pointer, value) in places {
        equal(pointer, value, body.pointer(pointer).unwrap_or(&Value::Null))?;
    }
    Ok(())
}

/// Of what a member sees, what the model knows.
fn seen(me: &Value) -> Value {
    if me["balance"].is_null() {
        return me["code"].clone();
    }
    let next = &me["tier"]["next"];
    let next =
        if next.is_null() { Value::Null } else { json!({"tier": next["tier"], "missing": next["missing"]}) };
    let (balance, tier) = (&me["balance"], &me["tier"]);
    json!({
        "available": balance["available"], "pending": balance["pending"], "held": balance["held"],
        "owed": balance["owed"].as_u64().unwrap_or(0), "expiring": me["expiring"], "tier": tier["tier"],
        "qualifying": tier["qualifying"], "next": next, "until": tier["until"],
    })
}

fn equal(what: &str, expected: &Value, said: &Value) -> Result<(), String> {
    if expected == said {
        return Ok(());
    }
    Err(format!("{what}\n  model  {expected}\n  server {said}"))
}

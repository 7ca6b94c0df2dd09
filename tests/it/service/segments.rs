//! Whom a rule is for: segments that the merchant says, consents that the member gives, and nothing personal at all.

use serde_json::{Value, json};

use super::ground::Ground;

fn ground() -> Ground {
    Ground::of(|program| {
        let rule = |id: &str, points: u64, when: Value| json!({"id": id, "title": {"en": id}, "earn": {"type": "visit", "points": points}, "when": when});
        program["earn_rules"] = json!([
            rule("everybody", 1, json!({})),
            rule("gardeners", 10, json!({"segments": ["gardeners", "farmers"]})),
            rule("readers", 100, json!({"consents": ["news"]})),
        ]);
    })
}

async fn say(ground: &Ground, segments: Value) -> Value {
    let said = ground.post("/v1/members", json!({"reference": "mei", "segments": segments})).await;
    assert!(said.status.is_success(), "{}", said.text);
    said.body["segments"].clone()
}

/// What an order earns, and which rules gave nothing and why.
async fn order(ground: &Ground, id: &str) -> (u64, Value) {
    let booked = ground.order("mei", id, 1).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
    (booked.body["points"].as_u64().expect("points"), booked.body["missed"].clone())
}

#[tokio::test]
async fn a_rule_for_a_segment_is_for_those_who_belong_to_it() {
    let ground = ground();
    ground.member("mei", 0).await;
    let (points, missed) = order(&ground, "1").await;
    assert_eq!(points, 1);
    assert_eq!(missed[0], json!({"rule_id": "gardeners", "reason": {"type": "other_members"}}));
    assert_eq!(say(&ground, json!(["gardeners", "cooks", "cooks"])).await, json!(["cooks", "gardeners"]));
    assert_eq!(order(&ground, "2").await.0, 11);
    let left_out = ground.post("/v1/members", json!({"reference": "mei", "display_name": "Li"})).await;
    assert_eq!(left_out.body["segments"], json!(["cooks", "gardeners"]), "what is left out stays");
    assert!(say(&ground, json!([])).await.is_null(), "an empty list is none");
    assert_eq!(order(&ground, "3").await.0, 1);
}

#[tokio::test]
async fn a_rule_that_needs_a_consent_follows_the_last_decision() {
    let ground = ground();
    ground.member("mei", 0).await;
    let (points, missed) = order(&ground, "1").await;
    assert_eq!((points, &missed[1]["reason"]["type"]), (1, &json!("consent_missing")));
    for (granted, id, expected) in [(true, "2", 101), (false, "3", 1), (true, "4", 101)] {
        ground.clock.pass(1_000);
        assert_eq!(ground.decide("mei", "news", granted).await.status, 200);
        assert_eq!(order(&ground, id).await.0, expected, "order {id}");
    }
}

#[tokio::test]
async fn whoever_wants_nothing_personal_belongs_to_no_segment_until_they_change_their_mind() {
    let ground = ground();
    ground.member("mei", 0).await;
    say(&ground, json!(["gardeners"])).await;
    ground.decide("mei", "news", true).await;
    let personalized = async || ground.get("/v1/me", "mei").await.body["personalized"].clone();
    assert!(personalized().await.is_null(), "it goes without saying");
    ground.decide("mei", "personalization", false).await;
    assert_eq!(personalized().await, json!(false));
    assert_eq!(order(&ground, "1").await.0, 101, "what the member agreed to is no choice of the merchant's");
    ground.decide("mei", "personalization", true).await;
    assert!(personalized().await.is_null());
    assert_eq!(order(&ground, "2").await.0, 111);
    let history = ground.get("/v1/me/export", "mei").await.body["consents"].clone();
    assert_eq!(history.as_array().map(Vec::len), Some(3), "every decision is kept");
}

#[tokio::test]
async fn segments_and_household_are_in_the_copy_move_along_and_are_forgotten() {
    let ground = ground();
    ground.member("mei", 10).await;
    say(&ground, json!(["gardeners"])).await;
    let body = json!({"reference": "mei", "household": "digest-of-harbour-street"});
    assert_eq!(ground.post("/v1/members", body).await.body["household"], "digest-of-harbour-street");
    let copy = ground.get("/v1/me/export", "mei").await.body;
    assert_eq!(
        (&copy["segments"], &copy["household"]),
        (&json!(["gardeners"]), &json!("digest-of-harbour-street"))
    );
    let (there, _) = ground.moved();
    let there = ground.at(&there);
    let copy_there = there.get("/v1/me/export", "mei").await.body;
    assert_eq!((&copy_there["segments"], &copy_there["household"]), (&copy["segments"], &copy["household"]));
    ground.erase("mei").await;
    let (_, text) = ground.moved();
    let members: Vec<&str> = text.lines().filter(|line| line.contains("\"record\":\"member\"")).collect();
    assert!(
        members.iter().all(|line| !line.contains("gardeners") && !line.contains("digest")),
        "{members:?}"
    );
}

#[tokio::test]
async fn segments_out_of_shape_are_refused_by_their_place() {
    let ground = ground();
    for (field, wrong, pointer) in [
        ("segments", json!(["two words"]), "/segments/0"),
        ("segments", json!("gardeners"), "/segments"),
        ("segments", json!(vec!["x"; 51]), "/segments"),
        ("household", json!(""), "/household"),
        ("birthday", json!("02-30"), "/birthday"),
    ] {
        let mut body = json!({"reference": "mei"});
        body[field] = wrong;
        let refused = ground.post("/v1/members", body).await;
        assert_eq!(refused.told(), (422, "invalid_body"), "{}", refused.text);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
}

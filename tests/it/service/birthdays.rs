//! Birthdays: who says them, when they count, and what they earn.

use serde_json::{Value, json};

use super::ground::{Ground, Place};

const DAY: i64 = 86_400_000;

/// The clock begins on the 10th of January.
fn ground() -> Ground {
    Ground::of(|program| {
        let gift = json!({"type": "activity", "activity": "birthday", "points": 100, "span": "day"});
        program["earn_rules"] = json!([
            {"id": "spend", "title": {"en": "Shop"},
             "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": 100}}},
            {"id": "birthday", "title": {"en": "Birthday"}, "earn": gift},
        ]);
        program["multipliers"] = json!([
            {"id": "birthday-month", "title": {"en": "Your month"}, "factor": 30000, "when": {"birthday": "month"}},
        ]);
    })
}

async fn say(ground: &Ground, birthday: &str) -> Value {
    let said = ground.post("/v1/members", json!({"reference": "mei", "birthday": birthday})).await;
    assert!(said.status.is_success(), "{}", said.text);
    said.body
}

/// Claims the birthday gift; answers with the points or the code of the refusal.
async fn claim(ground: &Ground, id: &str) -> Result<u64, String> {
    let body = json!({"activity": {"id": id, "kind": "birthday"}});
    let claimed = ground.post_as("/v1/me/activities", "mei", body).await;
    claimed.body["points"].as_u64().ok_or_else(|| claimed.told().1.to_owned())
}

#[tokio::test]
async fn a_birthday_earns_on_its_day_and_once_a_year() {
    let ground = ground();
    ground.member("mei", 0).await;
    assert_eq!(claim(&ground, "none-yet").await, Err("not_open".to_owned()));
    assert_eq!(say(&ground, "01-11").await["birthday"], "01-11");
    assert_eq!(claim(&ground, "too-early").await, Err("not_open".to_owned()));
    ground.clock.pass(DAY);
    assert_eq!(claim(&ground, "today").await, Ok(100));
    assert_eq!(claim(&ground, "once-more").await, Err("earn_limit_reached".to_owned()));
    ground.clock.pass(365 * DAY);
    assert_eq!(claim(&ground, "a-year-on").await, Ok(100));
    assert_eq!(ground.available("mei").await, 200);
}

#[tokio::test]
async fn a_birthday_that_is_moved_about_brings_nothing_more() {
    let ground = ground();
    ground.member("mei", 0).await;
    say(&ground, "01-10").await;
    assert_eq!(claim(&ground, "first").await, Ok(100));
    let order = async |id: &str| {
        let booked = ground.order("mei", id, 10).await;
        booked.body["points"].as_u64().expect("points")
    };
    assert_eq!(order("in-the-month").await, 30);
    ground.clock.pass(31 * DAY);
    assert_eq!(order("after-it").await, 10);
    say(&ground, "02-10").await;
    assert_eq!(claim(&ground, "again").await, Err("not_open".to_owned()));
    assert_eq!(order("in-the-other-month").await, 10, "it does not count yet");
    // Saying the same again does not begin the wait anew.
    ground.clock.pass(364 * DAY);
    say(&ground, "02-10").await;
    ground.clock.pass(DAY);
    assert_eq!(claim(&ground, "a-year-on").await, Ok(100));
    assert_eq!(order("in-the-month-now").await, 30);
}

#[tokio::test]
async fn a_member_tells_the_birthday_once_and_the_merchant_corrects_it() {
    let ground = ground();
    ground.member("mei", 0).await;
    let tell = async |day: &str| ground.put_as("/v1/me/birthday", "mei", json!({"birthday": day})).await;
    for wrong in ["13-01", "02-30", "1-1", "2000-01-10", ""] {
        let refused = tell(wrong).await;
        assert_eq!(refused.told(), (422, "invalid_body"), "{wrong}");
        assert_eq!(refused.body["errors"][0]["pointer"], "/birthday");
    }
    assert!(ground.get("/v1/me", "mei").await.body["member"]["birthday"].is_null());
    let told = tell("02-29").await;
    assert_eq!((told.status.as_u16(), &told.body), (200, &json!({"birthday": "02-29"})));
    assert_eq!(tell("02-29").await.status, 200, "the same again");
    assert_eq!(tell("03-01").await.told(), (409, "birthday_already_told"));
    assert_eq!(ground.get("/v1/me", "mei").await.body["member"]["birthday"], "02-29");
    assert_eq!(say(&ground, "03-01").await["birthday"], "03-01");
    let left_out = ground.post("/v1/members", json!({"reference": "mei"})).await;
    assert_eq!(left_out.body["birthday"], "03-01", "what is left out stays");
    let stranger = ground.put_as("/v1/me/birthday", "nobody", json!({"birthday": "01-01"})).await;
    assert_eq!(stranger.told(), (404, "member_not_found"));
}

#[tokio::test]
async fn a_birthday_is_in_the_copy_moves_along_and_is_forgotten() {
    let ground = ground();
    ground.member("mei", 10).await;
    say(&ground, "11-27").await;
    say(&ground, "11-28").await;
    assert_eq!(ground.get("/v1/me/export", "mei").await.body["member"]["birthday"], "11-28");
    let (there, text) = ground.moved();
    assert!(
        text.contains("\"birthday\":\"11-28\",\"birthday_counts_at\":\"2027-01-10T08:00:00Z\""),
        "{text}"
    );
    assert_same(&there, &ground).await;
    ground.erase("mei").await;
    let (_, text) = ground.moved();
    assert!(!text.contains("11-28"), "{text}");
    let ground = ground.again(|_| {}).await;
    for file in std::fs::read_dir(ground.folder()).expect("the folder is there") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it is read");
        assert!(!bytes.windows(5).any(|part| part == b"11-28"), "it is left in the file");
    }
}

async fn assert_same(there: &Place, ground: &Ground) {
    let there = ground.at(there);
    for path in ["/v1/me", "/v1/me/export"] {
        assert_eq!(there.get(path, "mei").await.body, ground.get(path, "mei").await.body, "{path}");
    }
}

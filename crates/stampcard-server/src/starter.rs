//! A small program to start from.

use serde_json::json;
use stampcard_model::{MoneyCode, Program, ProgramId};

use crate::explain::{Language, digits};

/// What is chosen when a program is begun.
#[derive(clap::Args)]
pub(crate) struct Beginning {
    /// What members read as its name.
    #[arg(long)]
    name: String,
    /// The language of its texts.
    #[arg(long, value_enum, default_value = "en")]
    locale: Language,
    /// Its id in settings and tokens; made of the name's letters unless it is given.
    #[arg(long, value_parser = |id: &str| ProgramId::new(id))]
    id: Option<ProgramId>,
    /// What members call one of its points.
    #[arg(long, value_name = "WORD")]
    point: Option<String>,
    /// What members call any other number of them.
    #[arg(long, value_name = "WORD")]
    points: Option<String>,
    /// The money that orders are in (ISO 4217).
    #[arg(long, value_name = "CODE", value_parser = |code: &str| MoneyCode::try_from(code.to_owned()))]
    money: Option<MoneyCode>,
    /// The IANA time zone of its days.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

/// A program with one of each thing that most programs have.
///
/// # Errors
/// Fails when what was chosen is not what a program can say.
pub(crate) fn begin(chosen: Beginning) -> Result<Program, serde_json::Error> {
    let Beginning { name, locale, id, point, points, money, time_zone } = chosen;
    let tag = locale.tag();
    let english = locale == Language::English;
    let said =
        |in_english: &str, in_chinese: &str| json!({ tag: if english { in_english } else { in_chinese } });
    let usual = |in_english: &str, in_chinese: &str| if english { in_english } else { in_chinese }.to_owned();
    let point = point.unwrap_or_else(|| usual("point", "积分"));
    let points = points.unwrap_or_else(|| if point == "point" { "points".to_owned() } else { point.clone() });
    let money = money.map_or_else(|| usual("EUR", "CNY"), String::from);
    let unit = 10_u64.pow(MoneyCode::try_from(money.clone()).map_or(2, |code| digits(&code)));
    serde_json::from_value(json!({
        "id": id.map_or_else(|| id_of(&name), String::from),
        "version": 1,
        "name": {tag: name},
        "default_locale": tag,
        "currency": {"terminology": {tag: {"one": point, "other": points}}},
        "money": money,
        "time_zone": time_zone.unwrap_or_else(|| usual("Europe/Berlin", "Asia/Shanghai")),
        "earn_rules": [
            {"id": "spend", "title": said("Shop", "购物"),
             "earn": {"type": "spend", "ratio": {"points": 1, "per_minor": unit}}},
            {"id": "sign-up", "title": said("Join", "注册"),
             "earn": {"type": "activity", "activity": "sign_up", "points": 50}},
        ],
        "pending": {"type": "days", "days": 14},
        "expiry": {"type": "after_months", "months": 12, "round_up": "month"},
        "tiers": {"window": {"type": "rolling", "days": 365}, "tiers": [
            {"id": "member", "name": said("Member", "会员"), "threshold": 0, "multiplier": 10_000},
            {"id": "gold", "name": said("Gold", "金卡"), "threshold": 500, "multiplier": 12_500,
             "benefits": [{"kind": "early_access", "title": said("New things first", "新品先购")}]},
        ]},
        "rewards": [
            {"id": "five-off", "kind": {"type": "discount", "amount_minor": 5 * unit},
             "title": said("5 off your order", "订单立减 5"), "price": 100, "voucher_days": 90},
            {"id": "free-shipping", "kind": {"type": "free_shipping"},
             "title": said("Free shipping", "免运费"), "price": 60, "voucher_days": 90},
        ],
    }))
}

/// The letters and digits of a name, in small letters, with hyphens between words.
fn id_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    match id.get(..id.len().min(64)) {
        None | Some("") => "program".to_owned(),
        Some(id) => id.to_owned(),
    }
}

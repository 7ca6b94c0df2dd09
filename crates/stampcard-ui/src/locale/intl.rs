//! The browser's `Intl`, with a plain answer wherever it throws.

use std::cell::RefCell;

use js_sys::{Date, Object, Reflect};
use stampcard_model::{MoneyCode, Timestamp};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type NumberFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(tag: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, number: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = resolvedOptions)]
    fn resolved_options(this: &NumberFormat) -> Result<JsValue, JsValue>;

    type DateTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(tag: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, at_ms: f64) -> Result<JsValue, JsValue>;

    type PluralRules;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(tag: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &PluralRules, number: f64) -> Result<JsValue, JsValue>;
}

/// Beyond this distance from now a day is shown with its year, and a time with its day.
const YEAR_SHOWN_BEYOND_MS: f64 = 300.0 * 86_400_000.0;
const DAY_SHOWN_BEYOND_MS: f64 = 12.0 * 3_600_000.0;

/// Formatters of one language; those for numbers and plurals are made once, those for days once a time zone.
pub(super) struct Intl {
    tag: String,
    numbers: Option<NumberFormat>,
    plurals: Option<PluralRules>,
    days: RefCell<Vec<(String, bool, Option<DateTimeFormat>)>>,
}

impl Intl {
    pub(super) fn new(tag: &str) -> Self {
        let none = options(&[]);
        let numbers = NumberFormat::new(tag, &none);
        let tag = if numbers.is_ok() { tag } else { "en" };
        Self {
            numbers: numbers.or_else(|_| NumberFormat::new(tag, &none)).ok(),
            plurals: PluralRules::new(tag).ok(),
            days: RefCell::new(Vec::new()),
            tag: tag.to_owned(),
        }
    }

    pub(super) fn number(&self, number: u64) -> String {
        let format = || self.numbers.as_ref()?.format(number as f64).ok()?.as_string();
        format().unwrap_or_else(|| number.to_string())
    }

    /// A factor from hundredths of a percent.
    pub(super) fn factor(&self, basis_points: u32) -> String {
        let format = || self.numbers.as_ref()?.format(f64::from(basis_points) / 10_000.0).ok()?.as_string();
        let hundredths = || ((basis_points / 100) % 100 + 100).to_string().split_off(1);
        format().unwrap_or_else(|| [&(basis_points / 10_000).to_string(), ".", &hundredths()].concat())
    }

    /// The CLDR plural category; `other` when the browser cannot say.
    pub(super) fn plural(&self, number: u64) -> String {
        let select = || self.plurals.as_ref()?.select(number as f64).ok()?.as_string();
        select().unwrap_or_else(|| "other".to_owned())
    }

    pub(super) fn money(&self, minor: u64, code: &MoneyCode) -> String {
        let format = || {
            let options = options(&[("style", "currency"), ("trailingZeroDisplay", "stripIfInteger")]);
            set(&options, "currency", &code.as_str().into());
            set(&options, "currencyDisplay", &"narrowSymbol".into());
            let format = NumberFormat::new(&self.tag, &options).ok()?;
            let resolved = format.resolved_options().ok()?;
            let digits = Reflect::get(&resolved, &"maximumFractionDigits".into()).ok()?.as_f64()?;
            format.format(minor as f64 / 10_f64.powi(digits as i32)).ok()?.as_string()
        };
        // Without Intl nobody knows where the decimal point goes, and a wrong amount is worse than none.
        format().unwrap_or_else(|| code.as_str().to_owned())
    }

    pub(super) fn percent(&self, basis_points: u32) -> String {
        let format = || {
            let options = options(&[("style", "percent")]);
            set(&options, "maximumFractionDigits", &2.into());
            let format = NumberFormat::new(&self.tag, &options).ok()?;
            format.format(f64::from(basis_points) / 10_000.0).ok()?.as_string()
        };
        format().unwrap_or_else(|| [&(basis_points / 100).to_string(), "%"].concat())
    }

    /// A calendar day in a time zone, with its year when it is far away.
    pub(super) fn day(&self, at: Timestamp, time_zone: &str) -> String {
        let at_ms = at.as_millis() as f64;
        let far = (at_ms - Date::now()).abs() > YEAR_SHOWN_BEYOND_MS;
        let mut days = self.days.borrow_mut();
        let known = days.iter().position(|(zone, year, _)| zone == time_zone && *year == far);
        let place = known.unwrap_or_else(|| {
            days.push((time_zone.to_owned(), far, self.day_format(time_zone, far)));
            days.len() - 1
        });
        let format = || days.get(place)?.2.as_ref()?.format(at_ms).ok()?.as_string();
        format().unwrap_or_else(|| at.to_string().chars().take("2026-11-22".len()).collect())
    }

    fn day_format(&self, time_zone: &str, year: bool) -> Option<DateTimeFormat> {
        let options = options(&[("day", "numeric"), ("month", "short")]);
        if year {
            set(&options, "year", &"numeric".into());
        }
        set(&options, "timeZone", &time_zone.into());
        DateTimeFormat::new(&self.tag, &options).ok()
    }

    /// A time of day in the browser's time zone, with the day unless it is recent.
    pub(super) fn clock(&self, at_ms: f64) -> String {
        let options = options(&[("hour", "numeric"), ("minute", "2-digit")]);
        if (at_ms - Date::now()).abs() > DAY_SHOWN_BEYOND_MS {
            set(&options, "day", &"numeric".into());
            set(&options, "month", &"short".into());
        }
        let format = || DateTimeFormat::new(&self.tag, &options).ok()?.format(at_ms).ok()?.as_string();
        format().unwrap_or_else(|| Timestamp::from_millis(at_ms as i64).to_string())
    }
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        set(&options, name, &(*value).into());
    }
    options
}

fn set(options: &Object, name: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(options, &name.into(), value);
}

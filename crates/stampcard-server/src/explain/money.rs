//! Amounts of money as people write them.

use stampcard_model::MoneyCode;

use super::{Language, number};

/// How many digits of an amount are minor units (ISO 4217).
pub(crate) fn digits(code: &MoneyCode) -> u32 {
    match code.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// An amount: without minor units when it has none, otherwise with all of their digits.
pub(super) fn money(minor: u64, code: &MoneyCode, language: Language) -> String {
    let places = digits(code);
    let per = 10_u64.pow(places);
    let whole = number(minor / per);
    let amount = match minor % per {
        0 => whole,
        rest => format!("{whole}.{rest:0width$}", width = places as usize),
    };
    match language {
        Language::English => match known(code).map(|(sign, ..)| sign) {
            Some(sign) => format!("{sign}{amount}"),
            None => format!("{} {amount}", code.as_str()),
        },
        Language::Chinese => match known(code).map(|(_, unit, _)| unit) {
            Some(unit) => format!("{amount} {unit}"),
            None => format!("{amount} {}", code.as_str()),
        },
    }
}

/// What a money is called; its code where there is no better word.
pub(super) fn name(code: &MoneyCode, language: Language) -> String {
    let code_itself = code.as_str();
    match (known(code), language) {
        (Some((_, _, name)), Language::English) => format!("{name} ({code_itself})"),
        (Some((_, unit, _)), Language::Chinese) => {
            let name = if unit == "元" { "人民币" } else { unit };
            format!("{name}（{code_itself}）")
        }
        (None, Language::English | Language::Chinese) => code_itself.to_owned(),
    }
}

/// The sign in English, the unit in Chinese, and the name in English.
fn known(code: &MoneyCode) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match code.as_str() {
        "AUD" => ("A$", "澳元", "Australian dollars"),
        "BRL" => ("R$", "巴西雷亚尔", "Brazilian reals"),
        "CAD" => ("CA$", "加元", "Canadian dollars"),
        "CHF" => ("CHF ", "瑞士法郎", "Swiss francs"),
        "CNY" => ("CN¥", "元", "Chinese yuan"),
        "EUR" => ("€", "欧元", "euros"),
        "GBP" => ("£", "英镑", "pounds sterling"),
        "HKD" => ("HK$", "港元", "Hong Kong dollars"),
        "INR" => ("₹", "印度卢比", "Indian rupees"),
        "JPY" => ("¥", "日元", "Japanese yen"),
        "KRW" => ("₩", "韩元", "South Korean won"),
        "KWD" => ("KWD ", "科威特第纳尔", "Kuwaiti dinars"),
        "MOP" => ("MOP$", "澳门元", "Macanese patacas"),
        "MYR" => ("RM", "马来西亚林吉特", "Malaysian ringgit"),
        "NZD" => ("NZ$", "新西兰元", "New Zealand dollars"),
        "SGD" => ("S$", "新加坡元", "Singapore dollars"),
        "THB" => ("฿", "泰铢", "Thai baht"),
        "TWD" => ("NT$", "新台币", "New Taiwan dollars"),
        "USD" => ("$", "美元", "US dollars"),
        "VND" => ("₫", "越南盾", "Vietnamese dong"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_the_digits_of_its_money() {
        for (minor, code, english, chinese) in [
            (123_450, "EUR", "€1,234.50", "1,234.50 欧元"),
            (500, "EUR", "€5", "5 欧元"),
            (500, "JPY", "¥500", "500 日元"),
            (1_005, "KWD", "KWD 1.005", "1.005 科威特第纳尔"),
            (100_000, "CNY", "CN¥1,000", "1,000 元"),
            (7, "SEK", "SEK 0.07", "0.07 SEK"),
        ] {
            let code = MoneyCode::try_from(code.to_owned()).unwrap();
            assert_eq!(money(minor, &code, Language::English), english);
            assert_eq!(money(minor, &code, Language::Chinese), chinese);
        }
    }
}

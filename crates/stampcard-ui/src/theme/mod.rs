//! The design tokens: what a shop may set, what it gets when it does not, in light and in dark.
//!
//! A shop sets `--stampcard-<name>` on the element or on any ancestor of it; the sheet reads it as `--_<name>`.
//! `theme.css` and `theme.md` are made from the list below; a test compares them and writes them anew on request.
//!
//! Light or dark follows the page's own `color-scheme`, so that a shop without a dark design never finds a dark card
//! on its white page; `theme="light"`, `"dark"` and `"auto"` (what the member's system prefers) decide otherwise.

/// What every public token begins with.
pub const PREFIX: &str = "--stampcard-";

/// One design token.
pub struct Token {
    /// Its name without [`PREFIX`].
    pub name: &'static str,
    /// Its default, in light where the two differ.
    pub light: &'static str,
    /// Its default in dark; only colors differ.
    pub dark: &'static str,
    /// What it decides.
    pub doc: &'static str,
}

const fn color(name: &'static str, light: &'static str, dark: &'static str, doc: &'static str) -> Token {
    Token { name, light, dark, doc }
}

const fn same(name: &'static str, value: &'static str, doc: &'static str) -> Token {
    Token { name, light: value, dark: value, doc }
}

/// Every token.
pub const TOKENS: &[Token] = &[
    color("color-surface", "#fffdf8", "#211c18", "The paper: cards and dialogs."),
    color(
        "color-well",
        "#f7f1e6",
        "#2c2620",
        "What lies sunken in the paper: tracks, fallback pictures, codes.",
    ),
    color("color-text", "#2b241d", "#f3eadc", "The ink."),
    color("color-muted", "#685d50", "#b9ac9a", "Ink of less weight: labels, descriptions, terms."),
    color("color-line", "#e6dccb", "#40382f", "Hairlines and edges that only decorate."),
    color("color-control", "#8c7f6f", "#887b6a", "Edges that show where a control is."),
    color("color-accent", "#a8371f", "#f29a7e", "The stamp: primary buttons, progress, the current tier."),
    color("color-on-accent", "#fffaf3", "#2d130b", "Text on the accent."),
    color("color-tint", "#fbece1", "#3d261e", "A breath of the accent: chips, the current tier's row."),
    color("color-warning", "#875200", "#edb968", "Points that expire and tiers at risk."),
    color("color-shadow", "rgb(84 58 28 / 0.14)", "rgb(0 0 0 / 0.45)", "Shadows."),
    same("font", "inherit", "The font family; the page's own unless set."),
    same("number-font", "inherit", "The font family of large numbers and voucher codes' surroundings."),
    same("radius", "0.875em", "Corners of cards; smaller parts follow in proportion."),
    same("space", "1em", "The step that paddings and gaps are multiples of."),
    same("card-min", "15.5em", "The least width of a reward card."),
    same("image-ratio", "8 / 5", "Width to height of a reward's picture."),
    same(
        "launcher-offset-block",
        "1.25em",
        "How far the launcher is from the window's lower edge; more of it steps over a chat button.",
    ),
    same("launcher-offset-inline", "1.25em", "How far the launcher is from the window's edge at its side."),
    same("launcher-layer", "1000", "The launcher's z-index; the dialog is above everything in any case."),
    same("panel-width", "27.5em", "How wide the panel is; a narrow window it fills."),
    same(
        "speed",
        "180ms",
        "How long a small movement takes; none moves when the member prefers less motion.",
    ),
];

/// The sheet that makes `--_<name>` of every token: `theme.css`.
pub fn css() -> String {
    let mut sheet = String::from(
        "/* Made from the list in mod.rs. */\n\
         :host([theme=\"light\"]) { color-scheme: light; }\n\
         :host([theme=\"dark\"]) { color-scheme: dark; }\n\
         :host([theme=\"auto\"]) { color-scheme: light dark; }\n\n:host {\n",
    );
    for Token { name, light, .. } in TOKENS {
        sheet.push_str(&["  --_", name, ": var(", PREFIX, name, ", ", light, ");\n"].concat());
    }
    sheet.push_str("}\n\n@supports (color: light-dark(#000, #fff)) {\n  :host {\n");
    for Token { name, light, dark, .. } in TOKENS.iter().filter(|token| token.light != token.dark) {
        let value = ["light-dark(", light, ", ", dark, ")"].concat();
        sheet.push_str(&["    --_", name, ": var(", PREFIX, name, ", ", &value, ");\n"].concat());
    }
    sheet.push_str("  }\n}\n");
    sheet
}

/// The table for integrators: `theme.md`.
pub fn table() -> String {
    let mut table = String::from("| Token | Light | Dark | Decides |\n| --- | --- | --- | --- |\n");
    for Token { name, light, dark, doc } in TOKENS {
        let dark = if light == dark { "" } else { dark };
        let tick = |value: &str| if value.is_empty() { String::new() } else { ["`", value, "`"].concat() };
        let row = ["| `", PREFIX, name, "` | ", &tick(light), " | ", &tick(dark), " | ", doc, " |\n"];
        table.push_str(&row.concat());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes the list runs `WRITE=1 cargo test -p stampcard-ui theme`.
    fn check_file(name: &str, made: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/theme").join(name);
        if std::env::var_os("WRITE").is_some() {
            std::fs::write(&path, made).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert!(
            committed == made,
            "{name} is not what the list says: WRITE=1 cargo test -p stampcard-ui theme"
        );
    }

    #[test]
    fn the_committed_sheet_and_table_are_made_from_the_list() {
        check_file("theme.css", &css());
        check_file("theme.md", &table());
    }

    /// WCAG 2.2 relative luminance of `#rrggbb`.
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn the_defaults_can_be_read_in_light_and_in_dark() {
        let find = |name: &str| TOKENS.iter().find(|token| token.name == name).unwrap();
        let text_on = [
            ("color-text", "color-surface"),
            ("color-text", "color-well"),
            ("color-text", "color-tint"),
            ("color-muted", "color-surface"),
            ("color-muted", "color-well"),
            ("color-muted", "color-tint"),
            ("color-accent", "color-surface"),
            ("color-accent", "color-well"),
            ("color-accent", "color-tint"),
            ("color-on-accent", "color-accent"),
            ("color-warning", "color-surface"),
            ("color-warning", "color-well"),
        ];
        let edge_on = [("color-control", "color-surface"), ("color-control", "color-well")];
        let pairs = text_on.map(|pair| (pair, 4.5)).into_iter().chain(edge_on.map(|pair| (pair, 3.0)));
        for ((front, back), least) in pairs {
            for of in [|token: &Token| token.light, |token: &Token| token.dark] {
                let (front_l, back_l) = (luminance(of(find(front))), luminance(of(find(back))));
                let contrast = (front_l.max(back_l) + 0.05) / (front_l.min(back_l) + 0.05);
                assert!(
                    contrast >= least,
                    "{front} on {back}: {contrast:.2}, {} on {}",
                    of(find(front)),
                    of(find(back))
                );
            }
        }
    }
}

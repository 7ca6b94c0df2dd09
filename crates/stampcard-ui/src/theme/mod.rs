//! The design tokens: what a shop may set, what it gets when it does not, in light and in dark.
//!
//! A shop sets `--stampcard-<name>` on the element or on any ancestor of it; the sheet reads it as `--_<name>`. The themes
//! in `../themes` do nothing else; their accents have names of their own, so that a shop's brand color goes before them.
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
    /// Its default, in light where the two differ; it may be what another token is.
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
    same("color-edge", "var(--stampcard-color-shadow)", "The thin edge around whatever has a shadow."),
    color("color-control", "#8c7f6f", "#887b6a", "Edges that show where a control is."),
    same(
        "color-accent",
        "var(--stampcard-brand-accent)",
        "The stamp: primary buttons, progress, the current tier.",
    ),
    same("color-on-accent", "var(--stampcard-brand-on-accent)", "Text on the accent."),
    same(
        "color-tint",
        "var(--stampcard-brand-tint)",
        "A breath of the accent: chips, the current tier's row.",
    ),
    color(
        "brand-accent",
        "#a8371f",
        "#f29a7e",
        "The accent of a theme; `brand-color` puts its own in its place.",
    ),
    color("brand-on-accent", "#fffaf3", "#2d130b", "Text on that accent."),
    color("brand-tint", "#fbece1", "#3d261e", "A breath of that accent."),
    same("color-feature", "var(--stampcard-color-surface)", "The face of the balance's ticket."),
    same("color-on-feature", "var(--stampcard-color-text)", "The ink on it."),
    same("color-on-feature-muted", "var(--stampcard-color-muted)", "Ink of less weight on it."),
    color("color-warning", "#875200", "#edb968", "Points that expire and tiers at risk."),
    color("color-shadow", "rgb(84 58 28 / 0.14)", "rgb(0 0 0 / 0.45)", "Shadows."),
    same("font", "inherit", "The font family; the page's own unless set."),
    same("number-font", "inherit", "The font family of large numbers and voucher codes' surroundings."),
    same("number-weight", "650", "How heavy large numbers are."),
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
        sheet.push_str(
            &["  --_", name, ": var(", PREFIX, name, ", ", &light.replace(PREFIX, "--_"), ");\n"].concat(),
        );
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

    /// The themes of the package, and none: the defaults.
    const THEMES: [(&str, &str); 4] = [
        ("the default", ""),
        ("minimal", include_str!("../themes/minimal.css")),
        ("warm", include_str!("../themes/warm.css")),
        ("bold", include_str!("../themes/bold.css")),
    ];

    /// What a theme says of a token, else its default; where that is another token, what that one is.
    fn value_of(theme: &str, name: &str, is_dark: bool) -> String {
        let said = theme.lines().find_map(|line| {
            line.trim().strip_prefix(PREFIX)?.strip_prefix(name)?.strip_prefix(": ")?.strip_suffix(';')
        });
        let token = TOKENS.iter().find(|token| token.name == name).unwrap();
        let value = said.unwrap_or(if is_dark { token.dark } else { token.light });
        let both =
            value.strip_prefix("light-dark(").and_then(|both| both.strip_suffix(')')?.split_once(", "));
        let value = both.map_or(value, |(light, dark)| if is_dark { dark } else { light });
        match value.strip_prefix("var(").unwrap_or(value).strip_prefix(PREFIX) {
            Some(other) => value_of(theme, other.split([',', ')']).next().unwrap(), is_dark),
            None => value.to_owned(),
        }
    }

    #[test]
    fn a_theme_says_nothing_but_tokens() {
        for (theme, sheet) in &THEMES[1..] {
            let said: Vec<&str> = sheet
                .lines()
                .filter_map(|line| line.trim().strip_prefix("--"))
                .map(|line| line.split(": ").next().unwrap())
                .collect();
            assert!(said.len() > 10, "{theme}");
            for name in said {
                let known = name.strip_prefix(&PREFIX[2..]);
                assert!(TOKENS.iter().any(|token| Some(token.name) == known), "{theme}: {name}");
            }
            assert!(!sheet.contains("!important") && !sheet.contains("url("), "{theme}");
        }
    }

    /// The channels of `#rrggbb`, each of 1.
    fn channels(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG 2.2 relative luminance.
    fn luminance(channels: [f64; 3]) -> f64 {
        let [red, green, blue] =
            channels.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(front: [f64; 3], back: [f64; 3]) -> f64 {
        let (front, back) = (luminance(front), luminance(back));
        (front.max(back) + 0.05) / (front.min(back) + 0.05)
    }

    #[test]
    fn the_defaults_and_the_themes_can_be_read_in_light_and_in_dark() {
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
            ("color-on-feature", "color-feature"),
            ("color-on-feature-muted", "color-feature"),
        ];
        // A warning's picture is on a tint while its line is pointed at; a line is what is left of a meter.
        let edge_on = [
            ("color-control", "color-surface"),
            ("color-control", "color-well"),
            ("color-warning", "color-tint"),
            ("color-accent", "color-line"),
        ];
        for (theme, sheet) in THEMES {
            for is_dark in [false, true] {
                let find = |name| channels(&value_of(sheet, name, is_dark));
                let check = |front: [f64; 3], back: [f64; 3], least: f64, what: &str| {
                    let contrast = contrast(front, back);
                    assert!(contrast >= least, "{theme}, dark {is_dark}: {what}: {contrast:.2}");
                };
                let pairs =
                    text_on.map(|pair| (pair, 4.5)).into_iter().chain(edge_on.map(|pair| (pair, 3.0)));
                for ((front, back), least) in pairs {
                    check(find(front), find(back), least, &[front, " on ", back].concat());
                }
                let (accent, text) = (find("color-accent"), find("color-text"));
                let pressed = [0, 1, 2].map(|at| 0.86 * accent[at] + 0.14 * text[at]);
                check(find("color-on-accent"), pressed, 4.5, "a button that is pointed at");
            }
        }
    }
}

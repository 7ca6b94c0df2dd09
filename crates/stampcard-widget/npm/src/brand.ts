/** From the one color that a shop says to those that elements are drawn in: as near to it as WCAG 2.2 AA allows. */

type Triple = readonly [number, number, number];

/** What is drawn in a brand color, each by the name of its token. */
type Colors = Readonly<Record<"accent" | "on-accent" | "tint", string>>;

/** The least contrast of text with what is behind it. */
const AA = 4.5;

/** The default wells: of all grounds but the tint, those on which an accent is the hardest to read. */
const WELL_LIGHT = "#f7f1e6";
const WELL_DARK = "#2c2620";

/** From linear sRGB to OKLab and back, by way of what three cones answer: https://bottosson.github.io/posts/oklab/ */
const CONES: readonly Triple[] = [
  [0.412221, 0.536333, 0.051446],
  [0.211903, 0.6807, 0.107397],
  [0.088302, 0.281719, 0.629979],
];
const LAB: readonly Triple[] = [
  [0.210454, 0.793618, -0.004072],
  [1.977998, -2.428592, 0.450594],
  [0.025904, 0.782772, -0.808676],
];
const FROM_LAB: readonly Triple[] = [
  [1, 0.396338, 0.215804],
  [1, -0.105561, -0.063854],
  [1, -0.089484, -1.291486],
];
const FROM_CONES: readonly Triple[] = [
  [4.076742, -3.307712, 0.23097],
  [-1.268438, 2.609757, -0.341319],
  [-0.004196, -0.703419, 1.707615],
];

/** How often a search halves what is left: after so many times it is less than a screen shows. */
const HALVES = 9;

/** As many sheets as are kept: a visitor who tries colors makes one with each move of the hand. */
const SHEETS_MAX = 32;

const sheets = new Map<unknown, CSSStyleSheet | undefined>();
const worn = new WeakMap<ShadowRoot, CSSStyleSheet | undefined>();

/** Gives a root the colors of a brand in place of those it had. What is no color is told once, and changes nothing. */
export function wear(root: ShadowRoot, brand: unknown): void {
  const before = worn.get(root);
  const sheet = brand ? sheetOf(brand) : undefined;
  if (sheet === before) return;
  worn.set(root, sheet);
  // The page may have added some of its own.
  const others = root.adoptedStyleSheets.filter((other) => other !== before);
  root.adoptedStyleSheets = sheet ? [...others, sheet] : others;
}

/** What a brand color, `#rgb` or `#rrggbb`, becomes in light and in dark; nothing for anything else. */
export function colorsOf(brand: unknown): readonly [light: Colors, dark: Colors] | undefined {
  if (typeof brand !== "string" || !/^#([\da-f]{3}){1,2}$/i.test(brand)) return undefined;
  const [lightness, a, b] = toLab(brand.length < 5 ? brand.replace(/\w/g, "$&$&") : brand);
  const chroma = Math.hypot(a, b);

  /** A color of the brand's hue, and as colorful as it, or `chromaMax`, or a screen can be. */
  const shade = (l: number, chromaMax = chroma) => {
    const share = Math.min(1, chromaMax / (chroma || 1));
    return least((fade) => toHex(l, a * share * (1 - fade), b * share * (1 - fade)));
  };
  /** The brand itself, or the next to it on the way to black or white that can be read on all grounds. */
  const readable = (end: 0 | 1, ...grounds: readonly string[]) =>
    least((way) => {
      const color = shade(lightness + (end - lightness) * way);
      return grounds.every((ground) => contrast(color, ground) >= AA) ? color : undefined;
    });
  const [pale, deep] = [shade(0.955, 0.024), shade(0.28, 0.04)];
  return [
    { accent: readable(0, WELL_LIGHT, pale), "on-accent": "#ffffff", tint: pale },
    { accent: readable(1, WELL_DARK, deep), "on-accent": shade(0.2, 0.03), tint: deep },
  ];
}

function sheetOf(brand: unknown): CSSStyleSheet | undefined {
  if (sheets.has(brand)) return sheets.get(brand);
  if (sheets.size >= SHEETS_MAX) sheets.clear();
  const colors = colorsOf(brand);
  let sheet: CSSStyleSheet | undefined;
  if (colors) {
    const [light, dark] = colors;
    // As everywhere, a browser that does not know how stays light.
    const knowsBoth = CSS.supports("color", "light-dark(#000, #fff)");
    const tokens = (Object.keys(light) as (keyof Colors)[]).map(
      (name) => `--stampcard-brand-${name}:${knowsBoth ? `light-dark(${light[name]},${dark[name]})` : light[name]}`,
    );
    sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{${tokens.join(";")}}`);
  } else {
    const said = typeof brand === "string" ? brand.slice(0, 40) : typeof brand;
    console.warn(`stampcard: a brand color is #rgb or #rrggbb, not ${JSON.stringify(said)}`);
  }
  sheets.set(brand, sheet);
  return sheet;
}

/** What is made of the least part of the way, from 0 to 1, where there is anything to make; at 1 there must be. */
function least(make: (way: number) => string | undefined): string {
  let made = make(0);
  if (made) return made;
  made = make(1);
  for (let low = 0, high = 1, halves = 0; halves < HALVES; halves += 1) {
    const middle = (low + high) / 2;
    const next = make(middle);
    if (next) [made, high] = [next, middle];
    else low = middle;
  }
  return made as string;
}

/** WCAG's contrast of two colors. */
function contrast(one: string, other: string): number {
  const [x, y] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return Math.max(x / y, y / x);
}

function luminance(hex: string): number {
  const [red, green, blue] = toLinear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toLab(hex: string): Triple {
  const [l, m, s] = times(CONES, toLinear(hex));
  return times(LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function toLinear(hex: string): Triple {
  const channel = (at: number) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** The color as a screen shows it, where a screen can: gray it always can. */
function toHex(lightness: number, a: number, b: number): string | undefined {
  const [l, m, s] = times(FROM_LAB, [lightness, a, b]);
  let hex = "#";
  for (const c of times(FROM_CONES, [l ** 3, m ** 3, s ** 3])) {
    const byte = Math.round(255 * (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055));
    if (byte < 0 || byte > 255) return undefined;
    hex += byte.toString(16).padStart(2, "0");
  }
  return hex;
}

function times(rows: readonly Triple[], [x, y, z]: Triple): Triple {
  return rows.map(([p, q, r]) => p * x + q * y + r * z) as unknown as Triple;
}

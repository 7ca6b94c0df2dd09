import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";
import axeCore from "axe-core";

import type { Stampcard } from "../../crates/stampcard-widget/npm/types/stampcard";
import { colorsOf } from "../../crates/stampcard-widget/npm/src/brand";
import { axe, expect, test } from "./fixtures";

const THEMES = ["minimal", "warm", "bold"] as const;
const SCHEMES = ["light", "dark"] as const;
const PINE = "#0b7a5b";
const SAFFRON = "#f2b705";

// Color as axe and Color.js see it: neither knows anything of ours.
interface Color {
  red: number;
  green: number;
  blue: number;
  getRelativeLuminance(): number;
}
const { commons, imports } = axeCore as unknown as {
  commons: { color: { Color: new (r: number, g: number, b: number, a: number) => Color } };
  imports: { Colorjs: new (hex: string) => { to(space: string): { coords: [number, number, number] } } };
};

const colorOf = (hex: string) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return new commons.color.Color(red, green, blue, 1);
};

const luminances = new WeakMap<Color, number>();

function contrast(one: Color, other: Color): number {
  const [x, y] = [one, other].map((color) => {
    const luminance = luminances.get(color) ?? color.getRelativeLuminance();
    luminances.set(color, luminance);
    return luminance + 0.05;
  }) as [number, number];
  return Math.max(x / y, y / x);
}

/** As `color-mix(in srgb, one 86%, other)`: a button that is pointed at. */
const pointedAt = (one: Color, other: Color) => {
  const mix = (a: number, b: number) => Math.round(0.86 * a + 0.14 * b);
  return new commons.color.Color(mix(one.red, other.red), mix(one.green, other.green), mix(one.blue, other.blue), 1);
};

const sheet = (path: string) => readFileSync(resolve(import.meta.dirname, "../../crates/stampcard-ui/src", path), "utf8");
const DEFAULTS = sheet("theme/theme.css");

/** What elements without a brand color are drawn in. */
function groundsOf(theme: string, scheme: (typeof SCHEMES)[number]) {
  const said = theme && sheet(`themes/${theme}.css`);
  return (name: string): Color => {
    const both = (css: string) => new RegExp(`[-_]${name}: .*?light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
    const [, light, dark] = both(said) ?? both(DEFAULTS) ?? [];
    return colorOf((scheme === "light" ? light : dark)!);
  };
}

/** Every `#rgb`, and others at random; always the same ones. */
function* brands(): Generator<string> {
  for (let i = 0; i < 4_096; i += 1) yield `#${i.toString(16).padStart(3, "0")}`;
  for (let i = 0, seed = 7; i < 5_000; i += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    yield `#${(seed >>> 8).toString(16).padStart(6, "0")}`;
  }
}

const whole = (brand: string) => (brand.length === 4 ? brand.replaceAll(/\w/g, "$&$&") : brand);

test("whatever color a brand has, what is drawn in it can be read in every theme, in light and in dark", () => {
  const worn = SCHEMES.map((scheme) =>
    ["", ...THEMES].map((theme) => {
      const ground = groundsOf(theme, scheme);
      const [surface, well, line, text, muted, warning] = ["surface", "well", "line", "text", "muted", "warning"].map((name) => ground(`color-${name}`));
      return { theme, surface: surface!, well: well!, line: line!, text: text!, muted: muted!, warning: warning! };
    }),
  );
  const failures: string[] = [];
  for (const brand of brands()) {
    for (const [at, colors] of colorsOf(brand)!.entries()) {
      const [accent, onAccent, tint] = [colors.accent, colors["on-accent"], colors.tint].map(colorOf) as [Color, Color, Color];
      const check = (name: string, front: Color, back: Color, least: number) => {
        const is = contrast(front, back);
        if (!(is >= least)) failures.push(`${brand}, ${SCHEMES[at]}: ${name}: ${is}`);
      };
      check("text on the accent", onAccent, accent, 4.5);
      check("accent on the tint", accent, tint, 4.5);
      for (const { theme, surface, well, line, text, muted, warning } of worn[at]!) {
        check(`${theme} accent on the surface`, accent, surface, 4.5);
        check(`${theme} accent on the well`, accent, well, 4.5);
        check(`${theme} text on the tint`, text, tint, 4.5);
        check(`${theme} muted text on the tint`, muted, tint, 4.5);
        check(`${theme} button pointed at`, onAccent, pointedAt(accent, text), 4.5);
        check(`${theme} warning's picture on the tint`, warning, tint, 3);
        check(`${theme} meter beside what is left`, accent, line, 3);
      }
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
});

test("a brand color stays as it is where it can be read, and keeps its hue where it cannot", () => {
  const ground = groundsOf("", "light");
  const failures: string[] = [];
  let kept = 0;
  for (const brand of brands()) {
    const [light, dark] = colorsOf(brand)!;
    const own = colorOf(whole(brand));
    const grounds = [ground("color-surface"), ground("color-well"), colorOf(light.tint)];
    if (grounds.every((back) => contrast(own, back) >= 4.5)) {
      kept += 1;
      if (light.accent !== whole(brand)) failures.push(`${brand} became ${light.accent}`);
    }
    const [, chroma, hue] = new imports.Colorjs(whole(brand)).to("oklch").coords;
    for (const { accent } of [light, dark]) {
      const [, accentChroma, accentHue] = new imports.Colorjs(accent).to("oklch").coords;
      const turn = Math.abs(((accentHue - hue + 540) % 360) - 180);
      // Of what is nearly gray, eight bits do not tell the hue.
      if (chroma > 0.03 && accentChroma > 0.03 && turn > 2.5) failures.push(`${brand} turned by ${turn} to ${accent}`);
      if (accentChroma > chroma + 0.004) failures.push(`${brand} became more colorful: ${accent}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(kept).toBeGreaterThan(1_000);
});

const NO_COLORS = [
  "",
  "tomato",
  "#12",
  "#12345",
  "#1234567",
  "#e4572e ",
  " #e4572e",
  "#e4572g",
  "e4572e",
  "#e4572e\n",
  "#fff8",
  "rgb(1 2 3)",
  "url(javascript:alert(1))",
  "red;}:host{display:none}",
  "#fff;background:url(//evil.example)",
  "</style><img src=x onerror=alert(1)>",
  "#".repeat(10_000),
];

test("what is no hex color is no brand color", () => {
  for (const text of [...NO_COLORS, null, undefined, 0xe4572e, {}, ["#fff"], Symbol("#fff")]) expect(colorsOf(text)).toBeUndefined();
  expect(colorsOf("#ABC")).toEqual(colorsOf("#aabbcc"));
});

const PAGES = ["/", "/rewards", "/account"];

for (const theme of THEMES) {
  for (const colorScheme of SCHEMES) {
    test(`axe finds nothing in ${theme} in ${colorScheme}`, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shop.open("/", "jun");
      await page.locator("#card-theme").selectOption(theme);
      for (const path of PAGES) {
        await page.goto(shop.demo.shop + path);
        await expect(page.locator("#card-theme")).toHaveValue(theme);
        await drawn(page);
        expect(await axe(page), path).toEqual([]);
      }
    });
  }
}

test("the demo tries themes and brand colors on, and remembers them", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  await expect(launcher(page)).toBeVisible();
  const own = await colorOfLauncher(page);
  const pine = page.locator(`.swatches [value="${PINE}"]`);
  await pine.click();
  await expect(launcher(page)).toHaveCSS("background-color", rgb(PINE));
  await expect(pine).toHaveAttribute("aria-pressed", "true");
  await page.locator("#card-theme").selectOption("bold");
  const card = shop.element("balance").locator("[part~=card]");
  // The theme's shape, the brand's color: also where the theme has a field of it.
  await expect(card.locator("[part~=main]")).toHaveCSS("background-color", rgb(PINE));
  await expect(card.locator("[part~=number]")).toHaveCSS("font-weight", "850");
  await page.goto(`${shop.demo.shop}/cart`);
  await expect(launcher(page)).toHaveCSS("background-color", rgb(PINE));
  await page.locator(`.swatches [value="${PINE}"]`).click();
  await expect(launcher(page)).toHaveCSS("background-color", "rgb(74, 31, 224)");
  await page.locator("#card-theme").selectOption("");
  await expect(launcher(page)).toHaveCSS("background-color", own);
});

test("a brand color is said by attribute, option or script, nearest first, and changes at once", async ({ shop, page }) => {
  await page.addInitScript((color) => {
    document.addEventListener("readystatechange", () => {
      const script = document.querySelector<HTMLElement>("script[data-stampcard]");
      if (script) script.dataset["brandColor"] = color;
    });
    // As a shop that sets no tokens of its own.
    document.addEventListener("DOMContentLoaded", () => document.documentElement.toggleAttribute("data-card-brand", true));
  }, PINE);
  await shop.open("/rewards", "jun");
  await expect(launcher(page)).toHaveCSS("background-color", rgb(PINE));
  const panel = page.locator("stampcard-panel");
  await panel.evaluate((host, color) => host.setAttribute("brand-color", color), SAFFRON);
  await expect(launcher(page)).toHaveCSS("background-color", rgb(colorsOf(SAFFRON)![0].accent));
  // What is in the panel wears what the panel wears.
  await launcher(page).press("Enter");
  await expect(panel.locator("stampcard-tier [part~=rung].here .stamp")).toHaveCSS("background-color", rgb(colorsOf(SAFFRON)![0].accent));
  await page.keyboard.press("Escape");
  await panel.evaluate((host: HTMLElement & { brandColor?: string | null }) => (host.brandColor = null));
  await expect(launcher(page)).toHaveCSS("background-color", rgb(PINE));
  await page.evaluate(() => window.Stampcard!.update({ brandColor: null }));
  await expect(launcher(page)).toHaveCSS("background-color", "rgb(168, 55, 31)");

  const mounted = page.locator("#mounted stampcard-balance [part~=pill] svg");
  await page.evaluate((color) => {
    const { endpoint, key } = document.querySelector<HTMLElement>("script[data-stampcard]")!.dataset;
    document.querySelector("main")!.prepend(Object.assign(document.createElement("div"), { id: "mounted" }));
    const card = window.Stampcard!.create({ endpoint: endpoint!, key: key!, brandColor: color });
    card.mount("#mounted", "balance", { compact: true });
    Object.assign(window, { card });
  }, PINE);
  await expect(mounted).toHaveCSS("color", rgb(PINE));
  await page.evaluate((color) => (window as unknown as { card: Stampcard }).card.update({ brandColor: color }), SAFFRON);
  await expect(mounted).toHaveCSS("color", rgb(colorsOf(SAFFRON)![0].accent));
});

test("a token that the shop sets goes before the brand color", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  const panel = page.locator("stampcard-panel");
  const before = await colorOfLauncher(page);
  await panel.evaluate((host, color) => host.setAttribute("brand-color", color), PINE);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await expect(launcher(page)).toHaveCSS("background-color", before);
  await page.evaluate(() => document.documentElement.toggleAttribute("data-card-brand", true));
  await expect(launcher(page)).toHaveCSS("background-color", rgb(PINE));
});

test("what is no color changes nothing, and is told once", async ({ shop, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await shop.open("/rewards", "jun");
  await page.evaluate(() => document.documentElement.toggleAttribute("data-card-brand", true));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const worn = await page.locator("stampcard-panel").evaluate(async (host, texts) => {
    const button = host.shadowRoot!.querySelector("[part~=launcher]")!;
    const colors = new Set<string>();
    for (const text of [...texts, ...texts]) {
      host.setAttribute("brand-color", text);
      await new Promise(requestAnimationFrame);
      colors.add(getComputedStyle(button).backgroundColor);
    }
    return [...colors];
  }, NO_COLORS);
  expect(worn).toEqual(["rgb(168, 55, 31)"]);
  expect(asked.filter((url) => !url.startsWith(shop.demo.shop) && !url.startsWith(shop.demo.api))).toEqual([]);
  expect(shop.complaints).toHaveLength(NO_COLORS.length - 1);
  for (const text of shop.complaints) {
    expect(text).toMatch(/^stampcard: a brand color is #rgb or #rrggbb, not "/);
    expect(text.length).toBeLessThan(120);
  }
  shop.complaints = [];
});

test("in forced colors the member's own colors hold, whatever the brand and the theme", async ({ shop, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await shop.open("/rewards", "jun");
  const colors = () =>
    page.evaluate(() => {
      const button = document.querySelector("stampcard-rewards")!.shadowRoot!.querySelector("[part~=redeem]")!;
      const figure = document.querySelector("main stampcard-balance")!.shadowRoot!.querySelector("[part~=main]")!;
      return [button, figure].map((node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]);
    });
  await shop.element("rewards").scrollIntoViewIfNeeded();
  await expect(shop.card("Free shipping").locator("[part~=redeem]")).toBeVisible();
  const before = await colors();
  await page.locator("#card-theme").selectOption("bold");
  await page.locator(`.swatches [value="${PINE}"]`).click();
  await expect(shop.element("balance").locator("[part~=number]")).toHaveCSS("font-weight", "850");
  expect(await colors()).toEqual(before);
});

const launcher = (page: Page) => page.locator("stampcard-panel [part~=launcher]");

const colorOfLauncher = (page: Page) => launcher(page).evaluate((button) => getComputedStyle(button).backgroundColor);

function rgb(hex: string): string {
  const { red, green, blue } = colorOf(hex);
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Waits until all elements of the page, which start when they are near the viewport, have been drawn. */
async function drawn(page: Page): Promise<void> {
  for (const element of await page.locator("main :is(stampcard-balance, stampcard-tier, stampcard-rewards, stampcard-offers, stampcard-vouchers, stampcard-earn, stampcard-referral, stampcard-feedback, stampcard-activity, stampcard-privacy)").all()) {
    await element.scrollIntoViewIfNeeded();
    await expect(element.locator("[part~=base]")).not.toBeEmpty();
    await expect(element.locator(".skeleton")).toHaveCount(0);
  }
  await expect(launcher(page)).toBeVisible();
}

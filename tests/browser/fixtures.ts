import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { expect, test as base, type Locator, type Page } from "@playwright/test";

import { become, startDemo } from "./shop.mjs";

export { expect };

type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The members whom the demo shop seeds, by the value of its switch. */
export type Who = "mira" | "jun" | "amara" | "guest";
export type Language = "en" | "zh-CN";
/** The languages of the elements. */
export const TAGS = ["en", "zh-CN", "zh-TW", "ja", "de", "fr", "es", "ar"] as const;
export type Tag = (typeof TAGS)[number];

/** The success criteria of WCAG 2.2 that axe has rules for. */
export const AXE = ["1.1.1", "1.3.1", "1.4.3", "2.4.4", "2.5.8", "3.3.2", "4.1.2"].map((criterion) => `@wcag-${criterion}`);

interface Fixtures {
  /** Options that this test starts its demo shop with. */
  demoOptions: string[];
  demo: Demo;
  shop: Shop;
}

export const test = base.extend<Fixtures>({
  demoOptions: [[], { option: true }],
  demo: async ({ demoOptions }, use) => {
    const demo = await startDemo(demoOptions);
    await use(demo);
    await demo.stop();
  },
  shop: async ({ page, demo }, use) => {
    const shop = new Shop(page, demo);
    // What only a slow machine shows: STAMPCARD_SLOWER=6 takes six times as long for all that a page computes.
    if (process.env.STAMPCARD_SLOWER) {
      const session = await page.context().newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: Number(process.env.STAMPCARD_SLOWER) });
    }
    await use(shop);
    expect(shop.complaints, "the console and the content security policy complain").toEqual([]);
  },
});

/** The demo shop as a visitor meets it. */
export class Shop {
  /** What the console said that nobody expected. Empty it where a test causes trouble on purpose. */
  complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly demo: Demo,
  ) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
  }

  async open(path: string, who: Who, language: Language = "en"): Promise<void> {
    await become(this.page, this.demo.shop, who);
    if ((await this.page.locator("html").getAttribute("lang")) !== language) {
      // The first click may come before the shop's script.
      await expect(async () => {
        await this.page.locator(`.languages button[value="${language}"]`).click();
        await expect(this.page.locator("html")).toHaveAttribute("lang", language, { timeout: 1_000 });
      }).toPass();
    }
    if (path !== "/") await this.page.goto(this.demo.shop + path);
  }

  element(name: "balance" | "tier" | "rewards" | "vouchers" | "activity" | "earn" | "offers" | "product" | "cart" | "referral" | "feedback" | "privacy" | "panel", within = "main"): Locator {
    return this.page.locator(`${within} stampcard-${name}`);
  }

  /** The pill in the header. */
  get pill(): Locator {
    return this.page.locator("header stampcard-balance");
  }

  /** The card of a reward, by its title. */
  card(title: string | RegExp): Locator {
    return this.element("rewards").locator("li[part~=reward]").filter({ hasText: title });
  }

  get dialog(): Locator {
    return this.element("rewards").locator("dialog[open]");
  }

  /** The number that an element shows as the member's balance. */
  async balance(element: Locator = this.element("balance")): Promise<number> {
    const text = await element.locator("[part~=amount], [part~=points], [part~=number]").first().innerText();
    return Number(text.replaceAll(/\D/g, ""));
  }

  /** How often a redemption reached the backend, and how many vouchers the member has. */
  async vouchers(): Promise<{ code: string; state: string }[]> {
    return this.page.evaluate(async (api) => {
      const { token } = await (await fetch("/shop/token")).json();
      const response = await fetch(`${api}/v1/me/vouchers?limit=100`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await response.json()).items;
    }, this.demo.api);
  }
}

const catalogs = Object.fromEntries(
  TAGS.map((language) => [
    language,
    JSON.parse(
      readFileSync(resolve(import.meta.dirname, `../../crates/stampcard-ui/src/locale/${language}.json`), "utf8"),
    ) as Record<string, string>,
  ]),
);

/** What the elements say under a key, with its blanks as `.*` where no word is given. */
export function says(language: Tag, key: string, words: Record<string, string> = {}): RegExp {
  const text = catalogs[language]?.[key];
  if (text === undefined) throw new Error(`${language} has no ${key}`);
  const escaped = text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(escaped.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? ".*"));
}

export type Name = Parameters<Shop["element"]>[0];

/** Which elements are where in the shop. */
export const PAGES: readonly (readonly [path: string, elements: readonly Name[]])[] = [
  ["/rewards", ["balance", "tier", "rewards"]],
  ["/account", ["offers", "vouchers", "earn", "activity", "referral", "feedback", "privacy"]],
  ["/product/teapot", ["product"]],
  ["/cart", ["cart"]],
];

/** Goes to every page with elements, unfolds what can be, and looks. */
export async function tour(shop: Shop, look: (path: string, elements: readonly Name[]) => Promise<void>): Promise<void> {
  const { page, demo } = shop;
  for (const [path, elements] of PAGES) {
    await page.goto(demo.shop + path);
    for (const name of elements) {
      const element = shop.element(name);
      await element.scrollIntoViewIfNeeded();
      await expect(element.locator("[part~=base][lang]")).toBeAttached();
      await expect(element.locator(".skeleton")).toHaveCount(0);
      await element.evaluate((host) => host.shadowRoot!.querySelectorAll("details").forEach((one) => (one.open = true)));
    }
    if (path.startsWith("/product")) await page.locator("#buy button[type=submit]").click();
    if (path === "/account") {
      await shop.element("feedback").locator("[part~=do]").click();
      await shop.element("privacy").locator("button[part~=leave]").click();
      await expect(shop.element("feedback").locator("[part~=note]")).toBeVisible();
      await expect(shop.element("privacy").locator("[part~=ask]")).toBeVisible();
    }
    await look(path, elements);
  }
}

/** Lets the page and its elements run from right to left: the elements in the language that does. */
export async function rightToLeft(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dir = "rtl";
    for (const host of document.querySelectorAll<HTMLElement & { locale?: string }>("*")) {
      if (host.localName.startsWith("stampcard-")) host.locale = "ar";
    }
  });
  await expect(page.locator("main [part~=base][dir=ltr]")).toHaveCount(0);
}

/** The texts of an element that reach out of the window, out of a box that cuts off, or out of their own box. */
export async function isClipped(element: Locator): Promise<string[]> {
  return element.evaluate((host) => {
    const cut: string[] = [];
    const texts = document.createTreeWalker(host.shadowRoot!, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const own = text.parentElement!;
      if (!text.textContent!.trim() || own.closest(".unseen, [aria-hidden=true]")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, top, bottom, width } = range.getBoundingClientRect();
      if (width <= 1) continue;
      const tell = (where: string) => cut.push(`${own.localName}.${own.className} "${text!.textContent!.slice(0, 60)}" out of ${where}`);
      if (left < -1 || right > innerWidth + 1) tell("the window");
      if (own.clientWidth > 0 && own.scrollWidth > own.clientWidth + 1) tell("its box");
      for (let box: Element | null = own; box; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box);
        const edge = box.getBoundingClientRect();
        if (overflowX !== "visible" && (left < edge.left - 1 || right > edge.right + 1)) tell(`${box.localName}.${box.className}`);
        if (/hidden|clip/.test(overflowY) && (top < edge.top - 1 || bottom > edge.bottom + 1)) tell(`the height of ${box.localName}.${box.className}`);
      }
    }
    return cut;
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

/** What axe finds against WCAG 2.2 AA and its best practices, in open shadow roots too. */
export async function axe(page: Page, without: string[] = []): Promise<string[]> {
  // Evaluated by the browser's debugger, so that the page's content security policy stays as it is.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (without) => {
    const { axe } = window as unknown as { axe: { run: (c: Document, o: object) => Promise<{ violations: Violation[] }> } };
    const off = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
    const run = await axe.run(document, { rules: { "target-size": { enabled: true }, ...off } });
    return run.violations.map(({ id, nodes }) => ({ id, nodes }));
  }, without);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${JSON.stringify(node.target)} ${node.failureSummary ?? ""}`),
  );
}

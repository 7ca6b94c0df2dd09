import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { axe, expect, isClipped, rightToLeft, says, test, TAGS, tour, type Name, type Shop, type Tag } from "./fixtures";

type Size = { width: number; height: number };

const OTHERS = TAGS.filter((tag) => tag !== "en" && tag !== "zh-CN");

const catalogue = (tag: Tag): Record<string, string> =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../../crates/stampcard-ui/src/locale/${tag}.json`), "utf8"));

/** Lets the elements of every page that comes speak a language, as the shop's menu does. */
async function speak(page: Page, tag: string): Promise<void> {
  await page.addInitScript((tag) => sessionStorage.setItem("card-language", tag), tag);
}

test("every language has the plural categories that the browser chooses from", async ({ page }) => {
  for (const tag of TAGS) {
    const wanted = await page.evaluate((tag) => new Intl.PluralRules(tag).resolvedOptions().pluralCategories, tag);
    const keys = Object.keys(catalogue(tag)).filter((key) => key.startsWith("tier.orders."));
    expect(keys.map((key) => key.split(".").pop()).sort(), tag).toEqual([...wanted].sort());
  }
});

test("a tag gets the language that is written as it is, live, and each is fetched once", async ({ shop, page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => {
    const [, tag] = /\/sdk\/locale\/(.+)-\w{10}\.json$/.exec(request.url()) ?? [];
    if (tag) fetched.push(tag);
  });
  await shop.open("/rewards", "jun");
  const asked: [string, Tag][] = [
    ["zh-HK", "zh-TW"],
    ["zh", "zh-CN"],
    ["zh-Hant", "zh-TW"],
    ["zh-MO", "zh-TW"],
    ["zh-SG", "zh-CN"],
    ["de-AT", "de"],
    ["es-419", "es"],
    ["pt-BR", "en"],
    ["fr-CA", "fr"],
    ["no tag at all", "en"],
    ["ja-JP", "ja"],
    ["ar-EG", "ar"],
    ["en-GB", "en"],
  ];
  for (const [tag, spoken] of asked) {
    await page.evaluate((locale) => (window as unknown as { Stampcard: { update(s: object): void } }).Stampcard.update({ locale }), tag);
    await expect(shop.element("balance"), tag).toContainText(says(spoken, "balance.label"));
    await expect(shop.element("balance").locator("[part~=base]")).toHaveAttribute("dir", spoken === "ar" ? "rtl" : "ltr");
  }
  expect(fetched.sort()).toEqual(["ar", "de", "es", "fr", "ja", "zh-CN", "zh-TW"]);
});

for (const tag of OTHERS) {
  test(`all elements speak ${tag}, and nothing is cut off, narrow or wide`, { tag: ["@wcag-1.4.10", "@wcag-3.1.2"] }, async ({ shop, page }) => {
    const [wide, narrow] = [1280, 320].map((width) => ({ width, height: 800 })) as [Size, Size];
    await page.setViewportSize(narrow);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await speak(page, tag);
    await shop.open("/", "jun");
    await tour(shop, async (path, elements) => {
      for (const size of [wide, narrow]) {
        await page.setViewportSize(size);
        for (const name of elements) {
          await expect(shop.element(name).locator("[part~=base]")).toHaveAttribute("lang", tag);
          expect(await isClipped(shop.element(name)), `${path} ${name} ${size.width}`).toEqual([]);
        }
      }
      expect(await axe(page), path).toEqual([]);
    });
    await page.goto(`${shop.demo.shop}/rewards`);
    await shop.element("rewards").scrollIntoViewIfNeeded();
    await shop.element("rewards").locator("[part~=redeem]:enabled").first().click();
    await expect(shop.dialog).toContainText(says(tag, "redeem.confirm"));
    expect(await isClipped(shop.element("rewards"))).toEqual([]);
    await shop.dialog.locator("[part~=redeem]").click();
    await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
    expect(await isClipped(shop.element("rewards"))).toEqual([]);
    expect(await axe(page)).toEqual([]);
  });
}

/** Lets the elements speak a language that nobody does, and collects what the backend tells. */
async function pretend({ page, demo }: Shop): Promise<ReadonlySet<string>> {
  // German has English's plurals; its file is stood in for before the browser looks at its checksum.
  await speak(page, "de");
  await page.addInitScript((pseudo) => {
    const real = window.fetch;
    window.fetch = async (...args) => (/\/locale\/de-/.test(String(args[0])) ? Response.json(pseudo) : real(...args));
  }, Object.fromEntries(Object.entries(catalogue("en")).map(([key, text]) => [key, pseudo(text)])));
  const told = new Set<string>();
  page.on("response", async (response) => {
    if (!response.url().startsWith(`${demo.api}/v1/`) || !response.headers()["content-type"]?.includes("json")) return;
    for (const text of strings(await response.json().catch(() => null))) told.add(text);
  });
  return told;
}

/** Every text is pretended, or has been told; and all of it is to be seen. */
async function read(shop: Shop, name: Name, told: ReadonlySet<string>, where: string): Promise<void> {
  const texts = await shop.element(name).evaluate(textsOf);
  expect(texts.length, name).toBeGreaterThan(0);
  // The shop words its purposes itself.
  const own = strings(await shop.element(name).evaluate((host) => (host as { purposes?: unknown }).purposes));
  const known = new Set([...told, ...own]);
  expect(texts.map((text) => unlocalized(text, known)).filter(Boolean), `${where} ${name}`).toEqual([]);
  expect(await isClipped(shop.element(name)), `${where} ${name}`).toEqual([]);
}

test("every text of every element comes from the catalogue, and a third more of it still fits 320 pixels", async ({ shop, page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const told = await pretend(shop);
  await shop.open("/", "jun");
  const look = (where: string, name: Name) => read(shop, name, told, where);
  await tour(shop, async (path, elements) => {
    for (const name of elements) await look(path, name);
  });
  await page.goto(`${shop.demo.shop}/rewards`);
  await shop.element("rewards").scrollIntoViewIfNeeded();
  await shop.element("rewards").locator("[part~=redeem]:enabled").first().click();
  await expect(shop.dialog).toBeVisible();
  await look("asked", "rewards");
  await shop.dialog.locator("[part~=redeem]").click();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  await look("redeemed", "rewards");

  await page.goto(`${shop.demo.shop}/account`);
  const survey = shop.element("feedback");
  await survey.scrollIntoViewIfNeeded();
  await survey.locator("[part~=score]").first().click();
  await survey.locator("[part~=do]").click();
  await expect(survey.locator("[part~=title]")).toContainText(pseudo(catalogue("en")["feedback.thanks"]!));
  await look("answered", "feedback");
  const privacy = shop.element("privacy");
  await privacy.scrollIntoViewIfNeeded();
  await privacy.locator("[part~=choice] button").first().click();
  await expect(privacy.locator("[part~=choice] [aria-pressed=true]").first()).toBeVisible();
  await look("decided", "privacy");
});

test("what guests are told comes from the catalogue as well", async ({ shop, page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  const told = await pretend(shop);
  await shop.open("/", "guest");
  const names = ["vouchers", "activity", "earn", "offers", "referral", "feedback", "privacy", "tier", "rewards", "balance"] as const;
  await page.evaluate((names) => {
    const elements = names.map((name) => Object.assign(document.createElement(`stampcard-${name}`), { loading: "eager" }));
    document.querySelector("main")!.replaceChildren(...elements);
  }, names);
  for (const name of names) {
    await expect(shop.element(name)).toContainText(pseudo(catalogue("en")[`${name}.guest`]!).split("{")[0]!);
    await read(shop, name, told, "guest");
  }
});

for (const [tag, text] of [
  ["en", "2 شاي (ذهبي)!"],
  ["ar", "2 Teas (Gold)!"],
] as const) {
  test(`in ${tag} what comes from outside and runs the other way neither turns nor turns what is around it`, async ({ shop, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await speak(page, tag);
    await page.addInitScript((text) => {
      const real = window.fetch;
      const turn = (key: string, value: unknown) =>
        ["title", "name", "description", "terms"].includes(key) && value && typeof value === "string" ? text : value;
      window.fetch = async (...args) => {
        const answer = await real(...args);
        if (!/\/v1\//.test(answer.url) || !answer.headers.get("content-type")?.includes("json")) return answer;
        const { status, headers } = answer;
        return new Response(JSON.stringify(JSON.parse(await answer.text(), turn)), { status, headers });
      };
    }, text);
    await shop.open("/", "jun");
    await page.evaluate(() => (document.documentElement.dir = "rtl"));
    let found = 0;
    await tour(shop, async (path, elements) => {
      await page.evaluate(() => (document.documentElement.dir = "rtl"));
      for (const name of elements) {
        const { count, turned } = await shop.element(name).evaluate(turnedIn, { text, isRtl: tag === "en" });
        expect(turned, `${path} ${name}`).toEqual([]);
        found += count;
      }
    });
    expect(found).toBeGreaterThan(40);
  });
}

/** As if every page that comes named the language: the tag of the script is told before the script runs. */
async function name(page: Page, tag: Tag): Promise<void> {
  await page.addInitScript((tag) => {
    const tell = () => document.querySelector("script[data-stampcard]")?.setAttribute("data-locale", tag);
    new MutationObserver(tell).observe(document, { childList: true, subtree: true });
  }, tag);
}

test("nobody sees English while another language is on its way", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await name(page, "de");
  await page.route("**/sdk/locale/de-*.json", async (route) => {
    await new Promise((done) => setTimeout(done, 2_000));
    await route.continue();
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      for (const host of document.querySelectorAll("main stampcard-balance")) {
        const base = host.shadowRoot?.querySelector("[part~=base]");
        const text = base?.querySelector(".skeleton") ? "skeleton" : (base?.textContent ?? "");
        if (seen.at(-1) !== text) seen.push(text);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${shop.demo.shop}/rewards`);
  await expect(shop.element("balance")).toContainText(says("de", "balance.label"));
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen).toContain("skeleton");
  expect(seen.filter((text) => says("en", "balance.label").test(text))).toEqual([]);
});

for (const [how, body] of [
  ["says something else than what was built", JSON.stringify({ "balance.label": "<img src=x onerror=alert(1)>" })],
  ["is missing", ""],
] as const) {
  test(`a language's file that ${how} leaves English, and each element tells so once`, async ({ shop, page }) => {
    await shop.open("/", "jun");
    await speak(page, "fr");
    await page.route("**/sdk/locale/fr-*.json", (route) =>
      body ? route.fulfill({ contentType: "application/json", body }) : route.fulfill({ status: 404 }),
    );
    await page.addInitScript(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      document.addEventListener("stampcard-error", (event) => {
        told.push(`${(event.target as Element).localName} ${(event as CustomEvent<{ code: string }>).detail.code}`);
      });
    });
    await page.goto(`${shop.demo.shop}/rewards`);
    await expect(shop.element("balance")).toContainText(says("en", "balance.label"));
    await expect(shop.element("balance").locator("[part~=base]")).toHaveAttribute("lang", "en");
    await page.evaluate(() => (window as unknown as { Stampcard: { refresh(): Promise<void> } }).Stampcard.refresh());
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
    expect(told).toContain("stampcard-tier language_unavailable");
    // The pill in the header has the same name as the card.
    expect(told.filter((one) => !one.includes("balance"))).toEqual([...new Set(told)].filter((one) => !one.includes("balance")));
    shop.complaints = shop.complaints.filter((text) => !/English stands in|integrity|404|digest/.test(text));
  });
}

test("a language that never comes is waited for ten seconds, then it is English", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await name(page, "ja");
  await page.route("**/sdk/locale/ja-*.json", () => undefined);
  await page.goto(`${shop.demo.shop}/rewards`);
  await expect(shop.element("balance").locator(".skeleton")).toBeAttached();
  await expect(shop.element("balance")).toContainText(says("en", "balance.label"), { timeout: 20_000 });
  shop.complaints = shop.complaints.filter((text) => !/English stands in|ERR_/.test(text));
});

test("in Arabic the page may run from left to right, and signs stay before their numbers", async ({ shop, page }) => {
  await speak(page, "ar");
  await shop.open("/account", "jun");
  const activity = shop.element("activity");
  await activity.scrollIntoViewIfNeeded();
  await expect(activity).toContainText(/\u200e[+−]/);
  expect(await activity.locator("[part~=base]").evaluate((base) => getComputedStyle(base).direction)).toBe("rtl");
  await rightToLeft(page);
  await expect(activity).toContainText(says("ar", "activity.why"));
});

/** A text with accents, in brackets and a third longer: what is not from a catalogue stands out, and long languages fit. */
function pseudo(text: string): string {
  const accents: Record<string, string> = { a: "á", e: "é", i: "í", o: "ó", u: "ú", n: "ñ", c: "ç", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú" };
  const parts = text.split(/(\{\w+\})/).map((part) => (part.startsWith("{") ? part : part.replaceAll(/[aeiouncAEIOU]/g, (letter) => accents[letter] ?? letter)));
  const letters = text.replaceAll(/\{\w+\}/g, "").length;
  return `⟦${parts.join("")}${" lóng".repeat(Math.ceil(letters / 15))}⟧`;
}

/** Every string in an answer. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
}

/** The texts of an element, for eyes and for screen readers. */
function textsOf(host: Element): string[] {
  const texts: string[] = [];
  const walk = (node: Node) => {
    if (node instanceof Text) texts.push(node.data);
    if (node instanceof Element) {
      for (const name of ["aria-label", "aria-valuetext", "placeholder", "title", "alt"]) texts.push(node.getAttribute(name) ?? "");
    }
    node.childNodes.forEach(walk);
  };
  walk(host.shadowRoot!);
  return texts.filter((text) => text.trim());
}

/** How often a text from outside stands in an element, and where it is turned or not kept to itself. */
function turnedIn(host: Element, { text, isRtl }: { text: string; isRtl: boolean }): { count: number; turned: string[] } {
  const turned: string[] = [];
  let count = 0;
  const texts = document.createTreeWalker(host.shadowRoot!, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode() as Text | null; node; node = texts.nextNode() as Text | null) {
    const at = node.data.indexOf(text);
    if (at < 0) continue;
    count += 1;
    const own = node.parentElement!;
    const tell = (what: string) => turned.push(`${own.outerHTML.slice(0, 80)}: ${what}`);
    const isAlone = own.matches("bdi, [dir=auto]");
    if (!isAlone && node.data[at - 1] !== "\u2068") tell("not kept to itself");
    if (isAlone && getComputedStyle(own).textAlign === "start") tell("on a side of its own");
    const place = (offset: number) => {
      const range = document.createRange();
      range.setStart(node!, at + offset);
      range.setEnd(node!, at + offset + 1);
      return range.getBoundingClientRect();
    };
    const [first, last] = [place(0), place(text.length - 1)];
    const isOneLine = first.width > 0 && Math.abs(first.top - last.top) < first.height / 2;
    if (isOneLine && first.left > last.left !== isRtl) tell("turned");
  }
  return { count, turned };
}

/** What is left of a text without what the catalogue, the program and the member, and `Intl` said. */
function unlocalized(text: string, told: ReadonlySet<string>): string {
  let rest = text.replaceAll(/https?:\/\/\S+/g, " ");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, " ");
  }
  rest = rest.replaceAll(/\d{1,2}\. \p{L}+\.?( \d{4})?/gu, " ");
  for (const one of [...told].sort((a, b) => b.length - a.length)) if (one.trim()) rest = rest.replaceAll(one, " ");
  return /\p{L}/u.test(rest) ? `${text} (${rest.trim()})` : "";
}

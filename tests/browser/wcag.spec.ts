import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, isClipped, says, test, tour } from "./fixtures";
import { GOLDEN, TABLE, golden, rows, table, tests } from "./wcag.mjs";

/** The spacing that a reader may set (1.4.12). */
const SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }";

test("the accessibility report names the tests that show it, and no others", () => {
  const committed = (path: string) => readFileSync(resolve(import.meta.dirname, "../..", path), "utf8");
  // What is listed has not run; a test that fails, fails the suite itself.
  const found = rows(tests("--list").map((test) => ({ ...test, passed: true })));
  const refresh = "refresh it: cargo xtask accessibility";
  expect(committed(GOLDEN), refresh).toBe(golden(found));
  expect(committed(TABLE), refresh).toBe(table(found));
});

test("text twice as large is whole, and so are lines, words and letters further apart", { tag: ["@wcag-1.4.4", "@wcag-1.4.12"] }, async ({ shop, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await shop.open("/", "jun");
  await tour(shop, async (path, elements) => {
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    for (const name of elements) expect(await isClipped(shop.element(name)), `${path} ${name}`).toEqual([]);
    await page.evaluate(() => (document.documentElement.style.fontSize = ""));
    for (const name of elements) {
      await shop.element(name).evaluate((host, rules) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        host.shadowRoot!.adoptedStyleSheets = [...host.shadowRoot!.adoptedStyleSheets, sheet];
      }, SPACED);
      expect(await isClipped(shop.element(name)), `${path} ${name}`).toEqual([]);
    }
  });
});

const STILL = ["@wcag-1.3.4", "@wcag-1.4.13", "@wcag-2.2.2", "@wcag-2.5.3"];

test("upright or lying shows the same, hover and focus uncover nothing, nothing moves by itself, and what a control says is in its name", { tag: STILL }, async ({ shop, page }) => {
  await page.setViewportSize({ width: 600, height: 900 });
  await shop.open("/", "jun");
  await tour(shop, async (path, elements) => {
    for (const name of elements) {
      const element = shop.element(name);
      await expect.poll(() => element.evaluate(moving), `${path} ${name}`).toBe(0);
      const upright = await element.evaluate(shown);
      const controls = element.locator(":is(button, a, input, select, summary):visible");
      for (let at = 0; at < Math.min(await controls.count(), 4); at += 1) {
        await controls.nth(at).hover({ force: true });
        await controls.nth(at).focus();
        expect(await element.evaluate(shown), `${path} ${name} ${at}`).toEqual(upright);
      }
      expect(await element.evaluate(misnamed), `${path} ${name}`).toEqual([]);
      await page.setViewportSize({ width: 600, height: 400 });
      expect(await element.evaluate(shown), `${path} ${name}`).toEqual(upright);
      await page.setViewportSize({ width: 600, height: 900 });
    }
  });
});

const moving = (host: Element) => host.shadowRoot!.getAnimations().filter((one) => one.playState === "running").length;

const shown = (host: Element) =>
  [...host.shadowRoot!.querySelectorAll<HTMLElement>("*")]
    .filter((node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((node) => `${node.localName}.${node.getAttribute("class")}`);

/** Controls with a name of their own that does not hold what is written on them. */
const misnamed = (host: Element) =>
  [...host.shadowRoot!.querySelectorAll<HTMLElement>("[aria-label]:is(button, a, input, summary)")]
    .map((control) => [control.innerText, control.ariaLabel!].map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()))
    .filter(([written, named]) => !named!.includes(written!));

test("a press that ends elsewhere does nothing", { tag: "@wcag-2.5.2" }, async ({ shop, page }) => {
  await shop.open("/rewards", "amara");
  const button = shop.card("Free shipping").getByRole("button").first();
  await button.hover();
  await page.mouse.down();
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await expect(shop.dialog).toHaveCount(0);
  await button.click();
  await expect(shop.dialog).toContainText(says("en", "redeem.confirm"));
});

const WALK = ["@wcag-1.3.2", "@wcag-2.1.2", "@wcag-2.4.3", "@wcag-2.4.7", "@wcag-2.4.11", "@wcag-3.2.1"];

test("Tab goes through every element in the order that is seen, is seen itself, changes nothing, and comes out", { tag: WALK }, async ({ shop, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await shop.open("/", "jun");
  await tour(shop, async (path, elements) => {
    const address = page.url();
    for (const name of elements) {
      const element = shop.element(name);
      await element.evaluate((host) => {
        const before = document.createElement("button");
        before.textContent = "before";
        host.before(before);
        before.focus();
      });
      let last: Stop | undefined;
      for (let stops = 0; ; stops += 1) {
        await page.keyboard.press("Tab");
        const stop = await element.evaluate(focusedIn);
        if (!stop) break;
        expect(stop, `${path} ${name}`).toMatchObject({ isFree: true, isRinged: true });
        // Cards lie beside each other: what comes next may be higher, and then it is further on.
        const isBack = last && stop.bottom <= last.top && stop.left < last.left;
        expect(isBack, `${path} ${name} ${stop.what} after ${last?.what}`).toBeFalsy();
        expect(stops, `${path} ${name} keeps the focus`).toBeLessThan(120);
        last = stop;
      }
      await element.evaluate((host) => host.previousElementSibling!.remove());
      expect(page.url()).toBe(address);
      expect(await page.locator("dialog[open]").count(), `${path} ${name}`).toBe(0);
    }
  });
});

type Stop = NonNullable<ReturnType<typeof focusedIn>>;

/** What has the focus in an element, where it is on the page, and whether it can be seen that it has it. */
function focusedIn(host: Element) {
  const focused = host.shadowRoot!.activeElement;
  if (!focused) return null;
  const { left, top, bottom, width, height } = focused.getBoundingClientRect();
  const steps = [0.1, 0.5, 0.9];
  // One point of it that nothing of the page covers is enough.
  const isFree = steps.some((x) => steps.some((y) => document.elementFromPoint(left + width * x, top + height * y) === host));
  // A ring may be around what stands for the control, or around the box that it is in.
  const isRinged = [focused, focused.nextElementSibling, focused.parentElement].some((node) => {
    if (!node) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  return { what: focused.outerHTML.slice(0, 120), isFree, isRinged, left, top: top + scrollY, bottom: bottom + scrollY };
}

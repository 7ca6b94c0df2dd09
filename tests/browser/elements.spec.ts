import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { AXE, axe, expect, says, test, type Language, type Shop } from "./fixtures";

interface Element {
  readonly tagName: string;
  readonly events: readonly { readonly name: string }[];
}

const manifest = resolve(import.meta.dirname, "../../crates/stampcard-widget/npm/custom-elements.json");
const ELEMENTS = (JSON.parse(readFileSync(manifest, "utf8")) as { modules: { declarations: Element[] }[] }).modules[0]!.declarations;
const NAMES = ELEMENTS.map(({ tagName }) => tagName.replace("stampcard-", ""));

/** Waits until what is on the stage is there. */
async function settled(page: Page, name: string): Promise<void> {
  const live = page.locator(name === "program" ? "#stage stampcard-balance" : `#stage stampcard-${name}`);
  await expect(live.locator("[part~=base] > *").first()).toBeAttached();
  await expect(live.locator(".skeleton")).toHaveCount(0);
}

async function open(shop: Shop, name: string): Promise<void> {
  await shop.page.goto(`${shop.demo.shop}/elements/${name}`);
  await settled(shop.page, name);
}

for (const [colorScheme, language] of [["light", "en"], ["dark", "zh-CN"]] as [("light" | "dark"), Language][]) {
  test(`axe finds nothing on the elements' own pages in ${language} in ${colorScheme}`, { tag: AXE }, async ({ shop, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await shop.open("/elements", "jun", language);
    expect(await axe(page), "index").toEqual([]);
    for (const name of NAMES) {
      await open(shop, name);
      expect(await axe(page), name).toEqual([]);
    }
    await page.goto(`${shop.demo.shop}/accessibility`);
    expect(await axe(page), "accessibility").toEqual([]);
  });
}

test("nothing on an element's page moves while it comes, and nothing is cut off at 320 pixels", async ({ shop, page }) => {
  await shop.open("/elements", "jun");
  await page.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    /** Where a node is on the page itself, whatever shadow it lies in. */
    const outside = (node?: Node | null): Node | undefined | null => {
      const root = node?.getRootNode();
      return root instanceof ShadowRoot ? outside(root.host) : node;
    };
    new PerformanceObserver((list) => {
      for (const { sources, hadRecentInput } of list.getEntries() as (PerformanceEntry & { sources: { node?: Node }[]; hadRecentInput: boolean })[]) {
        const nodes = hadRecentInput ? [] : sources.map(({ node }) => outside(node) as HTMLElement);
        // The header's balance and the launcher are on every page of the shop.
        moved.push(...nodes.filter((node) => node?.closest?.("main") && !node.closest("stampcard-panel")).map((node) => `${node.localName}.${node.className}`));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const name of NAMES) {
      await open(shop, name);
      expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved), `${name} at ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name} at ${width}`).toBeLessThanOrEqual(0);
    }
  }
});

test("attributes are tried, events are told as they come, and lines are copied", async ({ shop, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: shop.demo.shop });
  await shop.open("/elements/balance", "jun");
  await settled(page, "balance");
  const live = page.locator("#stage stampcard-balance");
  await expect(page.locator("#log")).toContainText('stampcard-ready{"guest":false}');
  await page.getByRole("checkbox", { name: "compact" }).check();
  await expect(live.locator("[part~=pill]")).toBeVisible();
  await page.getByRole("combobox", { name: "theme" }).selectOption("dark");
  await expect(live).toHaveAttribute("theme", "dark");
  const paper = () => live.locator("[part~=base]").evaluate((base) => getComputedStyle(base).colorScheme);
  await expect.poll(paper).toBe("dark");
  await page.getByRole("combobox", { name: "theme" }).selectOption("not set");
  await expect(live).not.toHaveAttribute("theme");
  // The shop sets tokens, which would win over a theme; here the element wears its own.
  const card = await live.evaluate((host) => getComputedStyle(host).getPropertyValue("--stampcard-color-surface"));
  expect(card).toBe("");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.locator("#status")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("<stampcard-balance></stampcard-balance>");
});

test("a voucher that is tried stays on its page, and a panel opens from its own", async ({ shop, page }) => {
  await shop.open("/elements/rewards", "amara");
  await settled(page, "rewards");
  const live = page.locator("#stage stampcard-rewards");
  await live.locator("[part~=redeem]:enabled").first().click();
  await live.locator("dialog[open] [part~=redeem]").click();
  await live.locator("dialog[open] [part~=apply]").click();
  await expect(page.locator("#log")).toContainText("stampcard-voucher-applied");
  await expect(page.locator("#log")).toContainText("stampcard-redeemed");
  expect(new URL(page.url()).pathname).toBe("/elements/rewards");
  await page.goto(`${shop.demo.shop}/elements/panel`);
  await expect(async () => {
    await page.getByRole("button", { name: "Open it" }).click();
    await expect(page.getByRole("dialog")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.locator("#log")).toContainText('stampcard-opened{"part":"home"}');
  await page.getByRole("button", { name: says("en", "close") }).click();
});

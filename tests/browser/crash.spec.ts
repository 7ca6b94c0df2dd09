import type { Locator, Page } from "@playwright/test";

import { PAGES, expect, test, type Shop } from "./fixtures";

/** What the rewards page shows besides what is on all pages. */
const REWARDS = ["balance", "tier", "rewards"] as const;

/**
 * Lets the wasm trap while it draws the elements that match, so many times: before anything else an element says which
 * language it is drawn in. `base` is the tag of what it draws into.
 */
async function trap(page: Page, elements: string, times = 1, base = "*"): Promise<void> {
  await page.addInitScript(
    ([elements, times, base]) => {
      const { get, set } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "lang")!;
      Object.defineProperty(HTMLElement.prototype, "lang", {
        configurable: true,
        get,
        set(this: HTMLElement, tag: string) {
          const root = this.getRootNode();
          if (times > 0 && root instanceof ShadowRoot && root.host.matches(elements) && this.matches(base)) {
            times -= 1;
            throw new WebAssembly.RuntimeError("forced");
          }
          set!.call(this, tag);
        },
      });
    },
    [elements, times, base] as const,
  );
}

/** Opens a page at which everything is near the viewport. */
async function open(shop: Shop, path: string): Promise<void> {
  await shop.page.setViewportSize({ width: 1000, height: 6000 });
  await shop.open("/", "jun");
  if (path === "/cart") {
    await shop.page.goto(`${shop.demo.shop}/product/teapot`);
    await shop.page.locator("#buy button[type=submit]").click();
  }
  shop.complaints = [];
  await shop.page.goto(shop.demo.shop + path);
}

const retryOf = (element: Locator): Locator => element.locator("[part~=retry]");
const launcherOf = (page: Page): Locator => page.locator("stampcard-panel [part~=launcher]");
const titleOf = (page: Page): Locator => page.locator("stampcard-panel [part~=bar] > [part~=title]");
const crashesOf = (shop: Shop): string[] => shop.complaints.filter((complaint) => complaint.startsWith("stampcard: crashed"));

async function expectDrawn(element: Locator): Promise<void> {
  await expect(element.locator("[part~=base][lang] > :not(slot)").first()).toBeAttached();
  await expect(element.locator(".skeleton")).toHaveCount(0);
  await expect(retryOf(element)).toHaveCount(0);
}

for (const [path, names] of PAGES) {
  for (const name of names) {
    test(`a crash in ${name} shows there that it failed, with a way to try again, and the others are there`, async ({ shop, page }) => {
      await trap(page, `main stampcard-${name}`);
      await open(shop, path);
      await expect(retryOf(shop.element(name))).toBeVisible();
      for (const other of names) if (other !== name) await expectDrawn(shop.element(other));
      await expect(shop.pill).toContainText("452");
      await expect(launcherOf(page)).toContainText("452");
      await retryOf(shop.element(name)).click();
      await expectDrawn(shop.element(name));
      for (const other of names) await expectDrawn(shop.element(other));
      expect(crashesOf(shop)).toHaveLength(1);
      shop.complaints = [];
    });
  }
}

test("a panel opens although its launcher crashed, which comes back with it", async ({ shop, page }) => {
  await trap(page, "stampcard-panel", 1, "span");
  await open(shop, "/rewards");
  await expect(launcherOf(page)).toHaveText("Rewards");
  await launcherOf(page).click();
  await expect(titleOf(page)).toHaveText("Lantern Leaves");
  await expect(launcherOf(page)).toContainText("452");
  for (const name of REWARDS) await expectDrawn(shop.element(name));
  shop.complaints = [];
});

test("a panel whose inside crashed offers to try again, and can be closed", async ({ shop, page }) => {
  await trap(page, "stampcard-panel", 2, "div");
  await open(shop, "/rewards");
  const panel = page.locator("stampcard-panel");
  await launcherOf(page).click();
  await expect(retryOf(panel)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel.getByRole("dialog")).toHaveCount(0);
  await launcherOf(page).click();
  await retryOf(panel).click();
  await expect(titleOf(page)).toHaveText("Lantern Leaves");
  for (const name of REWARDS) await expectDrawn(shop.element(name));
  shop.complaints = [];
});

test("what crashes with every start ends in an offer to try again, and in no loop", async ({ shop, page }) => {
  // The panel's inside brings a new one with every start of its own.
  await trap(page, "stampcard-panel stampcard-balance, stampcard-balance.inside", 1_000);
  await open(shop, "/rewards");
  await launcherOf(page).click();
  await expect(retryOf(page.locator("stampcard-panel [part~=drawer] > [part~=base] > .notice"))).toBeVisible();
  await expect(retryOf(shop.element("tier"))).toBeVisible();
  const crashes = crashesOf(shop).length;
  expect(crashes).toBeLessThanOrEqual(5);
  await page.waitForTimeout(1_000);
  expect(crashesOf(shop)).toHaveLength(crashes);
  await page.keyboard.press("Escape");
  await retryOf(shop.element("tier")).click();
  await expectDrawn(shop.element("tier"));
  shop.complaints = [];
});

/** Holds the answers to requests for `path` that are sent before `release` is called. */
async function hold(page: Page, path: string): Promise<{ count(): number; release(): void }> {
  let isHolding = true;
  const held: (() => void)[] = [];
  await page.route(path, async (route) => {
    if (isHolding) await new Promise<void>((go) => held.push(go));
    await route.continue().catch(() => undefined);
  });
  return {
    count: () => held.length,
    release() {
      isHolding = false;
      for (const go of held.splice(0)) go();
    },
  };
}

/** Lets the wasm trap once, when it draws a text with this word. */
const trapAtWord = (word: string): void => {
  const make = document.createTextNode;
  let isFirst = true;
  document.createTextNode = (text: string) => {
    if (isFirst && text.includes(word)) {
      isFirst = false;
      throw new WebAssembly.RuntimeError("forced");
    }
    return make.call(document, text);
  };
};

test("what a crashed instance left under way comes to nothing", async ({ shop, page }) => {
  // It crashes when the history is there, while it waits for the vouchers.
  const vouchers = await hold(page, "**/v1/me/vouchers*");
  await page.addInitScript(trapAtWord, "Balance");
  await open(shop, "/account");
  await expect(retryOf(shop.element("activity"))).toBeVisible();
  for (const name of ["earn", "offers", "privacy"] as const) await expectDrawn(shop.element(name));
  expect(crashesOf(shop)).toHaveLength(1);
  expect(vouchers.count()).toBeGreaterThan(0);
  vouchers.release();
  for (const name of ["vouchers", "earn", "offers", "privacy"] as const) await expectDrawn(shop.element(name));
  await page.waitForTimeout(500);
  expect(crashesOf(shop)).toHaveLength(1);
  shop.complaints = [];
});

test("who waits for an answer of an instance that crashes is told", async ({ shop, page }) => {
  await open(shop, "/rewards");
  for (const name of REWARDS) await expectDrawn(shop.element(name));
  const me = await hold(page, "**/v1/me");
  const waiting = page.evaluate(() => {
    const balance = document.querySelector("main stampcard-balance") as HTMLElement & { refresh(): Promise<void> };
    return balance.refresh().then(() => "answered", ({ code }: { code: string }) => code);
  });
  await expect.poll(me.count).toBeGreaterThan(0);
  await page.evaluate(trapAtWord, "Gold");
  await shop.element("tier").evaluate((tier) => tier.replaceWith(document.createElement("stampcard-tier")));
  expect(await waiting).toBe("crashed");
  me.release();
  for (const name of ["balance", "rewards"] as const) await expectDrawn(shop.element(name));
  shop.complaints = [];
});

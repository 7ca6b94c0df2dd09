import type { Page, Route } from "@playwright/test";

import { expect, says, test, type Shop } from "./fixtures";

const REDEMPTIONS = "**/v1/me/redemptions";

test("clicking twice redeems once", async ({ shop }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  await submit(shop).dblclick();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  expect((await shop.vouchers()).length).toBe(before + 1);
});

test("a page reloaded before the answer came finds its voucher and redeems once", async ({ shop, page }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  let arrived!: () => void;
  const atBackend = new Promise<void>((done) => (arrived = done));
  // The backend carries it out, and the page is gone before the answer is.
  await page.route(REDEMPTIONS, async (route) => {
    await route.fetch();
    arrived();
  });
  await submit(shop).click();
  await atBackend;
  await page.unroute(REDEMPTIONS);
  await page.reload();
  await foundAgain(shop);
  expect((await shop.vouchers()).length).toBe(before + 1);
});

test("a page reloaded before the request left redeems once", async ({ shop, page }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  await page.route(REDEMPTIONS, () => undefined);
  await submit(shop).click();
  await expect(shop.dialog).toContainText(says("en", "redeem.sending"));
  await page.unroute(REDEMPTIONS);
  await page.reload();
  await foundAgain(shop);
  expect((await shop.vouchers()).length).toBe(before + 1);
});

test("going away and back in the middle loses nothing", async ({ shop, page }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  await page.route(REDEMPTIONS, () => undefined);
  await submit(shop).click();
  await expect(shop.dialog).toContainText(says("en", "redeem.sending"));
  await page.unroute(REDEMPTIONS);
  await page.goto(`${shop.demo.shop}/account`);
  await page.goBack();
  await foundAgain(shop);
  expect((await shop.vouchers()).length).toBe(before + 1);
});

test("an answer lost on the way is asked for again with the same key", async ({ shop, page }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  const keys: (string | undefined)[] = [];
  await page.route(REDEMPTIONS, async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length === 1) {
      await route.fetch();
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  await submit(shop).click();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible({ timeout: 30_000 });
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
  expect((await shop.vouchers()).length).toBe(before + 1);
  shop.complaints = shop.complaints.filter((text) => !text.includes("ERR_CONNECTION_RESET"));
});

test("the network going away in the middle is waited out", async ({ shop, page }) => {
  await confirming(shop);
  const before = (await shop.vouchers()).length;
  await page.context().setOffline(true);
  await submit(shop).click();
  await expect(shop.dialog).toContainText(says("en", "redeem.waiting"), { timeout: 30_000 });
  await page.context().setOffline(false);
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible({ timeout: 45_000 });
  expect((await shop.vouchers()).length).toBe(before + 1);
  shop.complaints = shop.complaints.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"));
});

test("another member in the same tab never gets the redemption of the one before", async ({ shop, page }) => {
  await confirming(shop);
  await page.route(REDEMPTIONS, () => undefined);
  await submit(shop).click();
  await expect(shop.dialog).toContainText(says("en", "redeem.sending"));
  await page.unroute(REDEMPTIONS);
  const sent: Route[] = [];
  await page.route(REDEMPTIONS, (route) => {
    sent.push(route);
    return route.continue();
  });
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  await expect(shop.element("rewards").locator("[part~=redeem]").first()).toBeVisible();
  expect(sent).toEqual([]);
});

test("a reward that ran out meanwhile is refused in words, and nothing is taken", async ({ shop, page }) => {
  await confirming(shop);
  const before = await shop.balance();
  await answerOnce(page, 409, "out_of_stock");
  await submit(shop).click();
  await expect(shop.dialog).toContainText(says("en", "refusal.out_of_stock"));
  await page.keyboard.press("Escape");
  expect(await shop.balance()).toBe(before);
  expect(await storedIntents(page)).toEqual([]);
  shop.complaints = shop.complaints.filter((text) => !text.includes("409"));
});

test("nothing about the member is kept in storage, and no token anywhere in the page", async ({ shop, page }) => {
  await confirming(shop);
  await submit(shop).click();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  const kept = await page.evaluate(async () => {
    const { token } = await (await fetch("/shop/token")).json();
    const everything = JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href]);
    return { everything, html: document.documentElement.outerHTML, signature: token.split(".")[2] };
  });
  expect(kept.everything).not.toMatch(/amara|eyJ/i);
  expect(kept.html).not.toContain(kept.signature);
});

/** Opens the dialog of a cheap reward for a member who can afford it. */
async function confirming(shop: Shop): Promise<void> {
  await shop.open("/rewards", "amara");
  await shop.card("Free shipping").getByRole("button").first().click();
  await expect(shop.dialog).toContainText(says("en", "redeem.confirm"));
}

function submit(shop: Shop) {
  return shop.dialog.getByRole("button", { name: says("en", "redeem.submit") });
}

/** After a reload the elements finish what was sent, and show the voucher. */
async function foundAgain(shop: Shop): Promise<void> {
  const code = shop.element("rewards").locator("[part~=code]");
  const show = shop.element("rewards").getByRole("button", { name: says("en", "redeem.open"), exact: true });
  await expect(code.or(show).first()).toBeVisible({ timeout: 30_000 });
  // The dialog may open by itself meanwhile, and takes the button away.
  await expect(async () => {
    if (!(await code.isVisible())) await show.click({ timeout: 1_000 });
    await expect(code).toHaveText(/[0-9A-Z-]{8,}/, { timeout: 1_000 });
  }).toPass();
}

async function answerOnce(page: Page, status: number, code: string): Promise<void> {
  await page.route(
    REDEMPTIONS,
    (route) => {
      if (route.request().method() === "OPTIONS") return route.continue();
      return route.fulfill({
        status,
        contentType: "application/problem+json",
        headers: { "access-control-allow-origin": new URL(page.url()).origin },
        body: JSON.stringify({ type: `about:blank#${code}`, title: code, status, code, request_id: "r", retryable: false }),
      });
    },
    { times: 1 },
  );
}

async function storedIntents(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("stampcard")));
}

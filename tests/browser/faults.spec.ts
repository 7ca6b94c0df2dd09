import type { Page } from "@playwright/test";

import { expect, says, test, type Language } from "./fixtures";

const languages: Language[] = ["en", "zh-CN"];

/** Each: what the backend does instead of answering, and the sentence for it. */
const faults: { name: string; sentence: string; act: (page: Page, api: string) => Promise<void> }[] = [
  {
    name: "is down",
    sentence: "failure.unavailable",
    act: (page, api) => page.route(`${api}/**`, (route) => route.abort("connectionrefused")),
  },
  {
    name: "says that it cannot",
    sentence: "failure.unavailable",
    act: (page, api) => answer(page, api, 503, "application/problem+json", '{"code":"unavailable"}'),
  },
  {
    name: "answers HTML",
    sentence: "failure.malformed",
    act: (page, api) => answer(page, api, 200, "text/html", "<h1>It works!</h1>"),
  },
  {
    name: "answers wrong types",
    sentence: "failure.malformed",
    act: (page, api) => answer(page, api, 200, "application/json", '{"items":"none","balance":{"available":-1e300},"tiers":{}}'),
  },
  {
    name: "answers broken JSON",
    sentence: "failure.malformed",
    act: (page, api) => answer(page, api, 200, "application/json", '{"id":'),
  },
];

for (const language of languages) {
  for (const { name, sentence, act } of faults) {
    test(`in ${language}, a backend that ${name} leaves the page whole, is told in words, and is recovered from`, async ({ shop, page }) => {
      test.slow();
      await shop.open("/", "jun", language);
      await act(page, shop.demo.api);
      await page.goto(`${shop.demo.shop}/rewards`);
      for (const element of ["balance", "tier", "rewards"] as const) {
        await expect(shop.element(element)).toContainText(says(language, sentence), { timeout: 45_000 });
      }
      await expect(page.locator("main h1")).toBeVisible();
      await page.unroute(`${shop.demo.api}/**`);
      await shop.element("balance").getByRole("button", { name: says(language, "retry") }).click();
      await expect(shop.element("tier")).toContainText(language === "en" ? "Silver Leaf" : "银叶");
      await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
      shop.complaints = shop.complaints.filter((text) => !/ERR_|503|Failed to load/.test(text));
    });
  }
}

test("a slow backend shows a skeleton of the final size, then the elements, and nothing moves", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await page.route(`${shop.demo.api}/**`, async (route) => {
    await new Promise((done) => setTimeout(done, 2_000));
    await route.continue();
  });
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as unknown as { value: number; hadRecentInput: boolean };
        if (!hadRecentInput) (window as unknown as { shift: number }).shift += value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${shop.demo.shop}/rewards`);
  await expect(shop.element("tier")).toContainText("Silver Leaf", { timeout: 20_000 });
  await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.01);
});

test("what was known stays in view while the backend is away, with its time and without actions", async ({ shop, page }) => {
  test.slow();
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  const known = await shop.balance();
  await page.route(`${shop.demo.api}/**`, (route) => route.abort("connectionrefused"));
  await page.evaluate(() => (window as unknown as { Stampcard: { refresh(): Promise<void> } }).Stampcard.refresh().catch(() => undefined));
  await expect(shop.element("balance")).toContainText(says("en", "stale"), { timeout: 45_000 });
  expect(await shop.balance()).toBe(known);
  await expect(shop.element("rewards").locator("[part~=redeem]:enabled")).toHaveCount(0);
  await page.unroute(`${shop.demo.api}/**`);
  await shop.element("balance").getByRole("button", { name: says("en", "retry") }).click();
  await expect(shop.element("balance")).not.toContainText(says("en", "stale"));
  await expect(shop.element("rewards").locator("[part~=redeem]:enabled").first()).toBeVisible();
  shop.complaints = shop.complaints.filter((text) => !/ERR_|Failed to load/.test(text));
});

test.describe("with tokens that last two seconds", () => {
  test.use({ demoOptions: ["--token-ttl-seconds", "2"] });

  test("a token that expires in the middle of the journey is asked for again, and the member notices nothing", { tag: "@wcag-2.2.1" }, async ({ shop, page }) => {
    await shop.open("/rewards", "amara");
    await shop.card("Free shipping").getByRole("button").first().click();
    let tokens = 0;
    page.on("request", (request) => (tokens += Number(request.url().endsWith("/shop/token"))));
    const expired = page.waitForResponse((response) => response.url().includes("/v1/me") && response.status() === 401);
    // The server allows for clocks that differ, so the token is worn out only after that.
    await page.route("**/v1/me/redemptions", (route) =>
      route.fulfill({
        status: 401,
        contentType: "application/problem+json",
        headers: { "access-control-allow-origin": shop.demo.shop },
        body: '{"type":"about:blank#unauthorized","title":"expired","status":401,"code":"unauthorized","request_id":"r","retryable":false}',
      }), { times: 1 });
    await shop.dialog.getByRole("button", { name: says("en", "redeem.submit") }).click();
    await expired;
    await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
    expect(tokens).toBeGreaterThan(0);
    shop.complaints = shop.complaints.filter((text) => !text.includes("401"));
  });
});

async function answer(page: Page, api: string, status: number, contentType: string, body: string): Promise<void> {
  await page.route(`${api}/**`, (route) =>
    route.request().method() === "OPTIONS"
      ? route.continue()
      : route.fulfill({ status, contentType, body, headers: { "access-control-allow-origin": new URL(page.url()).origin } }),
  );
}

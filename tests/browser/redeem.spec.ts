import type { Page } from "@playwright/test";

import { AXE, axe, expect, rightToLeft, says, test, type Language, type Shop } from "./fixtures";

const slider: Record<Language, string> = { en: "As much off as you like", "zh-CN": "减多少，您来定" };
const gaiwan: Record<Language, string> = { en: "A gaiwan, half in leaves", "zh-CN": "盖碗，一半用叶换" };

for (const language of ["en", "zh-CN"] as const) {
  test.describe(`in ${language}`, () => {
    test("a member chooses how many points to spend, and the cart takes what they are worth", { tag: ["@wcag-2.1.1", "@wcag-2.5.7"] }, async ({ shop, page }) => {
      await shop.open("/rewards", "amara", language);
      const before = await shop.balance();
      await shop.card(slider[language]).getByRole("button").first().click();
      const range = shop.dialog.getByRole("slider");
      const number = shop.dialog.getByRole("spinbutton");
      await expect(range).toHaveValue("120");
      await expect(shop.dialog.locator("[part~=worth]")).toHaveText("€6");

      await range.focus();
      await page.keyboard.press("ArrowRight");
      await expect(number).toHaveValue("140");
      await expect(shop.dialog.locator("[part~=worth]")).toHaveText("€7");
      await expect(range).toHaveAttribute("aria-valuetext", /140.*€7/);
      await shop.dialog.getByRole("button", { name: says(language, "redeem.more", { amount: ".*20.*" }) }).click();
      await expect(range).toHaveValue("160");
      await shop.dialog.getByRole("button", { name: says(language, "redeem.less", { amount: ".*20.*" }) }).click();
      await expect(range).toHaveValue("140");

      await number.fill("131");
      await expect(shop.dialog.locator("[part~=redeem]")).toHaveAttribute("aria-disabled", "true");
      await number.press("Tab");
      await expect(number).toHaveValue("140");
      await number.fill("200");
      await expect(range).toHaveValue("200");
      await expect(shop.dialog.locator(".sums .total")).toContainText((before - 200).toLocaleString("en"));

      await shop.dialog.locator("[part~=redeem]").click();
      await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
      await expect(shop.dialog).toContainText("€10");
      await expect.poll(() => shop.balance()).toBe(before - 200);
    });

    test("what is to be paid on top is confirmed, and paid with the order that takes the voucher", async ({ shop, page }) => {
      await shop.open("/product/lapsang", "amara", language);
      await page.locator("#buy button[type=submit]").click();
      await page.goto(`${shop.demo.shop}/rewards`);
      const card = shop.card(gaiwan[language]);
      await expect(card.locator("[part~=price]")).toContainText("€12");
      await card.getByRole("button").first().click();
      await expect(shop.dialog).toContainText(says(language, "redeem.money"));
      await expect(shop.dialog.locator("[part~=redeem]")).toContainText("€12");
      await shop.dialog.locator("[part~=redeem]").click();
      await expect(shop.dialog).toContainText(says(language, "redeem.money_hint", { money: "€12" }));
      await page.evaluate(() => {
        let times = 0;
        addEventListener("stampcard-voucher-applied", () => sessionStorage.setItem("told", String((times += 1))), true);
      });
      await shop.dialog.locator("[part~=apply]").click();
      await expect(page).toHaveURL(`${shop.demo.shop}/cart`);
      expect(await page.evaluate(() => sessionStorage.getItem("told"))).toBe("1");
      await expect(page.locator("#cart-lines li")).toHaveCount(2);
      await expect(page.locator("#sums")).toContainText(/12[.,]00/);
      await page.locator("#checkout").click();
      await expect(page.locator("#receipt")).toBeVisible();
    });

    test("a redemption is cancelled after a second thought, and its points come back", { tag: "@wcag-3.3.4" }, async ({ shop }) => {
      await shop.open("/rewards", "amara", language);
      const before = await shop.balance();
      await shop.card(language === "en" ? "Free shipping" : "免运费一次").getByRole("button").first().click();
      await shop.dialog.locator("[part~=redeem]").click();
      await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
      await expect.poll(() => shop.balance()).toBe(before - 60);
      const button = (key: string) => shop.dialog.getByRole("button", { name: says(language, key), exact: true });
      await button("redeem.undo").dblclick();
      await expect(button("redeem.undo_confirm")).toBeVisible();
      await button("redeem.undo_keep").click();
      expect((await shop.vouchers())[0]?.state).toBe("active");
      await button("redeem.undo").click();
      await button("redeem.undo_confirm").click();
      await expect(shop.dialog.getByRole("heading", { name: says(language, "redeem.cancelled") })).toBeFocused();
      await expect.poll(() => shop.balance()).toBe(before);
      expect((await shop.vouchers())[0]?.state).toBe("cancelled");
    });
  });
}

test("the slider ends where the balance does, and says so", async ({ shop }) => {
  await shop.open("/rewards", "jun");
  const balance = await shop.balance();
  expect(balance).toBeLessThan(1_000);
  await shop.card(slider.en).getByRole("button").first().click();
  const range = shop.dialog.getByRole("slider");
  await range.press("End");
  const most = 120 + Math.floor((balance - 120) / 20) * 20;
  await expect(range).toHaveValue(String(most));
  await expect(shop.dialog.locator("#choice-hint")).toHaveText(says("en", "redeem.range_short"));
  await expect(shop.dialog.locator("[part~=step]").last()).toHaveAttribute("aria-disabled", "true");
});

test("a price that changed meanwhile is shown and asked for again, where the member is", { tag: ["@wcag-3.3.3", "@wcag-3.3.4", "@wcag-4.1.3"] }, async ({ shop, page }) => {
  await shop.open("/rewards", "amara");
  const card = shop.card("Free shipping");
  await card.getByRole("button").first().click();
  const sent: { price: number }[] = [];
  await rewardsWith(page, shop, (reward) => reward.id === "free-shipping" && Object.assign(reward, { price: 75 }));
  await page.route("**/v1/me/redemptions", (route) => {
    sent.push(route.request().postDataJSON());
    return refuse(route, shop, "price_changed");
  });
  await shop.dialog.locator("[part~=redeem]").click();
  await expect(shop.dialog.locator("[part~=notice]")).toHaveText(says("en", "refusal.price_changed"));
  await expect(shop.dialog.getByRole("status")).toHaveText(says("en", "refusal.price_changed"));
  await expect(shop.dialog.locator("[part~=redeem]")).toHaveText(/75/);
  await shop.dialog.locator("[part~=redeem]").click();
  await expect.poll(() => sent.map(({ price }) => price)).toEqual([60, 75]);
  shop.complaints = shop.complaints.filter((text) => !text.includes("409"));
});

test("what time puts an end to is told with its day", async ({ shop, page }) => {
  await shop.open("/", "amara");
  const opens_at = new Date(Date.now() + 40 * 86_400_000).toISOString();
  const refusals: Record<string, string> = { sampler: "not_open", "free-shipping": "cooldown_active", "five-off": "period_cap_reached" };
  await rewardsWith(page, shop, (reward, mine) => {
    const refusal = refusals[reward.id as string];
    if (refusal) Object.assign(mine, { refusal, opens_at });
  });
  await page.goto(`${shop.demo.shop}/rewards`);
  await expect(shop.card("Sampler of five teas").locator("[part~=missing]")).toHaveText(says("en", "reward.opens"));
  await expect(shop.card("Free shipping").locator("[part~=missing]")).toHaveText(/^Again from .*:\d\d/);
  await expect(shop.card("€5 off").locator("[part~=missing]")).toHaveText(says("en", "reward.again"));
});

test("the page may keep a voucher in view that its cart does not take", async ({ shop, page }) => {
  await shop.open("/rewards", "amara");
  await page.evaluate(() =>
    addEventListener("stampcard-voucher-applied", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { capture: true }),
  );
  await shop.card("Free shipping").getByRole("button").first().click();
  await shop.dialog.locator("[part~=redeem]").click();
  await shop.dialog.locator("[part~=apply]").click();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  await page.evaluate(() => document.querySelector("main stampcard-rewards")!.removeAttribute("apply"));
  await expect(shop.dialog.locator("[part~=apply]")).toHaveCount(0);
});

test("a script redeems for a price of its choice, and cancels", async ({ shop, page }) => {
  await shop.open("/rewards", "amara");
  const before = await shop.balance();
  const outcome = await page.evaluate(async () => {
    const card = (window as unknown as { Stampcard: Record<string, (request: object) => Promise<any>> }).Stampcard;
    const code = (request: object) => card.redeem!(request).catch((error) => error.code);
    const redemption = await card.redeem!({ rewardId: "money-off", price: 240 });
    const cancelled = await card.cancel!({ redemptionId: redemption.id });
    return {
      value: redemption.voucher.kind.amountMinor,
      until: redemption.cancelUntil,
      back: cancelled.points,
      refused: [await code({ rewardId: "money-off", price: 250 }), await code({ rewardId: "sampler", price: 1 }), await code({ rewardId: "sampler", price: 0.5 })],
      again: await card.cancel!({ redemptionId: redemption.id }).catch((error) => error.code),
    };
  });
  expect(outcome).toEqual({
    value: 1_200,
    until: expect.stringMatching(/^20/),
    back: 240,
    refused: ["price_not_offered", "price_changed", "price_not_offered"],
    again: "redemption_already_cancelled",
  });
  await expect.poll(() => shop.balance()).toBe(before);
  shop.complaints = shop.complaints.filter((text) => !/409|4\d\d/.test(text));
});

test("the first reward is celebrated, the second one is not", async ({ shop }) => {
  await shop.open("/rewards", "mira");
  await shop.card("Sampler of five teas").getByRole("button").first().click();
  await shop.dialog.locator("[part~=redeem]").click();
  await expect(shop.dialog).toContainText(says("en", "redeem.first"));
  await expect(shop.dialog.getByRole("status")).toHaveText(says("en", "redeem.first"));
});

test("a member who redeemed before is not told that it is the first", async ({ shop }) => {
  await shop.open("/rewards", "amara");
  await shop.card("Free shipping").getByRole("button").first().click();
  await shop.dialog.locator("[part~=redeem]").click();
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  await expect(shop.dialog).not.toContainText(says("en", "redeem.first"));
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const dir of ["ltr", "rtl"] as const) {
    test(`axe finds nothing at the slider and on the way back in ${colorScheme}, ${dir}, at 320 px`, { tag: [...AXE, "@wcag-1.4.10"] }, async ({ shop, page }) => {
      await page.setViewportSize({ width: 320, height: 720 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shop.open("/rewards", "amara");
      if (dir === "rtl") await rightToLeft(page);
      // Nothing starts before it is near the viewport.
      await shop.element("rewards").scrollIntoViewIfNeeded();
      await shop.card(slider.en).getByRole("button").first().click();
      await expect(shop.dialog.getByRole("slider")).toBeVisible();
      expect(await axe(page)).toEqual([]);
      expect(await isCut(page)).toEqual([]);
      await shop.dialog.locator("[part~=redeem]").click();
      const undo = says(dir === "rtl" ? "ar" : "en", "redeem.undo").source;
      await shop.dialog.getByRole("button", { name: undo, exact: true }).click();
      expect(await axe(page)).toEqual([]);
      expect(await isCut(page)).toEqual([]);
    });
  }
}

/** The parts of the dialog that are wider than the window. */
async function isCut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelector("main stampcard-rewards")!.shadowRoot!.querySelectorAll("dialog [part]")]
      .filter((node) => {
        const box = node.getBoundingClientRect();
        return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
      })
      .map((node) => node.getAttribute("part")!),
  );
}

type Json = Record<string, unknown>;

/** Answers the catalogue with other values. */
async function rewardsWith(page: Page, shop: Shop, change: (reward: Json, mine: Json) => unknown): Promise<void> {
  await page.route(`${shop.demo.api}/v1/me/rewards*`, async (route) => {
    // A page that is left behind at the end of a test may ask when nobody is there any more.
    const response = await route.fetch().catch(() => undefined);
    if (!response) return;
    const answer = (await response.json()) as { items: (Json & { reward: Json })[] };
    for (const mine of answer.items) change(mine.reward, mine);
    await route.fulfill({ response, json: answer });
  });
}

function refuse(route: import("@playwright/test").Route, shop: Shop, code: string) {
  if (route.request().method() === "OPTIONS") return route.continue();
  return route.fulfill({
    status: 409,
    contentType: "application/problem+json",
    headers: { "access-control-allow-origin": shop.demo.shop },
    body: JSON.stringify({ type: `about:blank#${code}`, title: code, status: 409, code, request_id: "r", retryable: false }),
  });
}

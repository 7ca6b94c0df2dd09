import { expect, says, test, type Language } from "./fixtures";

const languages: { language: Language; bag: string; sampler: string; unit: string; silver: string }[] = [
  { language: "en", bag: "Add to cart", sampler: "Sampler of five teas", unit: "leaves", silver: "Silver Leaf" },
  { language: "zh-CN", bag: "加入购物车", sampler: "五款茶样", unit: "叶", silver: "银叶" },
];

for (const { language, sampler, unit, silver } of languages) {
  test.describe(`in ${language}`, () => {
    test("a member sees balance, tier and rewards, buys, sees both rise without a reload, and redeems", async ({ shop, page }) => {
      await shop.open("/rewards", "jun", language);
      await expect(shop.element("balance")).toContainText(unit);
      await expect(shop.element("tier")).toContainText(silver);
      const before = await shop.balance();

      await page.goto(`${shop.demo.shop}/product/teapot`);
      await page.locator("#buy button[type=submit]").click();
      await page.goto(`${shop.demo.shop}/cart`);
      await expect(shop.pill).toContainText(String(before));
      await page.evaluate(() => Object.assign(window, { sameDocument: true }));
      await page.locator("#checkout").click();
      await expect(page.locator("#receipt")).toBeVisible();
      await expect.poll(() => shop.balance(shop.pill)).toBeGreaterThan(before);
      await expect(shop.element("tier")).toBeVisible();
      expect(await page.evaluate(() => "sameDocument" in window), "the page was not loaded anew").toBe(true);

      await page.goto(`${shop.demo.shop}/rewards`);
      await expect.poll(() => shop.balance()).toBeGreaterThan(before);
      const rich = await shop.balance();
      const card = shop.card(sampler);
      await card.getByRole("button").first().click();
      await expect(shop.dialog).toContainText(sampler);
      await expect(shop.dialog).toContainText(String(rich - 30));
      await shop.dialog.getByRole("button", { name: says(language, "redeem.submit") }).click();
      await expect(shop.dialog.locator("[part~=code]")).toHaveText(/[0-9A-Z-]{8,}/);
      const code = (await shop.dialog.locator("[part~=code]").innerText()).trim();
      await expect.poll(() => shop.balance()).toBe(rich - 30);
      await expect.poll(() => shop.balance(shop.pill)).toBe(rich - 30);
      expect((await shop.vouchers()).map((voucher) => voucher.code)).toContain(code);

      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await shop.dialog.getByRole("button", { name: says(language, "redeem.copy") }).click();
      await expect(shop.dialog).toContainText(says(language, "redeem.copied"));
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    });

    test("a redemption that the shop reviews is told as that, without a voucher", async ({ shop, page }) => {
      await shop.open("/rewards", "jun", language);
      const before = await shop.balance();
      await page.route("**/v1/me/redemptions", async (route) => {
        const response = await route.fetch();
        const { voucher: _, ...held } = await response.json();
        await route.fulfill({ response, status: 202, json: { ...held, status: "under_review" } });
      });
      await shop.card(sampler).getByRole("button").first().click();
      await shop.dialog.getByRole("button", { name: says(language, "redeem.submit") }).click();
      await expect(shop.dialog.getByRole("heading", { name: says(language, "redeem.held") })).toBeVisible();
      await expect(shop.dialog).toContainText(sampler);
      await expect(shop.dialog).toContainText(says(language, "redeem.held_points"));
      await expect(shop.dialog.locator("[part~=code]")).toHaveCount(0);
      await shop.dialog.getByRole("button", { name: says(language, "redeem.finish") }).click();
      await expect.poll(() => shop.balance()).toBe(before - 30);
    });

    test("each reward says what is missing for it", async ({ shop }) => {
      await shop.open("/rewards", "mira", language);
      await expect(shop.element("rewards")).toContainText(says(language, "reward.missing"));
      const dear = shop.element("rewards").locator("li[part~=reward]").filter({ hasText: says(language, "reward.missing") });
      expect(await dear.count()).toBeGreaterThan(0);
    });

    test("a guest is invited, sees the catalogue and cannot redeem", async ({ shop }) => {
      await shop.open("/rewards", "guest", language);
      await expect(shop.element("balance")).toContainText(says(language, "balance.guest"));
      await expect(shop.element("rewards")).toContainText(says(language, "rewards.guest"));
      await expect(shop.card(sampler)).toBeVisible();
      await expect(shop.element("rewards").locator("[part~=redeem]:enabled")).toHaveCount(0);
    });
  });
}

test("points that are about to expire are named with their day", async ({ shop }) => {
  await shop.open("/rewards", "amara");
  await expect(shop.element("balance")).toContainText(says("en", "balance.expiring.other"));
});

test("switching the language redraws in place", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  await page.locator('.languages button[value="zh-CN"]').click();
  await expect(shop.element("tier")).toContainText("银叶");
  await expect(shop.card("五款茶样")).toBeVisible();
  await page.locator('.languages button[value="en"]').click();
  await expect(shop.element("tier")).toContainText("Silver Leaf");
});

test("an order that is returned takes its points back", async ({ shop, page }) => {
  await shop.open("/product/teapot", "mira");
  await page.locator("#buy button[type=submit]").click();
  await page.goto(`${shop.demo.shop}/cart`);
  await expect(shop.pill).toContainText(/\d/);
  const before = await shop.balance(shop.pill);
  await page.locator("#checkout").click();
  await expect.poll(() => shop.balance(shop.pill)).toBeGreaterThan(before);
  await page.goto(`${shop.demo.shop}/account`);
  await page.locator(".order-return").first().click();
  await page.locator("#ask button[value=yes]").click();
  await expect.poll(() => shop.balance(shop.pill)).toBe(before);
});

test("a member who is chosen before the shop's script is there is who shops", async ({ shop, page }) => {
  let choose = () => {};
  const chosen = new Promise<void>((done) => (choose = done));
  await page.route("**/js/shop.js", async (route) => {
    await chosen;
    await route.continue();
  });
  await page.goto(shop.demo.shop, { waitUntil: "commit" });
  await page.locator("#member").selectOption("jun");
  choose();
  await expect(page.locator("#member [selected]")).toHaveAttribute("value", "jun");
});

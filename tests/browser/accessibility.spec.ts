import { AXE, axe, expect, rightToLeft, says, test } from "./fixtures";

for (const colorScheme of ["light", "dark"] as const) {
  for (const who of ["jun", "guest"] as const) {
    test(`axe finds nothing on the rewards page in ${colorScheme} for ${who}`, { tag: AXE }, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shop.open("/rewards", who);
      await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
      expect(await axe(page)).toEqual([]);
    });
  }

  test(`axe finds nothing in the dialog in ${colorScheme}`, { tag: AXE }, async ({ shop, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await shop.open("/rewards", "amara");
    await shop.card("Free shipping").getByRole("button").first().click();
    await expect(shop.dialog).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await shop.dialog.getByRole("button", { name: says("en", "redeem.submit") }).click();
    await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
    expect(await axe(page)).toEqual([]);
  });

  for (const path of ["/", "/product/teapot", "/cart", "/account"]) {
    test(`axe finds nothing on ${path} in ${colorScheme}`, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shop.open(path, "jun");
      await expect(shop.pill).toContainText(/\d/);
      expect(await axe(page)).toEqual([]);
    });
  }
}

test("axe finds nothing right to left, in forced colors and when something failed", async ({ shop, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await shop.open("/", "jun");
  await page.route(`${shop.demo.api}/v1/me/rewards*`, (route) => route.abort("connectionrefused"));
  await page.goto(`${shop.demo.shop}/rewards`);
  await rightToLeft(page);
  await expect(shop.element("rewards").getByRole("button", { name: says("ar", "retry") })).toBeVisible({ timeout: 45_000 });
  // The colors are the system's now, and the rule would measure the page's own.
  expect(await axe(page, ["color-contrast"])).toEqual([]);
  shop.complaints = [];
});

test("the keyboard alone finds a reward, redeems it and comes back to where it was", { tag: ["@wcag-2.1.1", "@wcag-2.4.3"] }, async ({ shop, page }) => {
  await shop.open("/rewards", "amara");
  await expect(shop.card("Free shipping")).toBeVisible();
  const focused = () =>
    page.evaluate(() => {
      let at: Element | null = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return (at?.getAttribute("aria-label") ?? at?.textContent ?? "").trim();
    });
  const whole = (pattern: RegExp) => new RegExp(`^${pattern.source}$`);
  const wanted = whole(says("en", "reward.redeem_named", { title: "Free shipping" }));
  const submit = whole(says("en", "redeem.submit"));
  for (let presses = 0; presses < 120 && !wanted.test(await focused()); presses += 1) await page.keyboard.press("Tab");
  expect(await focused()).toMatch(wanted);
  await page.keyboard.press("Enter");
  await expect.poll(focused).toMatch(whole(says("en", "redeem.confirm")));
  for (let presses = 0; presses < 10 && !submit.test(await focused()); presses += 1) {
    await page.keyboard.press("Tab");
  }
  expect(await focused()).toMatch(submit);
  await page.keyboard.press("Enter");
  await expect(shop.dialog.locator("[part~=code]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(shop.dialog).toHaveCount(0);
  await expect.poll(focused).toMatch(wanted);
});

test("a screen reader hears the tier as a meter and the catalogue as a list", { tag: ["@wcag-1.3.1", "@wcag-4.1.2"] }, async ({ shop }) => {
  await shop.open("/rewards", "jun");
  const meter = shop.element("tier").getByRole("meter");
  await expect(meter).toHaveAccessibleName(says("en", "tier.progress"));
  await expect(meter).toHaveAttribute("aria-valuetext", /\S/);
  const list = shop.element("rewards").getByRole("list").first();
  expect(await list.getByRole("listitem").count()).toBeGreaterThan(5);
  await expect(shop.element("rewards").getByRole("status").first()).toBeAttached();
});

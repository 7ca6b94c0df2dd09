import type { Locator, Page } from "@playwright/test";

import { AXE, axe, expect, rightToLeft, says, test, type Language, type Shop } from "./fixtures";

const LISTS = ["offers", "vouchers", "earn", "activity"] as const;

/** Opens the account page and lets every list start, as each waits until it is near the viewport. */
async function account(shop: Shop, who: "mira" | "jun" | "amara" | "guest", language: Language = "en"): Promise<void> {
  await shop.open("/account", who, language);
  for (const name of LISTS) {
    await shop.element(name).scrollIntoViewIfNeeded();
    await expect(shop.element(name).locator(":is(li, [part~=hint])").first()).toBeAttached();
  }
}

/** Something happens to the member elsewhere: what another tab or the till would send. */
async function elsewhere(page: Page, api: string, method: string, path: string, body: object): Promise<unknown> {
  return page.evaluate(
    async ([api, method, path, body]) => {
      const { token } = await (await fetch("/shop/token")).json();
      const response = await fetch(api + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": crypto.randomUUID(),
        },
        body,
      });
      return response.json();
    },
    [api, method, path, JSON.stringify(body)] as const,
  );
}

const row = (list: Locator, text: string | RegExp): Locator => list.locator("li[part]").filter({ hasText: text }).first();

for (const language of ["en", "zh-CN"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing on the lists in ${language} in ${colorScheme}`, { tag: AXE }, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await account(shop, "jun", language);
      await shop.element("activity").locator("details").first().locator("summary").click();
      await expect(shop.element("activity").locator("[part~=reason]").first()).toBeVisible();
      await shop.element("vouchers").locator("[part~=past] summary").first().click();
      expect(await axe(page)).toEqual([]);
    });
  }

  test(`a visitor without an account is invited in ${language}, and sees how points are earned`, async ({ shop, page }) => {
    await shop.open("/rewards", "guest", language);
    await page.evaluate(() => {
      for (const name of ["vouchers", "activity", "earn", "offers"]) {
        const element = document.createElement(`stampcard-${name}`);
        element.setAttribute("loading", "eager");
        document.querySelector("main")!.prepend(element);
      }
    });
    for (const name of LISTS) await expect(shop.element(name)).toContainText(says(language, `${name}.guest`));
    await expect(shop.element("earn").locator("[part~=way]")).toHaveCount(7);
    await expect(shop.element("earn").locator("button")).toHaveCount(0);
    expect(await axe(page)).toEqual([]);
  });
}

test("a line of the history says why it gave these points", async ({ shop }) => {
  await account(shop, "jun");
  const order = row(shop.element("activity"), /Order/);
  await order.locator("summary").click();
  await expect(order).toContainText("€");
  await expect(order).toContainText(says("en", "earn.ratio", { amount: "1 leaf" }));
  await expect(order).toContainText(/Three parcels in a month: .* to go/);
});

test("older lines come with a button, after those that are there, and keep what was unfolded", { tag: "@wcag-4.1.3" }, async ({ shop }) => {
  await account(shop, "amara");
  const lines = shop.element("activity").locator("[part~=entry]");
  await expect(lines).toHaveCount(20);
  await row(shop.element("activity"), /Order/).locator("summary").click();
  await shop.element("activity").locator("[part~=more]").click();
  await expect(lines).not.toHaveCount(20);
  await expect(shop.element("activity").locator("details[open]")).toHaveCount(1);
  await expect(shop.element("activity").getByRole("status")).toContainText(/lines/);
});

test("a check-in is claimed once and shows its stamp, its points and its line", async ({ shop, page }) => {
  await account(shop, "mira");
  const way = row(shop.element("earn"), "Come by for a look");
  const before = await shop.balance(shop.pill);
  await way.getByRole("button").dblclick();
  await expect(way).toContainText(says("en", "earn.done_day"));
  await expect(way).toContainText(says("en", "deed.claimed"));
  await expect(way).toBeFocused();
  await expect.poll(() => shop.balance(shop.pill)).toBe(before + 1);
  await expect(way.getByRole("img")).toHaveAccessibleName(/1 of 7/);
  await expect(row(shop.element("activity"), "Come by for a look")).toContainText("+1 leaf");
  await page.reload();
  await expect.poll(() => shop.balance(shop.pill)).toBe(before + 1);
});

test("an offer is activated, and a code that is none is told in words", { tag: "@wcag-3.3.1" }, async ({ shop }) => {
  await account(shop, "mira");
  const double = row(shop.element("offers"), "Twice the leaves");
  await double.getByRole("button").click();
  await expect(double).toContainText(says("en", "offer.active"));
  const letter = row(shop.element("offers"), "harvest letter");
  for (const wrong of ["?!", "WRONG"]) {
    await letter.getByRole("textbox").fill(wrong);
    await letter.getByRole("button").click();
    await expect(letter).toContainText(says("en", "deed.code_wrong"));
  }
  await letter.getByRole("textbox").fill("harvest");
  await letter.getByRole("button").click();
  await expect(letter).toContainText(says("en", "offer.active"));
  const thanks = row(shop.element("offers"), "small thank you");
  await thanks.getByRole("button").click();
  await expect(thanks).toContainText(says("en", "offer.used"));
  shop.complaints = [];
});

test("a voucher that was just issued goes back while it may, after a question", { tag: ["@wcag-3.3.4", "@wcag-4.1.3"] }, async ({ shop, page }) => {
  await account(shop, "jun");
  const before = await shop.balance(shop.pill);
  await elsewhere(page, shop.demo.api, "POST", "/v1/me/redemptions", { reward_id: "free-shipping", price: 60 });
  // Nobody reloads: the page is told.
  await expect.poll(() => shop.balance(shop.pill), { timeout: 3_000 }).toBe(before - 60);
  // The newest comes first.
  const ticket = row(shop.element("vouchers"), "Free shipping");
  await ticket.locator("[part~=cancel]").click();
  await expect(ticket).toContainText(says("en", "voucher.cancel_ask"));
  await expect(ticket.getByRole("button", { name: says("en", "voucher.keep") })).toBeFocused();
  await ticket.locator("[part~=do]").click();
  await expect.poll(() => shop.balance(shop.pill)).toBe(before);
  await expect(shop.element("vouchers").getByRole("status")).toContainText(says("en", "deed.cancelled"));
});

test("a voucher is handed to the page, which may refuse it", async ({ shop, page }) => {
  await account(shop, "jun");
  await page.evaluate(() => {
    document.addEventListener("stampcard-voucher-applied", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { once: true, capture: true });
  });
  const apply = shop.element("vouchers").locator("[part~=apply]").first();
  await apply.click();
  await expect(apply).toContainText(says("en", "voucher.apply"));
  expect(new URL(page.url()).pathname).toBe("/account");
  const code = await shop.element("vouchers").locator("[part~=code]").first().innerText();
  await apply.click();
  await expect(page).toHaveURL(`${shop.demo.shop}/cart`);
  expect(await page.evaluate(() => sessionStorage.getItem("voucher"))).toBeNull();
  expect(page.url()).not.toContain(code);
});

test("one stream serves all elements of a page, sleeps while nobody looks, and resumes where it was", async ({ shop, page }) => {
  const streams: (string | undefined)[] = [];
  await shop.open("/", "jun");
  page.on("request", (request) => {
    if (!request.url().endsWith("/v1/me/stream") || request.method() !== "GET") return;
    // The page before may have begun one of its own right before it was left.
    if (request.frame().url().endsWith("/account")) streams.push(request.headers()["last-event-id"]);
  });
  await page.goto(`${shop.demo.shop}/account`);
  await expect(shop.pill).toContainText(/\d/);
  await expect.poll(() => streams.length).toBe(1);
  const look = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  // The id of the last event is known once the stream has said something.
  await page.waitForTimeout(500);
  await look(true);
  await elsewhere(page, shop.demo.api, "POST", "/v1/me/activities", { activity: { id: "seen-elsewhere", kind: "check_in" } });
  const before = await shop.balance(shop.pill);
  await look(false);
  await expect.poll(() => streams.length).toBe(2);
  expect(streams[1]).toMatch(/^\d+$/);
  await expect.poll(() => shop.balance(shop.pill), { timeout: 5_000 }).toBe(before + 1);
});

test("what is listed stays in view while the backend is away, and nothing can be done with it", async ({ shop, page }) => {
  test.slow();
  await account(shop, "jun");
  await page.route(`${shop.demo.api}/**`, (route) => route.abort("connectionrefused"));
  await page.evaluate(() => void dispatchEvent(new Event("stampcard-refresh")));
  for (const name of LISTS) {
    await expect(shop.element(name)).toContainText(says("en", "stale"), { timeout: 45_000 });
    await expect(shop.element(name).locator("fieldset button:enabled")).toHaveCount(0);
  }
  await page.unroute(`${shop.demo.api}/**`);
  await shop.element("earn").getByRole("button", { name: says("en", "retry") }).click();
  for (const name of LISTS) await expect(shop.element(name)).not.toContainText(says("en", "stale"));
  shop.complaints = [];
});

test("hostile answers become text, never markup, and break nothing", async ({ shop, page }) => {
  await shop.open("/", "jun");
  const evil = "<img src=x onerror=alert(1)>javascript:alert(1)";
  await page.route(`${shop.demo.api}/v1/me/offers*`, (route) =>
    route.fulfill({
      contentType: "application/json",
      headers: { "access-control-allow-origin": shop.demo.shop },
      body: JSON.stringify({
        items: [
          { id: "a", title: evil, description: evil.repeat(50), gives: { type: "points", points: 9007199254740991 }, state: "from the future", uses_left: 1 },
          { id: "b", title: evil, description: "", gives: { type: "teleport" }, state: "open", uses_left: 1 },
        ],
      }),
    }),
  );
  await page.route(`${shop.demo.api}/v1/me/entries*`, (route) =>
    route.fulfill({
      contentType: "application/json",
      headers: { "access-control-allow-origin": shop.demo.shop },
      body: JSON.stringify({
        items: [
          { seq: 2, kind: "from the future", occurred_at: "2026-01-01T00:00:00Z", delta: -9007199254740991, balance_after: 0, title: evil },
          { seq: 1, kind: "adjustment", occurred_at: "2026-01-01T00:00:00Z", delta: 5, balance_after: 5, title: evil },
        ],
        next: evil,
      }),
    }),
  );
  await page.goto(`${shop.demo.shop}/account`);
  await shop.element("offers").scrollIntoViewIfNeeded();
  await expect(shop.element("offers").locator("[part~=offer]")).toHaveCount(1);
  await expect(shop.element("offers")).toContainText(evil);
  await shop.element("activity").scrollIntoViewIfNeeded();
  await expect(shop.element("activity")).toContainText(evil);
  await expect(shop.element("activity").locator("img")).toHaveCount(0);
});

for (const direction of ["ltr", "rtl"] as const) {
  test(`the lists fit 320 pixels ${direction}`, { tag: "@wcag-1.4.10" }, async ({ shop, page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await account(shop, "jun");
    if (direction === "rtl") await rightToLeft(page);
    for (const name of LISTS) {
      const overflow = await shop.element(name).evaluate((element) => {
        const frame = element.getBoundingClientRect();
        return [...element.shadowRoot!.querySelectorAll("li, p, button, code")].filter((inner) => {
          const box = inner.getBoundingClientRect();
          return box.width > 1 && (box.left < frame.left - 1 || box.right > frame.right + 1);
        }).length;
      });
      expect(overflow, name).toBe(0);
    }
  });
}

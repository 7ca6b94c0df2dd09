import { axe, expect, rightToLeft, says, test } from "./fixtures";

/** The first number in a text. */
const first = (text: string): number => Number((text.match(/[\d.,]+/)?.[0] ?? "").replaceAll(/\D/g, ""));

test("a product says what it earns, and what more of it earns, with how that adds up", async ({ shop, page }) => {
  await shop.open("/product/teapot", "jun");
  const product = page.locator("stampcard-product");
  await expect(product.locator("[part~=figure]")).toContainText(says("en", "preview.product", { amount: String.raw`\d+ \w+` }));
  const one = first(await product.locator("[part~=figure]").innerText());
  await product.locator("summary").click();
  await expect(product.locator("[part~=why-line]").first()).toContainText("€");
  await page.locator("#buy input[name=quantity]").fill("2");
  await expect.poll(async () => first(await product.locator("[part~=figure]").innerText())).toBeGreaterThan(one);
  await expect(product.getByRole("status")).not.toBeEmpty();
});

for (const who of ["jun", "amara"] as const) {
  test(`what the cart of ${who} says is what the order earns`, async ({ shop, page }) => {
    await shop.open("/product/teapot", who);
    await page.locator("#buy button[type=submit]").click();
    await page.goto(`${shop.demo.shop}/cart`);
    const figure = page.locator("stampcard-cart [part~=figure]");
    await expect(figure).toContainText(/\d/);
    const shown = first(await figure.innerText());
    expect(shown).toBeGreaterThan(0);
    await page.locator("#checkout").click();
    await expect(page.locator("#receipt-points")).toContainText(/\d/);
    expect(first(await page.locator("#receipt-points").innerText())).toBe(shown);
  });
}

test("a guest is told what members earn", async ({ shop, page }) => {
  await shop.open("/product/teapot", "guest", "zh-CN");
  const product = page.locator("stampcard-product");
  await expect(product.locator("[part~=figure]")).toContainText(says("zh-CN", "preview.product_guest"));
  await page.locator("#buy button[type=submit]").click();
  await page.goto(`${shop.demo.shop}/cart`);
  await expect(page.locator("stampcard-cart [part~=invite]")).toContainText(/\S/);
  await expect(page.locator("stampcard-cart [part~=usable]")).toHaveCount(0);
});

test("a reward is redeemed in the cart, applied to it and taken off again", async ({ shop, page }) => {
  await shop.open("/product/teapot", "amara");
  await page.locator("#buy button[type=submit]").click();
  await page.goto(`${shop.demo.shop}/cart`);
  const cart = page.locator("stampcard-cart");
  await expect(cart.locator("[part~=best]")).toHaveCount(1);
  const before = await page.locator("#sums").innerText();
  await cart.locator("li[part~=reward]").first().getByRole("button").click();
  const dialog = cart.locator("dialog[open]");
  await dialog.getByRole("button", { name: says("en", "redeem.submit") }).click();
  await expect(dialog.locator("[part~=code]")).toBeVisible();
  await dialog.locator("[part~=apply]").click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("#voucher-off")).toBeVisible();
  await expect(page.locator("#sums")).not.toHaveText(before);
  await page.locator("#voucher-off").click();
  await expect(page.locator("#sums")).toHaveText(before, { useInnerText: true });
});

test("a voucher that waits is used in the cart, and one that was just issued goes back", async ({ shop, page }) => {
  await shop.open("/product/teapot", "amara");
  await page.locator("#buy button[type=submit]").click();
  await page.goto(`${shop.demo.shop}/cart`);
  const cart = page.locator("stampcard-cart");
  await expect(cart.locator("[part~=figure]")).toContainText(/\d/);
  const balance = await shop.balance(shop.pill);
  const before = await page.locator("#sums").innerText();
  await page.evaluate(async (api) => {
    const { token } = await (await fetch("/shop/token")).json();
    await fetch(`${api}/v1/me/redemptions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify({ reward_id: "five-off", price: 100 }),
    });
  }, shop.demo.api);
  // Nobody reloads: the page is told.
  await expect.poll(() => shop.balance(shop.pill)).toBe(balance - 100);
  const voucher = cart.locator("li[part~=voucher]").filter({ hasText: "€5 off" });
  await voucher.locator("[part~=apply]").click();
  await expect(voucher.locator("[part~=apply]")).toHaveText(says("en", "voucher.applied"));
  await expect(page.locator("#voucher-off")).toBeVisible();
  await expect(page.locator("#sums")).not.toHaveText(before);

  await voucher.locator("[part~=cancel]").click();
  await expect(voucher.getByRole("button", { name: says("en", "voucher.keep") })).toBeFocused();
  await voucher.locator("[part~=do]").click();
  await expect.poll(() => shop.balance(shop.pill)).toBe(balance);
  await expect(cart.locator("[part~=note]")).toContainText(says("en", "deed.cancelled"));
  await expect(page.locator("#sums")).toHaveText(before, { useInnerText: true });
  await expect(page.locator("#voucher-off")).toBeHidden();
  const focused = () => page.evaluate(() => document.activeElement?.localName);
  await expect.poll(focused).toBe("stampcard-cart");
  // The shop was asked for the price with the voucher that is void by now.
  shop.complaints = shop.complaints.filter((text) => !text.includes("422"));
});

test("a page that takes no vouchers is handed none", async ({ shop, page }) => {
  await shop.open("/", "amara");
  await page.evaluate(() => {
    const element = document.createElement("stampcard-cart");
    element.loading = "eager";
    element.order = { currency: "EUR", lines: [{ sku: "A", category: "tea", amountMinor: 9_000 }] };
    document.querySelector("main")!.prepend(element);
  });
  const cart = page.locator("stampcard-cart");
  await expect(cart.locator("li[part~=reward]").first()).toBeVisible();
  await expect(cart.locator("[part~=apply], li[part~=voucher]")).toHaveCount(0);
  await cart.evaluate((element) => element.toggleAttribute("apply", true));
  await expect(cart.locator("li[part~=voucher]").first()).toBeVisible();
});

test("pages that preview nothing do not fetch the engine", async ({ shop, page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await shop.open("/rewards", "jun");
  await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
  expect(fetched.some((url) => url.includes("stampcard.wasm"))).toBe(true);
  expect(fetched.filter((url) => url.includes("preview.wasm") || url.includes("/earning"))).toEqual([]);
});

test("a script previews an order, and is told what is wrong with one that is none", async ({ shop, page }) => {
  await shop.open("/", "jun");
  const said = await page.evaluate(async () => {
    const card = window.Stampcard!;
    const order = (amountMinor: unknown, more = {}) =>
      ({ currency: "EUR", lines: [{ sku: "A", category: "tea", amountMinor, ...more }] }) as never;
    const code = (error: { code: string }) => error.code;
    const good = await card.preview(order(5_000));
    return {
      points: good.points,
      given: good.given.map(({ points }) => points),
      frozen: Object.isFrozen(good.given),
      bad: await Promise.all(
        [order(1.5), order("<b>"), order(-1), order(1, { quantity: 0 }), order(2 ** 60), { currency: "EUR", lines: [] }]
          .map((bad) => card.preview(bad).then(() => "taken", code)),
      ),
      other: await card.preview({ currency: "SEK", lines: [{ sku: "A", amountMinor: 1 }] }).then(() => "taken", code),
    };
  });
  expect(said.points).toBeGreaterThan(0);
  expect(said.given.reduce((sum, points) => sum + points, 0)).toBe(said.points);
  expect(said.frozen).toBe(true);
  expect(said.bad).toEqual(Array(6).fill("invalid_order"));
  expect(said.other).toBe("money_mismatch");
});

test("hostile titles stay text, and what is not understood gives no number", async ({ shop, page }) => {
  let change = (body: Record<string, any>): void => {
    for (const rule of body.rules) rule.title = "<img src=x onerror=alert(1)>";
  };
  await page.route(`${shop.demo.api}/v1/me/earning`, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    change(body);
    await route.fulfill({ response, json: body });
  });
  await shop.open("/product/teapot", "jun");
  const product = page.locator("stampcard-product");
  await product.locator("summary").click();
  await expect(product.locator("[part~=why-line]").first()).toContainText("<img src=x");
  change = (body) => (body.moon = "full");
  await page.reload();
  await expect(product.getByRole("button", { name: says("en", "retry") })).toBeVisible();
  await expect(product.locator("[part~=figure]")).toHaveCount(0);
});

test("an order that changes after reading has failed is not shown as current", async ({ shop, page }) => {
  let isFailing = false;
  const no = { type: "about:blank", title: "No", status: 404, code: "member_not_found", request_id: "r", retryable: false };
  await page.route(`${shop.demo.api}/v1/me/earning`, (route) =>
    isFailing ? route.fulfill({ status: 404, contentType: "application/problem+json", json: no }) : route.continue(),
  );
  await shop.open("/", "jun");
  const cart = async (id: string, amountMinor: number) => {
    await page.evaluate(
      ([id, amountMinor]) => {
        const element = document.getElementById(id) ?? document.createElement("stampcard-cart");
        Object.assign(element, {
          id,
          loading: "eager",
          order: { currency: "EUR", lines: [{ sku: "A", category: "tea", amountMinor }] },
        });
        if (!element.isConnected) document.querySelector("main")!.prepend(element);
      },
      [id, amountMinor] as const,
    );
    return page.locator(`#${id}`);
  };
  const first = await cart("first", 1_000);
  await expect(first.locator("[part~=number]")).toHaveText(/^\+\d/);
  await expect(first.locator("[part~=notice]")).toHaveCount(0);
  const few = await first.locator("[part~=number]").innerText();
  isFailing = true;
  await first.evaluate((element) => (element as any).refresh());
  await expect(first.locator("[part~=notice]")).toBeVisible();
  await cart("first", 90_000);
  await expect(first.locator("[part~=number]")).not.toHaveText(few);
  await expect(first.locator("[part~=notice]")).toBeVisible();
  await expect((await cart("second", 2_000)).locator("[part~=notice]")).toBeVisible();

  await page.reload();
  for (const id of ["first", "second"]) {
    const late = await cart(id, 1_000);
    await expect(late.getByRole("button", { name: says("en", "retry") })).toBeVisible();
  }
  isFailing = false;
  await page.locator("#second").getByRole("button", { name: says("en", "retry") }).click();
  for (const id of ["first", "second"]) await expect(page.locator(`#${id} [part~=number]`)).toHaveText(/^\+\d/);
  shop.complaints = shop.complaints.filter((text) => !/404|member_not_found/.test(text));
});

test("elements come, move, change their order and go, and what is gone is asked about no more", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await page.evaluate(() => {
    const element = document.createElement("stampcard-cart");
    element.id = "own";
    element.loading = "eager";
    document.querySelector("main")!.prepend(element);
  });
  const own = page.locator("#own");
  await expect(own.locator("[part~=hint]")).toBeVisible();
  const order = (amountMinor: number) =>
    own.evaluate((element, amountMinor) => {
      (element as any).order = { currency: "EUR", lines: [{ sku: "A", category: "tea", amountMinor }] };
    }, amountMinor);
  await order(1_000);
  await expect(own.locator("[part~=number]")).toHaveText(/^\+\d/);
  const few = first(await own.locator("[part~=number]").innerText());
  await order(90_000);
  await expect.poll(async () => first(await own.locator("[part~=number]").innerText())).toBeGreaterThan(few);
  await own.evaluate((element) => document.querySelector("footer")!.prepend(element));
  await expect(own.locator("[part~=number]")).toHaveText(/^\+\d/);
  await own.evaluate((element) => element.remove());
  await expect(page.locator("stampcard-cart")).toHaveCount(0);
});

test("narrow, right to left and in the dark nothing is cut off", async ({ shop, page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await shop.open("/product/teapot", "amara", "zh-CN");
  await page.locator("#buy button[type=submit]").click();
  await page.goto(`${shop.demo.shop}/cart`);
  await rightToLeft(page);
  const cart = page.locator("stampcard-cart");
  await cart.locator("[part~=why-summary]").click();
  await expect(cart.locator("li[part~=reward]").first()).toBeVisible();
  const overflow = await cart.evaluate((element) =>
    [...element.shadowRoot!.querySelectorAll<HTMLElement>(".frame *")].filter(
      (inner) => inner.getBoundingClientRect().right > innerWidth + 1 || inner.getBoundingClientRect().left < -1,
    ).map((inner) => inner.className),
  );
  expect(overflow).toEqual([]);
  expect(await axe(page)).toEqual([]);
});

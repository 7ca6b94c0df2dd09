import { readFileSync } from "node:fs";

import { AXE, axe, expect, rightToLeft, says, test, type Language, type Shop } from "./fixtures";

type Who = "mira" | "jun" | "amara" | "guest";
type Element = "referral" | "feedback" | "privacy";

const ELEMENTS: readonly Element[] = ["referral", "feedback", "privacy"];

/** Opens the account page and lets an element start, as each waits until it is near the viewport. */
async function account(shop: Shop, name: Element, who: Who, language: Language = "en"): Promise<void> {
  await shop.open("/account", who, language);
  await shop.element(name).scrollIntoViewIfNeeded();
  await expect(shop.element(name).locator(":is([part~=card], [part~=hint])").first()).toBeAttached();
}

for (const language of ["en", "zh-CN"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing on what members tell and share in ${language} in ${colorScheme}`, { tag: AXE }, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const name of ELEMENTS) await account(shop, name, "jun", language);
      expect(await axe(page)).toEqual([]);
    });
  }

  test(`what members tell and share fits into 320 pixels in ${language}, also from right to left`, { tag: "@wcag-1.4.10" }, async ({ shop, page }) => {
    await page.setViewportSize({ width: 320, height: 900 });
    for (const name of ELEMENTS) await account(shop, name, "jun", language);
    for (const direction of ["ltr", "rtl"]) {
      if (direction === "rtl") await rightToLeft(page);
      for (const name of ELEMENTS) {
        const inside = await shop.element(name).evaluate((element) => {
          const base = element.shadowRoot!.querySelector("[part=base]")!;
          return base.scrollWidth - base.clientWidth;
        });
        expect(inside, `${name} ${direction}`).toBeLessThanOrEqual(0);
      }
    }
  });

  test(`a visitor without an account is told in ${language} what members tell and share`, async ({ shop, page }) => {
    await shop.open("/rewards", "guest", language);
    await page.evaluate((names) => {
      for (const name of names) {
        const element = document.createElement(`stampcard-${name}`);
        element.setAttribute("loading", "eager");
        document.querySelector("main")!.prepend(element);
      }
    }, ELEMENTS);
    for (const name of ELEMENTS) await expect(shop.element(name)).toContainText(says(language, `${name}.guest`));
  });
}

test("elements of members come, go, move and stand twice on a page", async ({ shop, page }) => {
  for (const name of ELEMENTS) {
    await account(shop, name, "jun");
    const element = shop.element(name);
    await element.evaluate((node) => {
      const parent = node.parentElement!;
      node.remove();
      parent.append(node);
      parent.append(node.cloneNode());
    });
    await expect(element).toHaveCount(2);
    for (const at of [0, 1]) {
      await element.nth(at).scrollIntoViewIfNeeded();
      await expect(element.nth(at).locator("[part~=card]").first()).toBeVisible();
    }
    await element.nth(1).evaluate((node) => node.remove());
    await expect(element.locator("[part~=card]").first()).toBeVisible();
  }
});

test("an invitation is copied, by keyboard too, and says what both sides get and how far friends are", { tag: ["@wcag-2.1.1", "@wcag-4.1.3"] }, async ({ shop, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: shop.demo.shop });
  await account(shop, "referral", "jun");
  const referral = shop.element("referral");
  await expect(referral.locator("[part~=title]")).toHaveText("30 leaves for you, 20 leaves for your friend");
  await expect(referral.locator("[part~=gives]")).toContainText("€60");
  // Mira has come with an order that was too small.
  await expect(referral.locator("[part~=friend]")).toHaveCount(1);
  await expect(referral.locator("[part~=state]")).toHaveText(says("en", "referral.open"));
  await expect(referral).not.toContainText("Mira");
  const code = await referral.locator("[part~=code]").innerText();
  const link = await referral.locator("[part~=link]").innerText();
  expect(link).toBe(`${shop.demo.shop}/?friend=${code}`);
  await referral.getByRole("button", { name: says("en", "referral.copy_link") }).press("Enter");
  await expect(referral.getByRole("status")).toHaveText(says("en", "redeem.copied"));
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await referral.getByRole("button", { name: says("en", "referral.copy_code") }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
});

test("an invitation is shared where the browser can, and a sheet that is closed is no error", async ({ shop, page }) => {
  await page.addInitScript(() => {
    const shared: unknown[] = [];
    Object.assign(window, { shared });
    Object.defineProperty(navigator, "share", {
      configurable: true,
      value: (data: unknown) => (shared.push(data), Promise.reject(new DOMException("", "AbortError"))),
    });
  });
  await account(shop, "referral", "jun");
  await shop.element("referral").getByRole("button", { name: says("en", "referral.share") }).click();
  const [sheet] = await page.evaluate(() => (window as unknown as { shared: Record<string, string>[] }).shared);
  expect(sheet?.url).toContain("/?friend=");
  expect(sheet?.text).toContain("20 leaves");
});

test("who comes by a link takes it along only when they want to", async ({ shop, page }) => {
  await account(shop, "referral", "jun");
  const link = await shop.element("referral").locator("[part~=link]").innerText();
  const sent: unknown[] = [];
  page.on("request", (request) => request.url().endsWith("/shop/session") && sent.push(request.postDataJSON()));
  for (const isTaken of [false, true]) {
    await shop.open("/", "guest");
    await page.goto(link);
    await expect(page.locator("#invited")).toBeVisible();
    if (isTaken) await page.locator("#invited-take").check();
    await Promise.all([page.waitForEvent("load"), page.locator("#member").selectOption("amara")]);
    expect(sent.at(-1)).toEqual(isTaken ? { member: "amara", friend: new URL(link).searchParams.get("friend") } : { member: "amara" });
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  }
  await expect(page.locator("#invited")).toBeHidden();
});

test("a hostile invitation is text, and never a link", async ({ shop, page }) => {
  const evil = "<img src=x onerror=alert(1)>‮";
  await page.route("**/v1/me/referral", (route) =>
    route.fulfill({
      headers: { "access-control-allow-origin": shop.demo.shop, "content-type": "application/json" },
      body: JSON.stringify({
        code: "4TBD-7K2M",
        link: "javascript:alert(1)",
        rewards: [{ rule_id: "r", title: evil.repeat(9), advocate: 0, friend: 0 }],
        friends: [{ state: "from_the_future", followed_at: "2026-01-01T00:00:00Z", points: 9_007_199_254_740_991 }],
      }),
    }),
  );
  await shop.open("/account", "jun");
  const referral = shop.element("referral");
  await referral.scrollIntoViewIfNeeded();
  await expect(referral.locator("[part~=title]")).toContainText(evil);
  await expect(referral.locator("img")).toHaveCount(0);
  await expect(referral.locator("[part~=link]")).toHaveText(/\/\?friend=4TBD-7K2M$/);
  await referral.evaluate((element) => element.setAttribute("link", "javascript:{code}"));
  await expect(referral.locator("[part~=link]")).toHaveCount(0);
  await expect(referral.locator("[part~=code]")).toHaveText("4TBD-7K2M");
});

test("a survey is answered by keyboard, keeps what was typed through an error, and is answered once", { tag: ["@wcag-2.1.1", "@wcag-3.2.2", "@wcag-3.3.1", "@wcag-3.3.3", "@wcag-3.3.7"] }, async ({ shop, page }) => {
  await account(shop, "feedback", "jun");
  const survey = shop.element("feedback");
  const before = await shop.balance(shop.pill);
  const send = survey.getByRole("button", { name: says("en", "feedback.send") });
  await send.click();
  await expect(survey.locator("[part~=note]")).toHaveText(says("en", "feedback.missing"));
  await expect(survey.getByRole("radio").first()).toBeFocused();
  await page.keyboard.press("Space");
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect(survey.getByRole("radio", { name: "I love it" })).toBeChecked();
  await expect(survey.locator("[part~=note]")).toHaveCount(0);
  await survey.getByRole("textbox").fill("Tins that close. <b>Finally</b> 🙂");
  await expect(survey.locator("[part~=counter]")).toContainText("966");
  const keys: (string | undefined)[] = [];
  let isLost = true;
  await page.route("**/v1/me/feedback", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(route.request().headers()["idempotency-key"]);
    if (isLost) return route.abort();
    return route.continue();
  });
  await send.press("Enter");
  await expect(survey.locator("[part~=note]")).toContainText(says("en", "deed.again"), { timeout: 20_000 });
  await expect(survey.getByRole("textbox")).toHaveValue(/Tins that close/);
  await expect(survey.getByRole("radio", { name: "I love it" })).toBeChecked();
  isLost = false;
  const given = page.evaluate(
    () => new Promise((done) => document.addEventListener("stampcard-feedback-given", ({ detail }) => done(detail), { once: true })),
  );
  await send.click();
  await expect(survey.locator("[part~=title]")).toHaveText(says("en", "feedback.thanks"));
  await expect(survey).toContainText("5 leaves for you");
  await expect(survey).toContainText("Tins that close. <b>Finally</b>");
  await expect(survey.locator("[part~=card]")).toBeFocused();
  expect(await given).toMatchObject({ surveyId: "tins-2026", score: 5, points: 5 });
  expect(new Set(keys).size).toBe(1);
  await expect.poll(() => shop.balance(shop.pill)).toBe(before + 5);
  await page.reload();
  await survey.scrollIntoViewIfNeeded();
  await expect(survey.locator("[part~=title]")).toHaveText(says("en", "feedback.thanks"));
  const again = page.evaluate(() => window.Stampcard!.feedback({ surveyId: "tins-2026", score: 1 }).catch(({ code }) => code));
  expect(await again).toBe("feedback_already_given");
  shop.complaints = [];
});

test("a survey without a name asks nothing, and one that was answered elsewhere says so", async ({ shop, page }) => {
  await account(shop, "feedback", "mira", "zh-CN");
  const survey = shop.element("feedback");
  await expect(survey.getByRole("radio")).toHaveCount(5);
  await survey.getByRole("radio").nth(1).check({ force: true });
  await page.route("**/v1/me/feedback", (route) =>
    route.request().method() === "GET"
      ? route.continue()
      : route.fulfill({
          status: 409,
          headers: { "access-control-allow-origin": shop.demo.shop, "content-type": "application/problem+json" },
          body: JSON.stringify({ type: "about:blank", title: "", status: 409, code: "feedback_already_given", retryable: false }),
        }),
  );
  await survey.getByRole("button").click();
  await expect(survey.locator("[part~=note]")).toHaveText(says("zh-CN", "deed.already"));
  await survey.evaluate((element) => element.setAttribute("survey", "a b"));
  await expect(survey.locator("[part~=hint]")).toHaveText(says("zh-CN", "feedback.empty"));
  shop.complaints = [];
});

test("a consent is given and withdrawn with the same control, and kept with its text", { tag: "@wcag-4.1.3" }, async ({ shop, page }) => {
  await account(shop, "privacy", "jun");
  const privacy = shop.element("privacy");
  const news = privacy.locator("[part~=card]").filter({ hasText: "new harvest" });
  await expect(news.locator("[part~=state]")).toContainText(says("en", "privacy.undecided"));
  await expect(news.locator("[part~=retention]")).toContainText("Until you say no");
  await expect(news.locator("[aria-pressed=true]")).toHaveCount(0);
  const [yes, no] = ["privacy.yes", "privacy.no"].map((key) => news.getByRole("button", { name: says("en", key) }));
  const sizes = await Promise.all([yes!, no!].map((button) => button.evaluate((node) => getComputedStyle(node).font)));
  expect(sizes[0]).toBe(sizes[1]);
  const told = page.evaluate(
    () => new Promise((done) => document.addEventListener("stampcard-consent-changed", ({ detail }) => done(detail), { once: true })),
  );
  await yes!.press("Enter");
  await expect(yes!).toHaveAttribute("aria-pressed", "true");
  await expect(yes!).toBeFocused();
  await expect(privacy.getByRole("status")).toHaveText(says("en", "privacy.saved"));
  expect(await told).toMatchObject({ purpose: "marketing_email", granted: true, version: "2026-11", locale: "en" });
  await expect(news.locator("[part~=state]")).toContainText(says("en", "privacy.given"));
  await no!.click();
  await expect(no!).toHaveAttribute("aria-pressed", "true");
  await expect(news.locator("[part~=state]")).toContainText(says("en", "privacy.declined"));
  const [kept] = await page.evaluate(() => window.Stampcard!.consents());
  expect(kept).toMatchObject({ granted: false, text: expect.stringContaining("by e-mail") });
  // A text that changed since is decided about anew.
  await page.evaluate(() =>
    window.Stampcard!.consent({ purpose: "marketing_email", granted: true, version: "2020", text: "Old.", locale: "en" }),
  );
  await expect(news.locator("[part~=state]")).toContainText(says("en", "privacy.older"));
  await expect(news.locator("[aria-pressed=true]")).toHaveCount(0);
});

test("nothing is chosen for a member who does not want it", async ({ shop, page }) => {
  await account(shop, "privacy", "jun", "zh-CN");
  const ours = shop.element("privacy").locator("[part~=card]").filter({ hasText: says("zh-CN", "privacy.personal") });
  await expect(ours.locator("[aria-pressed=true]")).toContainText(says("zh-CN", "privacy.yes"));
  await ours.getByRole("button").nth(1).click();
  await expect(ours.getByRole("button").nth(1)).toHaveAttribute("aria-pressed", "true");
  const me = await page.evaluate(() => window.Stampcard!.me());
  expect(me).toMatchObject({ personalized: false });
});

test("a member has a copy of everything, as JSON and as a table", async ({ shop, page }) => {
  await account(shop, "privacy", "jun");
  const privacy = shop.element("privacy");
  for (const [key, name, first] of [
    ["privacy.json", "stampcard.json", /^\{"exported_at"/],
    ["privacy.csv", "stampcard.csv", /^seq,kind,occurred_at/],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      privacy.getByRole("button", { name: says("en", key) }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    expect(readFileSync(await download.path(), "utf8")).toMatch(first);
    await expect(privacy.locator("[part~=export] [part~=note]")).toHaveText(says("en", "privacy.ready"));
  }
  await page.route("**/v1/me/export*", (route) => route.abort());
  await privacy.getByRole("button", { name: says("en", "privacy.json") }).click();
  await expect(privacy.locator("[part~=export] [part~=note]")).toContainText(says("en", "deed.again"));
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  shop.complaints = [];
});

test("a member is forgotten only after a second, deliberate step", { tag: "@wcag-3.3.4" }, async ({ shop, page }) => {
  await account(shop, "privacy", "mira");
  const privacy = shop.element("privacy");
  const deleted: string[] = [];
  page.on("request", (request) => request.method() === "DELETE" && deleted.push(request.url()));
  const start = privacy.locator("button[part~=leave]");
  await start.click();
  await expect(privacy.getByRole("button", { name: says("en", "privacy.leave_keep") })).toBeFocused();
  await privacy.getByRole("button", { name: says("en", "privacy.leave_do") }).click({ force: true });
  await privacy.getByRole("button", { name: says("en", "privacy.leave_keep") }).click();
  expect(deleted).toEqual([]);
  await start.click();
  await privacy.getByRole("checkbox").check();
  const told = page.evaluate(
    () => new Promise((done) => document.addEventListener("stampcard-erased", () => done("erased"), { once: true })),
  );
  await privacy.getByRole("button", { name: says("en", "privacy.leave_do") }).click();
  await expect(privacy.getByRole("heading", { name: says("en", "privacy.gone") })).toBeVisible();
  await expect(privacy).toContainText(says("en", "privacy.gone_text"));
  expect(await told).toBe("erased");
  expect(deleted).toEqual([`${shop.demo.api}/v1/me`]);
  await expect(shop.pill).toContainText(says("en", "balance.invite"));
  shop.complaints = [];
});

test("hostile purposes are text or nothing", async ({ shop, page }) => {
  await account(shop, "privacy", "jun");
  const privacy = shop.element("privacy");
  await page.evaluate(() => {
    const evil = "<img src=x onerror=alert(1)>";
    const purpose = (name: string, text = evil) => ({ purpose: name, title: evil.repeat(20), text, version: "1" });
    Object.assign(document.querySelector("stampcard-privacy")!, {
      purposes: [purpose("ok"), purpose("No!"), purpose("long", "x".repeat(2_001)), ...Array(99).fill(purpose("more"))],
    });
  });
  await expect(privacy.locator("[part~=title]").first()).toContainText("<img");
  await expect(privacy.locator("img")).toHaveCount(0);
  expect(await privacy.locator("[part~=card]").count()).toBeLessThanOrEqual(23);
  for (const odd of ["nothing", { a: 1 }, [1, null], [{ purpose: 4 }]]) {
    await page.evaluate((odd) => Object.assign(document.querySelector("stampcard-privacy")!, { purposes: odd }), odd);
    await expect(privacy.locator("[part~=card]")).toHaveCount(3);
  }
});

import type { Locator, Page } from "@playwright/test";

import { AXE, axe, expect, says, test, type Shop } from "./fixtures";

type Panel = HTMLElement & { open(part?: string): void; close(): void; parts: string | null; position: string | null };

const SECTIONS = ["rewards", "vouchers", "offers", "earn", "tier", "referral", "feedback", "activity", "privacy"];

const panelOf = (page: Page): Locator => page.locator("stampcard-panel").first();
const launcherOf = (page: Page): Locator => panelOf(page).locator("[part~=launcher]");
const dialogOf = (page: Page): Locator => panelOf(page).getByRole("dialog");
const titleOf = (page: Page): Locator => panelOf(page).locator("[part~=bar] > [part~=title]");

/** Opens a part by the element's method, and waits until it is there. */
async function openPart(page: Page, part = "home"): Promise<void> {
  await expect(panelOf(page)).toBeAttached();
  await page.waitForFunction(() => customElements.get("stampcard-panel"));
  await panelOf(page).evaluate((panel: Panel, part) => panel.open(part), part);
  await expect(dialogOf(page)).toBeVisible();
  await expect(titleOf(page)).toBeFocused();
  const shown = part === "home" ? "stampcard-balance" : `stampcard-${part}`;
  await expect(panelOf(page).locator(shown).locator("[part~=base] > *").first()).toBeAttached();
  await expect(panelOf(page).locator(shown).locator(".skeleton")).toHaveCount(0);
}

/** The innermost element that has the focus, by its name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let at: Element | null = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (at?.getAttribute("aria-label") ?? at?.textContent ?? "").trim();
  });

async function tabTo(page: Page, wanted: RegExp, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 150 && !wanted.test(await focused(page)); presses += 1) await page.keyboard.press(key);
  expect(await focused(page)).toMatch(wanted);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const who of ["jun", "guest"] as const) {
    test(`axe finds nothing on the panel in ${colorScheme} for ${who}`, { tag: AXE }, async ({ shop, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shop.open("/", who, colorScheme === "dark" ? "zh-CN" : "en");
      await expect(launcherOf(page)).toBeVisible();
      expect(await axe(page)).toEqual([]);
      for (const part of who === "jun" ? ["home", ...SECTIONS] : ["home", "rewards", "earn", "tier"]) {
        await openPart(page, part);
        expect(await axe(page), part).toEqual([]);
      }
    });
  }
}

test("axe finds nothing on the panel in forced colors, and from right to left", async ({ shop, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await shop.open("/", "jun");
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  for (const part of ["home", "rewards"]) {
    await openPart(page, part);
    // The colors are the system's now, and the rule would measure the page's own.
    expect(await axe(page, ["color-contrast"])).toEqual([]);
  }
});

test("the keyboard alone opens the panel, goes to a part and back, and leaves to where it came from", { tag: ["@wcag-2.1.1", "@wcag-2.1.2", "@wcag-2.4.3"] }, async ({ shop, page }) => {
  await shop.open("/", "jun");
  await expect(launcherOf(page)).toBeVisible();
  await tabTo(page, /452\s+leaves/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(dialogOf(page)).toBeVisible();
  await expect(titleOf(page)).toBeFocused();
  await tabTo(page, says("en", "activity.label"));
  await page.keyboard.press("Enter");
  await expect(titleOf(page)).toHaveText(says("en", "activity.label"));
  await expect(titleOf(page)).toBeFocused();
  await expect(panelOf(page).locator("stampcard-activity [part~=entry]").first()).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toMatch(says("en", "panel.back"));
  await page.keyboard.press("Enter");
  await expect(titleOf(page)).toHaveText("Lantern Leaves");
  await expect(titleOf(page)).toBeFocused();
  // What is open keeps the focus: the page behind has none of it.
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => ["BODY", "STAMPCARD-PANEL"].includes(document.activeElement?.tagName ?? ""))).toBe(true);
  }
  // From the browser's own buttons, which are among the stops, the page would have no focus to give back.
  await tabTo(page, says("en", "close"));
  await page.keyboard.press("Escape");
  await expect(dialogOf(page)).toHaveCount(0);
  await expect(launcherOf(page)).toBeFocused();
});

test("a screen reader hears a button with the balance and what is new, and a dialog with its name", { tag: ["@wcag-1.3.1", "@wcag-4.1.2"] }, async ({ shop, page }) => {
  await shop.open("/", "jun");
  await expect(panelOf(page).getByRole("button")).toHaveAccessibleName(/^452 leaves 4 4 new$|^452 leaves 4 new$/);
  await openPart(page);
  await expect(dialogOf(page)).toHaveAccessibleName("Lantern Leaves");
  await expect(dialogOf(page).getByRole("heading", { level: 2 }).first()).toHaveText("Lantern Leaves");
  await expect(dialogOf(page).getByRole("button", { name: says("en", "close") })).toBeVisible();
  await openPart(page, "rewards");
  await expect(dialogOf(page)).toHaveAccessibleName("Rewards");
  // The element's own heading would be read twice.
  await expect(dialogOf(page).getByRole("heading", { level: 2 })).toHaveCount(1);
});

test("a press beside the drawer, the cross and Escape close, and the shop's own button has the focus again", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await page.evaluate(() => {
    const own = document.createElement("button");
    own.id = "own";
    own.textContent = "My card";
    own.onclick = () => (document.querySelector("stampcard-panel") as unknown as { open(): void }).open();
    document.querySelector("main")!.prepend(own);
    const panel = document.querySelector("stampcard-panel")!;
    panel.setAttribute("launcher", "none");
    Object.assign(window, { told: [] });
    for (const name of ["stampcard-opened", "stampcard-closed"]) {
      document.addEventListener(name, (event) => (window as unknown as { told: unknown[] }).told.push([name, (event as CustomEvent).detail.part]));
    }
  });
  await expect(launcherOf(page)).toBeHidden();
  for (const close of [
    () => page.mouse.click(20, 500),
    () => dialogOf(page).getByRole("button", { name: says("en", "close") }).click(),
    () => page.keyboard.press("Escape"),
  ]) {
    await page.locator("#own").click();
    await expect(titleOf(page)).toBeFocused();
    await close();
    await expect(dialogOf(page)).toHaveCount(0);
    await expect(page.locator("#own")).toBeFocused();
  }
  // A press that began on the drawer is none beside it.
  await page.locator("#own").click();
  await expect(titleOf(page)).toBeFocused();
  await titleOf(page).hover();
  await page.mouse.down();
  await page.mouse.move(20, 500);
  await page.mouse.up();
  await expect(dialogOf(page)).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { told: unknown[] }).told)).toEqual(
    [...Array(3).fill([["stampcard-opened", "home"], ["stampcard-closed", "home"]]).flat(), ["stampcard-opened", "home"]],
  );
});

test("a link of the page opens a part, from another page too, and again after it was closed", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await page.goto(`${shop.demo.shop}/account#stampcard=earn`);
  await expect(titleOf(page)).toHaveText(says("en", "earn.label"));
  await page.keyboard.press("Escape");
  // The link goes with the dialog, and is there again when it is followed again.
  await expect(page).toHaveURL(`${shop.demo.shop}/account`);
  for (let time = 0; time < 2; time += 1) {
    await page.evaluate(() => (location.hash = "stampcard=rewards"));
    await expect(titleOf(page)).toHaveText("Rewards");
    await page.keyboard.press("Escape");
    await expect(page).toHaveURL(`${shop.demo.shop}/account`);
  }
  for (const odd of ["stampcard=nothing", "stampcard"]) {
    await page.evaluate((odd) => (location.hash = odd), odd);
    await expect(titleOf(page)).toHaveText("Lantern Leaves");
    await panelOf(page).evaluate((panel: Panel) => panel.close());
    await expect(page).toHaveURL(`${shop.demo.shop}/account`);
  }
});

for (const language of ["en", "zh-CN"] as const) {
  test(`a visitor is invited in ${language}, sees how points are earned, tiers and a taste of the rewards, and may join`, async ({ shop, page }) => {
    await shop.open("/", "guest", language);
    await expect(launcherOf(page)).toContainText(says(language, "balance.invite"));
    await openPart(page);
    await expect(panelOf(page).locator("stampcard-balance")).toContainText(says(language, "balance.guest"));
    const join = dialogOf(page).getByRole("link", { name: says(language, "panel.join") });
    await expect(join).toHaveAttribute("href", `${shop.demo.shop}/account`);
    await expect(dialogOf(page).getByRole("link", { name: says(language, "panel.login") })).toBeVisible();
    await panelOf(page).locator("stampcard-rewards").scrollIntoViewIfNeeded();
    await expect(panelOf(page).locator("stampcard-rewards [part~=reward]:visible")).toHaveCount(3);
    await panelOf(page).locator("stampcard-earn").scrollIntoViewIfNeeded();
    await expect(panelOf(page).locator("stampcard-earn [part~=way]:visible")).toHaveCount(4);
    await expect(panelOf(page).locator("stampcard-tier")).toBeAttached();
    await expect(panelOf(page).locator("stampcard-privacy, stampcard-activity")).toHaveCount(0);
    await panelOf(page).locator("[data-go=rewards]").click();
    await expect(titleOf(page)).toHaveText(says(language, "rewards.label"));
  });
}

test("the badge counts what is new until somebody looks, and nothing is stored", async ({ shop, page }) => {
  await shop.open("/", "jun");
  const badge = launcherOf(page).locator("[part~=badge]");
  await expect(badge).toContainText("4");
  await launcherOf(page).click();
  await expect(panelOf(page).locator("[part~=news]")).toHaveCount(2);
  await panelOf(page).locator("[part~=news]").first().click();
  await expect(titleOf(page)).toHaveText(says("en", "offers.label"));
  await page.keyboard.press("Escape");
  await expect(launcherOf(page)).toBeVisible();
  await expect(badge).toHaveCount(0);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await page.reload();
  await expect(badge).toContainText("4");
});

test("what is opened is there, what is left is gone, and each part is asked for once", async ({ shop, page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(shop.demo.api)) asked.push(new URL(request.url()).pathname);
  });
  await shop.open("/", "jun");
  await expect(launcherOf(page)).toBeVisible();
  expect(asked).not.toContain("/v1/me/rewards");
  expect(asked).not.toContain("/v1/me/consents");
  asked.length = 0;
  for (const part of SECTIONS) {
    await openPart(page, part);
    await expect(panelOf(page).locator("[part~=section]")).toHaveCount(1);
  }
  for (const path of ["/v1/me/rewards", "/v1/me/entries", "/v1/me/consents", "/v1/me/referral"]) {
    expect(asked.filter((one) => one === path), path).toHaveLength(1);
  }
  expect(asked).not.toContain("/v1/program");
  await page.keyboard.press("Escape");
  await expect(panelOf(page).locator("[part~=section]")).toHaveCount(0);
});

test("a reward is redeemed in the panel, and closing that dialog leaves the panel open", async ({ shop, page }) => {
  await shop.open("/", "amara");
  await openPart(page, "rewards");
  const card = panelOf(page).locator("stampcard-rewards [part~=reward]").filter({ hasText: "Free shipping" });
  await card.getByRole("button").first().click();
  const inner = panelOf(page).locator("stampcard-rewards dialog[open]");
  await inner.getByRole("button", { name: says("en", "redeem.submit") }).click();
  await expect(inner.locator("[part~=code]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(inner).toHaveCount(0);
  await expect(titleOf(page)).toHaveText("Rewards");
  await openPart(page, "vouchers");
  await expect(panelOf(page).locator("stampcard-vouchers [part~=voucher]").filter({ hasText: "Free shipping" }).first()).toBeVisible();
});

test("the page chooses parts and their order, and what the program does not have is not there", async ({ shop, page }) => {
  await shop.open("/", "jun");
  const tiles = panelOf(page).locator("[part~=tile]");
  await openPart(page);
  await expect(tiles).toHaveCount(8);
  await panelOf(page).evaluate((panel: Panel) => (panel.parts = "activity  nothing rewards activity"));
  await expect(tiles).toHaveText(["Activity", "Rewards"]);
  await expect(panelOf(page).locator("stampcard-tier, [part~=news]")).toHaveCount(0);
  await page.route("**/v1/program", async (route) => {
    const answer = await route.fetch();
    const program = await answer.json();
    program.earn_rules = program.earn_rules.filter((rule: { earn: { type: string } }) => rule.earn.type !== "referral");
    program.tiers = program.tiers.slice(0, 1);
    await route.fulfill({ response: answer, json: program });
  });
  await page.reload();
  await panelOf(page).evaluate((panel: Panel) => panel.removeAttribute("survey"));
  await openPart(page);
  await expect(tiles).toHaveCount(6);
  await expect(tiles.filter({ hasText: "Invite friends" })).toHaveCount(0);
  // A part that is not there is the home.
  await panelOf(page).evaluate((panel: Panel) => panel.open("referral"));
  await expect(titleOf(page)).toHaveText("Lantern Leaves");
});

for (const [what, width, height] of [["320 pixels", 320, 640], ["400 % zoom", 320, 256], ["a wide window", 1280, 900]] as const) {
  test(`nothing in the panel is cut off or covered with ${what}, also from right to left`, { tag: "@wcag-1.4.10" }, async ({ shop, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
    await shop.open("/", "amara", "zh-CN");
    for (const direction of ["ltr", "rtl"]) {
      await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
      for (const part of ["home", ...SECTIONS]) {
        await openPart(page, part);
        const odd = await panelOf(page).evaluate((panel) => {
          const root = panel.shadowRoot!;
          const drawer = root.querySelector(".drawer")!.getBoundingClientRect();
          const body = root.querySelector(".body")!;
          return [
            Math.max(0, body.scrollWidth - body.clientWidth),
            Math.round(drawer.height - innerHeight),
            innerWidth <= 440 ? Math.round(drawer.width - innerWidth) : 0,
          ];
        });
        expect(odd, `${part} ${direction}`).toEqual([0, 0, 0]);
      }
    }
  });
}

test("the panel stands and slides at the side that the page names", async ({ shop, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await shop.open("/", "jun");
  const sides = [
    ["bottom-right", "ltr", false], ["bottom-right", "rtl", false], ["bottom-left", "rtl", true],
    ["bottom-start", "ltr", true], ["bottom-start", "rtl", false], ["bottom-end", "ltr", false], ["bottom-end", "rtl", true],
  ] as const;
  await expect(launcherOf(page)).toBeVisible();
  for (const [position, direction, isLeft] of sides) {
    await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
    await panelOf(page).evaluate((panel: Panel, position) => (panel.position = position), position);
    const at = async (part: string) => (await panelOf(page).locator(`[part~=${part}]`).boundingBox())!.x < 640;
    expect(await at("launcher"), `${position} ${direction}`).toBe(isLeft);
    await openPart(page);
    expect(await at("drawer"), `${position} ${direction}`).toBe(isLeft);
    await panelOf(page).evaluate((panel: Panel) => panel.close());
    await expect(dialogOf(page)).toHaveCount(0);
  }
  await page.evaluate(() => document.documentElement.style.setProperty("--stampcard-launcher-offset-block", "100px"));
  const offset = async () => {
    const box = (await launcherOf(page).boundingBox())!;
    return Math.round(page.viewportSize()!.height - box.y - box.height);
  };
  await expect.poll(offset).toBe(100);
});

test("opening and closing moves nothing on the page, and the page behind does not scroll", async ({ shop, page }) => {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources, hadRecentInput } = entry as unknown as { sources: { node: Element | null }[]; hadRecentInput: boolean };
        if (hadRecentInput) continue;
        for (const { node } of sources) shifts.push((node?.parentElement ?? node)?.outerHTML.slice(0, 120) ?? "");
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await shop.open("/", "jun");
  await expect(launcherOf(page)).toBeVisible();
  // What moved while the page came is the page's.
  await page.waitForTimeout(500);
  await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts.splice(0));
  const before = await page.evaluate(() => document.querySelector("main")!.getBoundingClientRect().width);
  await page.evaluate(() => scrollTo({ top: 300, behavior: "instant" }));
  await launcherOf(page).click();
  await expect(titleOf(page)).toBeFocused();
  expect(await page.evaluate(() => document.querySelector("main")!.getBoundingClientRect().width)).toBe(before);
  for (const [x, y] of [[100, 400], [1100, 400]] as const) {
    await page.mouse.move(x, y);
    for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 400);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => scrollY)).toBe(300);
  }
  expect(await panelOf(page).evaluate((panel) => panel.shadowRoot!.querySelector(".body")!.scrollTop)).toBeGreaterThan(0);
  await panelOf(page).locator("[data-go=vouchers]").click();
  await expect(panelOf(page).locator("stampcard-vouchers [part~=voucher]").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialogOf(page)).toHaveCount(0);
  expect(await page.evaluate(() => [scrollY, ...(window as unknown as { shifts: string[] }).shifts])).toEqual([300]);
});

test("hostile words and addresses are text, or nothing", async ({ shop, page }) => {
  const evil = "<img src=x onerror=alert(1)>";
  await page.route("**/v1/program", async (route) => {
    const answer = await route.fetch();
    const program = await answer.json();
    program.name = evil.repeat(3);
    program.terminology = { one: evil, other: evil };
    await route.fulfill({ response: answer, json: program });
  });
  await shop.open("/", "guest");
  await expect(launcherOf(page)).toContainText(evil);
  await panelOf(page).evaluate((panel) => {
    panel.setAttribute("join-url", "javascript:alert(1)");
    panel.setAttribute("login-url", " data:text/html,x");
    panel.setAttribute("survey", "a\nb\n<img>");
    panel.setAttribute("parts", `rewards\nearn <img> ${"x".repeat(9_999)} __proto__`);
  });
  await openPart(page);
  await expect(titleOf(page)).toHaveText(evil.repeat(3));
  await expect(dialogOf(page).getByRole("link")).toHaveCount(0);
  await expect(panelOf(page).locator("img[src=x], [onerror]")).toHaveCount(0);
  for (const odd of ["a\nb", "__proto__", "<img>", 4, null, {}]) {
    await panelOf(page).evaluate((panel: Panel, odd) => panel.open(odd as string), odd);
    await expect(titleOf(page)).toHaveText(evil.repeat(3));
  }
});

test("without a network the panel opens with what is known, as of when, and comes back by itself", async ({ shop, page, context }) => {
  await shop.open("/", "jun");
  await openPart(page);
  await context.setOffline(true);
  await panelOf(page).evaluate((panel) => (panel as unknown as { refresh(): Promise<void> }).refresh().catch(() => undefined));
  await expect(panelOf(page).locator("stampcard-balance [part~=notice]")).toContainText(says("en", "failure.offline"), { timeout: 30_000 });
  await expect(panelOf(page).locator("stampcard-balance")).toContainText("452");
  await openPart(page, "vouchers");
  await expect(panelOf(page).locator("stampcard-vouchers [part~=notice]")).toBeVisible();
  await context.setOffline(false);
  await expect(panelOf(page).locator("stampcard-vouchers [part~=notice]")).toHaveCount(0, { timeout: 30_000 });
  shop.complaints = [];
});

test("a part that crashes leaves the panel, and the others alive", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await openPart(page);
  // Words of the history's lines alone.
  const word = "Balance";
  await page.evaluate((word) => {
    const make = document.createTextNode.bind(document);
    document.createTextNode = (text: string) => {
      if (text.includes(word)) throw new WebAssembly.RuntimeError("forced");
      return make(text);
    };
  }, word);
  await panelOf(page).evaluate((panel: Panel) => panel.open("activity"));
  await expect(titleOf(page)).toHaveText("Lantern Leaves");
  await expect(panelOf(page).locator("stampcard-balance")).toContainText("452");
  for (const part of ["rewards", "vouchers"]) await openPart(page, part);
  await page.keyboard.press("Escape");
  await expect(launcherOf(page)).toContainText("452");
  shop.complaints = [];
});

test("a panel is moved and removed while it is open, comes back, and two do not stand in each other's way", async ({ shop, page }) => {
  await shop.open("/", "jun");
  await openPart(page, "rewards");
  await panelOf(page).evaluate((panel) => document.querySelector("main")!.append(panel));
  await expect(titleOf(page)).toHaveText("Rewards");
  expect(await panelOf(page).evaluate((panel) => panel.shadowRoot!.querySelector("dialog")!.matches(":modal"))).toBe(true);
  await panelOf(page).evaluate(async (panel) => {
    Object.assign(window, { panel });
    panel.remove();
    await new Promise((done) => setTimeout(done, 50));
    document.body.append(panel);
  });
  await expect(dialogOf(page)).toHaveCount(0);
  await expect(launcherOf(page)).toContainText("452");
  await page.evaluate(() => {
    const other = document.createElement("stampcard-panel");
    other.setAttribute("position", "bottom-left");
    document.body.append(other);
  });
  const second = page.locator("stampcard-panel").nth(1);
  await second.locator("[part~=launcher]").click();
  await expect(second.getByRole("dialog")).toBeVisible();
  await expect(dialogOf(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.evaluate(() => (location.hash = "stampcard=tier"));
  await expect(dialogOf(page)).toBeVisible();
  await expect(second.getByRole("dialog")).toHaveCount(0);
});

test("the panel speaks another language at once, and opens before the wasm is there", async ({ shop, page }) => {
  await page.route("**/stampcard.wasm*", async (route) => {
    await new Promise((done) => setTimeout(done, 1_500));
    await route.continue();
  });
  await shop.open("/", "jun");
  await page.waitForFunction(() => customElements.get("stampcard-panel"));
  await panelOf(page).evaluate((panel: Panel) => panel.open("earn"));
  await expect(dialogOf(page)).toBeVisible();
  await expect(dialogOf(page).getByRole("button", { name: "Close" })).toBeVisible();
  await expect(titleOf(page)).toHaveText(says("en", "earn.label"));
  await expect(titleOf(page)).toBeFocused();
  await panelOf(page).evaluate((panel) => panel.setAttribute("locale", "zh-CN"));
  await expect(titleOf(page)).toHaveText(says("zh-CN", "earn.label"));
  await expect(dialogOf(page).getByRole("button", { name: "关闭" })).toBeVisible();
});

/** STAMPCARD_ROUNDS=1000 for more of them. */
const ROUNDS = Number(process.env.STAMPCARD_ROUNDS ?? 50);

test("leak: panels that come, open every part and go leave memory where it was", async ({ shop, page }: { shop: Shop; page: Page }) => {
  test.setTimeout(60_000 + ROUNDS * 6_000);
  await page.addInitScript(() => {
    // The wasm's memory, as nothing else tells it.
    const memories: WebAssembly.Memory[] = [];
    Object.assign(window, { memories });
    const original = WebAssembly.instantiate;
    WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
      const instance = (await original(module, imports)) as unknown as WebAssembly.Instance;
      if (instance.exports["memory"]) memories.push(instance.exports["memory"] as WebAssembly.Memory);
      return instance;
    }) as typeof WebAssembly.instantiate;
  });
  await shop.open("/", "jun");
  await expect(launcherOf(page)).toContainText("452");
  const session = await page.context().newCDPSession(page);
  const measure = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    const wasm = await page.evaluate(() =>
      (window as unknown as { memories: WebAssembly.Memory[] }).memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    );
    return { nodes, jsEventListeners, heap: usedSize, wasm };
  };
  const rounds = (count: number) =>
    page.evaluate(
      async ({ count, parts }) => {
        const pause = () => new Promise((done) => setTimeout(done, 0));
        for (let round = 0; round < count; round += 1) {
          const panel = document.createElement("stampcard-panel") as Panel;
          panel.setAttribute("survey", "tins-2026");
          panel.setAttribute("loading", "eager");
          document.body.append(panel);
          await pause();
          for (const part of parts) {
            panel.open(part);
            for (let wait = 0; wait < 3; wait += 1) await pause();
          }
          panel.remove();
          await pause();
        }
      },
      { count, parts: ["home", ...SECTIONS] },
    );
  await rounds(10);
  const before = await measure();
  let done = 0;
  for (const share of [0.1, 0.5, 1]) {
    const mark = Math.round(ROUNDS * share);
    await rounds(mark - done);
    done = mark;
    console.log(`after ${mark} panels: ${JSON.stringify(await measure())}`);
  }
  const after = await measure();
  expect(after.nodes - before.nodes, "nodes").toBeLessThan(400);
  expect(after.jsEventListeners - before.jsEventListeners, "listeners").toBeLessThan(100);
  expect(after.heap - before.heap, "bytes of the script heap").toBeLessThan(2_000_000);
  expect(after.wasm, "bytes of wasm memory").toBeLessThanOrEqual(before.wasm + 65_536 * 4);
});

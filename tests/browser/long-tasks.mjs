// How long a page is busy at a time while a member does something, on a processor a quarter as fast as this one.
// Started by `cargo xtask long-tasks`. The aim is 50 ms; a busy machine is slow.

import { become, withShop } from "./shop.mjs";

const ROUNDS = 7;
const SLOWER = 4;

/** Where it is done, and what. */
const DEEDS = {
  "open the panel": ["/", (page) => page.locator("stampcard-panel").evaluate((panel) => panel.open())],
  "open its rewards": ["/", (page) => page.locator("stampcard-panel").evaluate((panel) => panel.open("rewards"))],
  "filter rewards": ["/rewards", (page) => page.locator("stampcard-rewards [part~=filter]").nth(1).click()],
  "sort rewards": ["/rewards", (page) => page.locator("stampcard-rewards [part~=sort]").selectOption({ index: 1 })],
  "ask to redeem": ["/rewards", (page) => page.locator("stampcard-rewards [part~=redeem]:enabled").first().click()],
};

await withShop(async (browser, shop) => {
  for (const [name, [path, act]] of Object.entries(DEEDS)) {
    const longest = [];
    for (let round = 0; round < ROUNDS; round += 1) longest.push(await measure(browser, shop, path, act));
    longest.sort((a, b) => a - b);
    console.log(`${name.padEnd(20)} longest task: median ${longest[ROUNDS >> 1]} ms, ${longest[0]} to ${longest.at(-1)} ms`);
  }
});

/** The longest task of at least 50 ms in milliseconds, else 0: shorter ones are told to nobody. */
async function measure(browser, shop, path, act) {
  const page = await browser.newPage();
  await become(page, shop, "jun");
  await page.goto(shop + path);
  if (path === "/rewards") {
    await page.locator("stampcard-rewards").scrollIntoViewIfNeeded();
    await page.locator("stampcard-rewards li[part~=reward]").first().waitFor();
  } else {
    await page.locator("stampcard-panel [part~=label]").filter({ hasText: /\d/ }).waitFor();
  }
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.evaluate(() => {
    const tasks = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
  });
  await act(page);
  await page.waitForTimeout(1_500);
  const longest = await page.evaluate(() => Math.max(0, ...window.tasks.map(({ duration }) => Math.round(duration))));
  await page.close();
  return longest;
}

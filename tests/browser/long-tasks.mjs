// How long a page is busy at a time while a member does something, on a processor a quarter as fast as this one.
// Started by `cargo xtask long-tasks`. The aim is 50 ms.

import { become, withShop } from "./shop.mjs";

const ROUNDS = 7;
const SLOWER = 4;

const openPanel = async (page) => {
  await page.locator("stampcard-panel [part~=launcher]").click();
  await page.locator("stampcard-panel [part~=tile] >> nth=0").waitFor();
};

/** What is pressed, on which page, and what comes before. */
const DEEDS = {
  "open the panel": ["/", "stampcard-panel [part~=launcher]"],
  "open its rewards": ["/", "stampcard-panel [data-go=rewards][part~=tile]", openPanel],
  "filter rewards": ["/rewards", "main stampcard-rewards [part~=filter] >> nth=1"],
  "sort rewards": ["/rewards", "main stampcard-rewards select"],
  "ask to redeem": ["/rewards", "main stampcard-rewards [part~=redeem]:enabled >> nth=0"],
};

await withShop(async (browser, shop) => {
  for (const [name, deed] of Object.entries(DEEDS)) {
    const longest = [];
    for (let round = 0; round < ROUNDS; round += 1) longest.push(await measure(browser, shop, ...deed));
    longest.sort((a, b) => a - b);
    console.log(`${name.padEnd(20)} longest task: median ${longest[ROUNDS >> 1]} ms, ${longest[0]} to ${longest.at(-1)} ms`);
  }
});

/** The longest task of the page's main thread in milliseconds of its own processor time, which a busy machine spares. */
async function measure(browser, shop, path, pressed, before) {
  const page = await browser.newPage();
  await become(page, shop, "jun");
  await page.goto(shop + path);
  if (path === "/rewards") {
    await page.locator("stampcard-rewards").scrollIntoViewIfNeeded();
    await page.locator("stampcard-rewards li[part~=reward]").first().waitFor();
  } else {
    await page.locator("stampcard-panel [part~=label]").filter({ hasText: /\d/ }).waitFor();
  }
  await before?.(page);
  const target = page.locator(pressed);
  await target.scrollIntoViewIfNeeded();
  await target.focus();
  // A select opens no window of its own for a key.
  const isSelect = (await target.evaluate(({ localName }) => localName)) === "select";
  const { x, y, width, height } = await target.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: ["toplevel", "disabled-by-default-devtools.timeline"] };
  await session.send("Tracing.start", { traceConfig, transferMode: "ReportEvents" });
  if (isSelect) await page.keyboard.press("ArrowDown");
  else await page.mouse.click(x + width / 2, y + height / 2);
  await page.waitForTimeout(1_500);
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await complete;
  await page.close();
  const main = events.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = events.filter(({ name, pid, tid }) => /RunTask$/.test(name) && pid === main.pid && tid === main.tid);
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => Math.round(tdur / 1_000)));
}

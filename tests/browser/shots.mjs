// Takes the screenshots of the rewards page that the documents show: both languages, light and dark, narrow and wide.
// Started by `cargo xtask shots`.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { become, root, withShop } from "./shop.mjs";

/** The window is as high as the picture, so that what stands at its edge stands at the picture's. */
const HEIGHT = 1700;

const into = join(root, "www/screenshots");

await mkdir(into, { recursive: true });
await withShop(async (browser, shop) => {
  for (const language of ["en", "zh-CN"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 375]) await shoot(browser, shop, language, colorScheme, width);
    }
  }
});

async function shoot(browser, shop, language, colorScheme, width) {
  const page = await browser.newPage({
    viewport: { width, height: HEIGHT },
    colorScheme,
    reducedMotion: "reduce",
  });
  await become(page, shop, "jun");
  // The first click may come before the shop's script.
  await expect(async () => {
    await page.locator(`.languages button[value="${language}"]`).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language, { timeout: 1_000 });
  }).toPass();
  await page.goto(`${shop}/rewards`);
  // Nothing starts before it is near the viewport.
  await page.locator("stampcard-rewards").scrollIntoViewIfNeeded();
  await page.locator("stampcard-rewards li[part~=reward]").first().waitFor();
  await page.locator("stampcard-tier [role=meter]").waitFor();
  // Pictures are lazy: the page is walked through once, so that all of them are there.
  for (let y = 0; y < (await page.evaluate(() => document.body.scrollHeight)); y += 600) {
    await page.evaluate((top) => scrollTo(0, top), y);
    await page.waitForTimeout(60);
  }
  await page.evaluate(() => scrollTo(0, 0));
  // The page goes on listening for changes, so that its network is never idle: its pictures are what is waited for.
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  const path = join(into, `rewards-${language}-${colorScheme}-${width}.png`);
  await page.screenshot({ path });
  console.log(path);
  await page.close();
}

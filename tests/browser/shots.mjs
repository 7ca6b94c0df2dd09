// Takes the screenshots of the rewards page that the documents show: both languages, light and dark, narrow and wide.
// Started by `cargo xtask shots`.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { chromium, expect } from "@playwright/test";

const root = resolve(import.meta.dirname, "../..");
const target = process.env.STAMPCARD_TARGET ?? join(root, "target");
const into = join(root, "www/screenshots");

const data = await mkdtemp(join(tmpdir(), "stampcard-"));
const demo = spawn(
  join(target, "debug/stampcard-demo"),
  ["--port", "0", "--data", data, "--www", join(root, "www"), "--sdk", join(target, "sdk")],
  { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
);
const shop = await new Promise((done, failed) => {
  let printed = "";
  demo.stdout.on("data", (chunk) => {
    printed += chunk;
    const line = printed.match(/listening shop=(\S+)/);
    if (line) done(line[1]);
  });
  demo.once("exit", (code) => failed(new Error(`the demo shop ended with ${code}`)));
});

const browser = await chromium.launch({
  executablePath: process.env.STAMPCARD_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-quic"],
});
await mkdir(into, { recursive: true });
try {
  for (const language of ["en", "zh-CN"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 375]) {
        await shoot(language, colorScheme, width);
      }
    }
  }
} finally {
  await browser.close();
  demo.kill("SIGTERM");
  await rm(data, { recursive: true, force: true });
}

async function shoot(language, colorScheme, width) {
  const page = await browser.newPage({
    viewport: { width, height: width === 375 ? 812 : 900 },
    colorScheme,
    reducedMotion: "reduce",
  });
  await page.goto(shop);
  if ((await page.locator("#member").inputValue()) !== "jun") {
    await Promise.all([page.waitForEvent("load"), page.locator("#member").selectOption("jun")]);
  }
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
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: 1700 } });
  console.log(path);
  await page.close();
}

// A demo shop of its own and a browser, for what is no test.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { chromium } from "@playwright/test";

export const root = resolve(import.meta.dirname, "../..");
const target = process.env.STAMPCARD_TARGET ?? join(root, "target");

/** Starts both, hands them over with the shop's address, and ends them. */
export async function withShop(run) {
  const data = await mkdtemp(join(tmpdir(), "stampcard-"));
  const demo = spawn(
    join(target, "debug/stampcard-demo"),
    ["--port", "0", "--data", data, "--www", join(root, "www"), "--sdk", join(target, "sdk")],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
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
    try {
      await run(browser, shop);
    } finally {
      await browser.close();
    }
  } finally {
    demo.kill("SIGTERM");
    await rm(data, { recursive: true, force: true });
  }
}

/** The page is the shop's first, as this member sees it. */
export async function become(page, shop, who) {
  await page.goto(shop);
  if ((await page.locator("#member").inputValue()) === who) return;
  await Promise.all([page.waitForEvent("load"), page.locator("#member").selectOption(who)]);
}

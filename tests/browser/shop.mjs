// A demo shop of its own and a browser, for tests and for what is none.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { chromium } from "@playwright/test";

export const root = resolve(import.meta.dirname, "../..");
const target = process.env.STAMPCARD_TARGET ?? join(root, "target");

/** Chromium comes from the machine; nothing is downloaded, and the browser itself talks to nobody but the demo shop. */
export const launchOptions = {
  executablePath: process.env.STAMPCARD_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-quic", "--disable-gpu"],
};

/**
 * @typedef {object} Demo A demo shop of its own: real server, real database, free ports.
 * @property {string} shop The shop's origin.
 * @property {string} api The loyalty API's origin.
 * @property {() => Promise<void>} stop Ends it and removes its database.
 */

/**
 * Starts a demo shop and waits until it listens.
 *
 * @param {string[]} options
 * @returns {Promise<Demo>}
 */
export async function startDemo(options = []) {
  const data = await mkdtemp(join(tmpdir(), "stampcard-"));
  const child = spawn(
    join(target, "debug/stampcard-demo"),
    ["--port", "0", "--data", data, "--www", join(root, "www"), "--sdk", join(target, "sdk"), ...options],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  const { shop, api } = await listening(child);
  return {
    shop,
    api,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function listening(child) {
  return new Promise((done, failed) => {
    let printed = "";
    const read = (chunk) => {
      printed += chunk;
      const line = printed.match(/listening shop=(\S+) api=(\S+)/);
      if (line) done({ shop: line[1], api: line[2] });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the demo shop ended with ${code}:\n${printed}`)));
  });
}

/** Starts a shop and a browser, hands them over with the shop's address, and ends them. */
export async function withShop(run) {
  const demo = await startDemo();
  try {
    const browser = await chromium.launch(launchOptions);
    try {
      await run(browser, demo.shop);
    } finally {
      await browser.close();
    }
  } finally {
    await demo.stop();
  }
}

/** The page is the shop's first, as this member sees it. */
export async function become(page, shop, who) {
  await page.goto(shop);
  if ((await page.locator("#member").inputValue()) === who) return;
  await Promise.all([page.waitForEvent("load"), page.locator("#member").selectOption(who)]);
}

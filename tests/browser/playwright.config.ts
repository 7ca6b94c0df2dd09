import { defineConfig } from "@playwright/test";

import { launchOptions } from "./shop.mjs";

export default defineConfig({
  testDir: ".",
  fullyParallel: true,
  workers: 2,
  // A busy machine is slow, and a test is about what happens, not how fast.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: [["list"]],
  outputDir: "../../target/browser",
  use: {
    browserName: "chromium",
    launchOptions,
    // Recording each test takes as long as running it: STAMPCARD_TRACE=on does it for those that fail.
    trace: process.env.STAMPCARD_TRACE ? "retain-on-failure" : "off",
  },
});
